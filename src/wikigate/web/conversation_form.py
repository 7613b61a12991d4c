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
from wikigate.auth.needs import USERNAME
from wikigate.primitives.message import ListParam, Message

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
# MediaWiki's ids of the same inputs where an account is made.
_IDS_OF_A_NEW_ACCOUNT: Final[Mapping[str, str]] = {
    "username": "wpName2",
    "password": "wpPassword2",
    "mailpassword": "wpCreateaccountMail",
    "reason": "wpReason",
}
_KINDS: Final[Mapping[str, str]] = {"string": "text", "multiselect": "choices", "null": "note"}
# In which order the fields of a form are read: who, what proves it, whatever else is asked, and last how long it holds.
_FIRST: Final = ("username", "password", "retype", "domain", "mailpassword", "email", "realname", "reason")
_LAST: Final = frozenset({"rememberMe"})
# The input that an error is about, by its message; a wrong password is about two, and nobody learns which.
_CONCERNED: Final[Mapping[str, str]] = {
    "noname": "wpName", "userexists": "wpName", "invalidemailaddress": "wpEmail", "noemailcreate": "wpEmail",
    "badretype": "wpPassword", "passwordtooshort": "wpPassword", "passwordtoolong": "wpPassword",
    "passwordincommonlist": "wpPassword", "password-substring-username-match": "wpPassword",
    "password-login-forbidden": "wpPassword", "fatalpassworderror": "wpPassword", "wikigate-password-context": "wpPassword",
    "wikigate-password-breached": "wpPassword",
}  # fmt: skip
# What is only shown, by the type that its need's metadata gives; markup comes from the wiki's own configuration.
_SHOWN: Final[Mapping[str, str]] = {"text/html": "markup", "image/png": "picture"}
_SEPARATOR: Final = "\x1f"
# What ends some labels of the API and stands behind none on a page.
_COLON: Final = ":： \u00a0\u202f"
_SAID: Final = frozenset({"note", "markup", "picture"})
_NONE_OF_THEM: Final = Message("wikigate-choice-none")


@dataclass(frozen=True, slots=True)
class Input:
    """One field as the template draws it.

    ``kind``: text, email, password, checkbox, select, choices, hidden, button, note, markup or picture. ``spare``: whoever fills in the
    form may leave it empty whatever else he does. ``label`` is text, and safe HTML where ``kind`` is one of the last three.
    ``by_button``: it says more about what a button does, and stands beside it.
    """

    name: str
    id: str
    kind: str
    label: str
    help: str
    value: str
    required: bool
    autocomplete: str
    options: Mapping[str, str]
    checked: bool = False
    spare: bool = False
    by_button: bool = False


def input_name(field: Field) -> str:
    """Return the name of the input for a field of the API."""
    return _known(field)[0]


def _known(field: Field) -> tuple[str, str, str]:
    return _KNOWN.get(field.name) or _KNOWN.get(field.alias) or (field.name, f"mw-input-{field.name}", "")


def _choice_name(field: str, key: str) -> str:
    """Return the name of the checkbox for one choice of several, spelled so that no form decoder changes it."""
    return f"{field}-{key.encode().hex()}"


def inputs(visit: Visit, needs: Sequence[Need], *, typed: Mapping[str, str] | None = None) -> list[Input]:
    """Draw the fields of several needs as one form; ``typed`` is shown again, secrets and answers to another question never are."""
    catalog, language = visit.services.catalog, visit.language
    new_password = any(one.name == "retype" for need in needs for one in need.fields)
    ids = _IDS_OF_A_NEW_ACCOUNT if any(need.id == USERNAME for need in needs) else {}
    shown = {one.name: need.metadata.get("mime") for need in needs for one in need.fields if one.type == "null"}
    asked_anew = {one.name for need in needs if any(f.type == "hidden" for f in need.fields) for one in need.fields}
    # Who takes another factor instead need not answer for this one.
    may_switch = any(one.name == "newModule" for need in needs for one in need.fields)
    found = []
    for one in sorted(merge_fields(needs), key=_place):
        if one.type == "select" and one.implied is not None:
            continue
        name, ident, autocomplete = _known(one)
        ident = ids.get(one.name, ident)
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
                label=catalog.page_html(one.label, language)
                if kind in _SAID
                else catalog.page_plain(one.label, language).rstrip(_COLON),
                help=catalog.page_plain(one.help, language),
                value=again or one.value or "",
                required=not one.optional and kind in {"text", "password"} and not may_switch,
                autocomplete=autocomplete,
                options=_options(visit, one, needs),
                checked=bool(again) and kind == "checkbox",
                by_button=kind == "select" and _stands_by_button(one.name, needs),
                spare=kind in {"text", "password"} and _is_spare(one.name, needs),
            )
        )
    return found


