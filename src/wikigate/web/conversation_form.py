"""What a conversation asks for as the fields of a page, and what was typed there as filled needs.

The names are those of MediaWiki's own pages, which browsers' password managers and test suites know (``wpName1``, ``wpPassword1``,
``wpLoginAttempt``; spec clients); every other field has the name that it has in the API. Must not decide anything about an attempt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from wikigate.actions.authforms import merge_fields
from wikigate.auth.attempt import Caller
from wikigate.auth.fields import Field, Filled, Need, load_all

if TYPE_CHECKING:
    from wikigate.web.visit import Visit

# Field of the API -> name of the input, id, what a browser fills in.
_KNOWN: Final[Mapping[str, tuple[str, str, str]]] = {
    "username": ("wpName", "wpName1", "username"),
    "password": ("wpPassword", "wpPassword1", "current-password"),
    "retype": ("wpRetype", "wpRetype", "new-password"),
    "rememberMe": ("wpRemember", "wpRemember", ""),
    "email": ("wpEmail", "wpEmail", "email"),
    "realname": ("wpRealName", "wpRealName", "name"),
    "OATHToken": ("OATHToken", "mw-input-OATHToken", "one-time-code"),
}
_KINDS: Final[Mapping[str, str]] = {"string": "text", "multiselect": "select", "null": "note"}
# What is only shown, by the type that its need's metadata gives; markup comes from the wiki's own configuration.
_SHOWN: Final[Mapping[str, str]] = {"text/html": "markup", "image/png": "picture"}


@dataclass(frozen=True, slots=True)
class Input:
    """One field as the template draws it. ``kind``: text, password, checkbox, select, hidden, button, note, markup or picture."""

    name: str
    id: str
    kind: str
    label: str
    help: str
    value: str
    required: bool
    autocomplete: str
    options: Mapping[str, str]
    multiple: bool = False
    checked: bool = False


def input_name(field: Field) -> str:
    """Return the name of the input for a field of the API."""
    return _known(field)[0]


def _known(field: Field) -> tuple[str, str, str]:
    return _KNOWN.get(field.name) or _KNOWN.get(field.alias) or (field.name, f"mw-input-{field.name}", "")


def inputs(visit: Visit, needs: Sequence[Need], *, typed: Mapping[str, str] | None = None) -> list[Input]:
    """Draw the fields of several needs as one form; ``typed`` is shown again, secrets and answers to another question never are."""
    catalog, language = visit.services.catalog, visit.language
    new_password = any(one.name == "retype" for need in needs for one in need.fields)
    shown = {one.name: need.metadata.get("mime") for need in needs for one in need.fields if one.type == "null"}
    asked_anew = {one.name for need in needs if any(f.type == "hidden" for f in need.fields) for one in need.fields}
    found = []
    for one in merge_fields(needs):
        name, ident, autocomplete = _known(one)
        if new_password and autocomplete == "current-password":
            autocomplete = "new-password"
        kind = _SHOWN.get(shown.get(one.name) or "", _KINDS.get(one.type, one.type))
        again = (typed or {}).get(name, "")
        if one.sensitive or kind == "password" or one.name in asked_anew:
            again = ""
        found.append(
            Input(
                name=name,
                id=ident,
                kind=kind,
                label=catalog.plain(one.label, language),
                help=catalog.plain(one.help, language),
                value=again or one.value or "",
                required=not one.optional and kind in {"text", "password"},
                autocomplete=autocomplete,
                options={key: catalog.plain(label, language) for key, label in one.options.items()},
                multiple=one.type == "multiselect",
                checked=bool(again) and kind == "checkbox",
            )
        )
    return found


def filled(visit: Visit, needs: Iterable[Need]) -> tuple[Filled, ...]:
    """Load the needs that the submitted form fills."""
    needs = tuple(needs)
    submitted: dict[str, str | Literal[True]] = {}
    for one in (one for need in needs for one in need.fields):
        for name in (input_name(one), one.name):
            if name in visit.form and (text := visit.form.text(name)) is not None:
                submitted.setdefault(one.name, text)
    return load_all(needs, submitted)


def typed(visit: Visit, needs: Iterable[Need]) -> dict[str, str]:
    """Return what was typed, by input name, to show it again."""
    names = {input_name(one) for need in needs for one in need.fields if not one.sensitive}
    return {name: visit.text(name) for name in names if name in visit.form}


def caller_of(visit: Visit, request_id: str = "") -> Caller:
    """Say who visits, as the flow wants to know it."""
    return Caller(visit.session, visit.request.address, visit.now, request_id)


def form_context(visit: Visit, needs: Sequence[Need], **more: Any) -> dict[str, Any]:
    """Return what the template of a form needs: inputs, and buttons apart from them."""
    drawn = inputs(visit, needs, typed=more.pop("typed", None))
    return {
        "inputs": [one for one in drawn if one.kind != "button"],
        "buttons": [one for one in drawn if one.kind == "button"],
        **more,
    }