def _place(one: Field) -> int:
    """Return where a field stands in the form."""
    if one.name in _FIRST:
        return _FIRST.index(one.name)
    return len(_FIRST) + (one.name in _LAST)


def _is_spare(name: str, needs: Sequence[Need]) -> bool:
    """Whether a field may be left empty in every need that has it; one of several ways in is not spare for that."""
    found = [(need, one) for need in needs for one in need.fields if one.name == name]
    return all(one.optional or need.required == "optional" for need, one in found)


def _stands_by_button(name: str, needs: Sequence[Need]) -> bool:
    """Whether a field is asked for only together with a button."""
    groups = [need.fields for need in needs if any(one.name == name for one in need.fields)]
    return all(any(one.type == "button" for one in group) for group in groups)


def _options(visit: Visit, one: Field, needs: Sequence[Need]) -> dict[str, str]:
    """Return what can be chosen, by its value or, of several, by the name of its checkbox.

    “None of these” is among it where there is another way in, and no button of its own that says which way is meant.
    """
    options = {key: visit.words(label) for key, label in one.options.items()}
    if one.type == "multiselect":
        return {_choice_name(one.name, key): label for key, label in options.items()}
    if one.type == "select" and one.optional and not _stands_by_button(one.name, needs):
        return {"": visit.words(_NONE_OF_THEM), **options}
    return options


def filled(visit: Visit, needs: Iterable[Need], *, by_address: bool = False) -> tuple[Filled, ...]:
    """Load the needs that the submitted form fills; ``by_address``: that an address does, where no secret is taken from."""
    needs = tuple(needs)
    submitted: dict[str, str | Literal[True]] = {}
    for one in (one for need in needs for one in need.fields):
        if by_address and one.sensitive:
            continue
        if one.type == "multiselect":
            # Each choice is a checkbox of its own: of several inputs of one name, the last alone would count.
            chosen = [key for key in one.options if _choice_name(one.name, key) in visit.form]
            submitted[one.name] = _SEPARATOR + _SEPARATOR.join(chosen)
        for name in (input_name(one), one.name):
            if name in visit.form and (text := visit.form.text(name)) is not None:
                submitted.setdefault(one.name, text)
    return load_all(needs, submitted)


def typed(visit: Visit, needs: Iterable[Need]) -> dict[str, str]:
    """Return what was typed, by input name, to show it again."""
    names = {input_name(one) for need in needs for one in need.fields if not one.sensitive}
    return {name: visit.text(name) for name in names if name in visit.form}


def caller_of(visit: Visit) -> Caller:
    """Say who visits, as the flow wants to know it."""
    return Caller(visit.session, visit.request.address, visit.now, visit.request_id)


def form_context(visit: Visit, needs: Sequence[Need], *, wrong: Message | None = None, **more: Any) -> dict[str, Any]:
    """Return what the template of a form needs: inputs, and apart from them buttons and what stands beside these.

    Where nothing but buttons is asked for, each of them sends the form: ``submit`` falls away.

    ``wrong``: what is said against what was typed. ``fault`` is the id of the input that this is about; ``focus`` that one's, or that of
    the first input to be filled; ``runs``: a security key may be asked for, which takes a script.
    """
    drawn = inputs(visit, needs, typed=more.pop("typed", None))
    about = _CONCERNED.get(_first_of(wrong).key) if wrong else None
    fault = next((one.id for one in drawn if one.name == about), "")
    found = {
        "error": visit.services.catalog.page_html(wrong, visit.language) if wrong else "",
        "fault": fault,
        "runs": any(one.name == "auth_info" for one in drawn),
        "inputs": [one for one in drawn if one.kind != "button" and not one.by_button],
        "choosers": [one for one in drawn if one.by_button],
        "focus": fault or next((one.id for one in drawn if one.kind in {"text", "password"} and not one.value), ""),
        "buttons": [one for one in drawn if one.kind == "button"],
        **more,
    }
    return {**found, "submit": None} if found["buttons"] and not found["inputs"] else found


def _first_of(message: Message) -> Message:
    """Return a message, or the first of the several that it lists."""
    match message.params:
        case (ListParam(items=(Message() as first, *_)), *_):
            return _first_of(first)
        case _:
            return message
