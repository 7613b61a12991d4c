"""Between the API's parameters and the login conversation: submitted fields become filled needs, answers become result trees.

Shared by every module that speaks for the flow (spec core §7.2, §7.3, §8.1). Promises MediaWiki's keys in MediaWiki's order; marks as read
exactly the fields that were asked for, so that everything else is told to the caller as unrecognised; refuses sensitive fields in the
query string. Must not decide anything about an attempt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from wikigate.auth.attempt import Caller
from wikigate.auth.fields import NOTHING, Field, Filled, Need, load_all
from wikigate.auth.flow import FlowAnswer
from wikigate.auth.outcome import Fail, Pass, Redirect, Restart, Ui
from wikigate.primitives.errors import code_of
from wikigate.primitives.message import ListParam, Message
from wikigate.primitives.message import Param as MessageParam
from wikigate.wire.coerce import must_post
from wikigate.wire.errorformat import raw_param
from wikigate.wire.params import Param
from wikigate.wire.phpform import Form
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call

MESSAGE_FORMAT: Final = Param(
    "messageformat",
    "enum",
    default="wikitext",
    values=("html", "wikitext", "raw", "none"),
    help=(Message("api-help-authmanagerhelper-messageformat"),),
)
MERGE_FIELDS: Final = Param(
    "mergerequestfields", "boolean", help=(Message("api-help-authmanagerhelper-mergerequestfields"),)
)

HINT_HEADER: Final = "Wikigate-Wanted"
"""Header of a failed answer: ``captcha`` where a solved one is needed, whatever the message says."""


def conversation_params(stage: str, *preserving: Message) -> tuple[Param, ...]:
    """Return the parameters of every module that carries on a conversation with the flow.

    ``stage`` as in ``amirequestsfor``; ``preserving``: what else there is to say of ``preservestate``.
    """
    return (
        Param("requests", multi=True, help=(Message("api-help-authmanagerhelper-requests", (stage,)),)),
        MESSAGE_FORMAT,
        MERGE_FIELDS,
        Param("preservestate", "boolean", help=(Message("api-help-authmanagerhelper-preservestate"), *preserving)),
        Param("returnurl", help=(Message("api-help-authmanagerhelper-returnurl"),)),
        Param("continue", "boolean", help=(Message("api-help-authmanagerhelper-continue"),)),
    )


def caller_of(call: Call) -> Caller:
    """Say who calls, as the flow wants to know it."""
    return Caller(call.session, call.request.address, call.now, call.request_id)


def fill(form: Form, needs: Iterable[Need], wanted: Sequence[str] | None = None) -> tuple[Filled, ...]:
    """Load the needs that the submitted fields fill, of those ``wanted`` by id (None: all).

    Raises ``ApiError`` ``mustpostparams`` naming sensitive fields that stand in the query string.
    """
    asked = [need for need in needs if wanted is None or need.id in wanted]
    fields = {name for need in asked for one in need.fields for name in (one.name, one.alias) if name}
    submitted = {name: text for name in _submitted_names(fields, form) if (text := form.text(name)) is not None}
    must_post(form, *(one.name for need in asked for one in need.fields if one.sensitive))
    return load_all(asked, submitted)


def _submitted_names(fields: Iterable[str], form: Form) -> list[str]:
    return [name for field_name in fields for name in (field_name, f"{field_name}_x") if name in form]


class Wording:
    """Puts messages into result trees the way ``messageformat`` says."""

    __slots__ = ("_call", "_format")

    def __init__(self, call: Call, message_format: str) -> None:
        self._call = call
        self._format = message_format

    def put(self, node: Map, key: str, message: Message) -> None:
        """Add a message under a key; ``none`` adds nothing."""
        if self._format == "raw":
            params: list[Any] = (
                [None] if message == NOTHING else [self._raw(message, param) for param in message.params]
            )
            node[key] = Map({"key": message.key, "params": List(params)})
        elif self._format != "none":
            render = self._call.services.catalog.html if self._format == "html" else self.text
            node[key] = "" if message == NOTHING else render(message, self._call.language)

    def _raw(self, message: Message, param: MessageParam) -> Any:
        """Return a parameter for the raw format; a list of messages is its text there too."""
        is_list = message.key == "rawmessage" and isinstance(param, ListParam)
        return self.text(message, self._call.language) if is_list else raw_param(param)

    def text(self, message: Message, language: str) -> str:
        """Return a message as text, whatever the format."""
        return self._call.services.catalog.text(message, language)

    def label(self, message: Message) -> str:
        """Return the text of an option, which no format changes."""
        return self.text(message, self._call.language)


def put_answer(node: Map, answer: FlowAnswer, wording: Wording, *, merge: bool) -> None:
    """Write what a request of the conversation came to (spec core §7.2)."""
    outcome = answer.outcome
    node["status"] = type(outcome).__name__.upper()
    if isinstance(outcome, Pass):
        node["username"] = outcome.user
        return
    if isinstance(outcome, Redirect):
        node["redirecttarget"] = outcome.url
        if outcome.data:
            node["redirectdata"] = Map(outcome.data)
    if not isinstance(outcome, Fail):
        put_needs(node, answer.needs, wording, merge=merge)
    if answer.message is not None:
        wording.put(node, "message", answer.message)
        node["messagecode"] = message_code(answer.message)
    if isinstance(outcome, (Fail, Restart)):
        node["canpreservestate"] = answer.can_preserve


def put_hint(call: Call, answer: FlowAnswer) -> None:
    """Say in a header what else is wanted, where the words of a failure cannot: MediaWiki's clients see the answer that they know."""
    if isinstance(answer.outcome, Fail) and answer.outcome.hint:
        call.headers.append((HINT_HEADER, answer.outcome.hint))
    if isinstance(answer.outcome, (Fail, Ui)):
        put_wait(call, answer.outcome.retry_after)


def put_wait(call: Call, seconds: int) -> None:
    """Say in a header how long a throttle lasts yet, since the text tells its whole window (security B13); nothing for 0."""
    if seconds:
        call.headers.append(("Retry-After", str(seconds)))


def message_code(message: Message) -> str:
    """Return the code of an answer's message: of its key, or, where the text is in no catalogue, of the text itself."""
    if message.key != "rawmessage" or not message.params:
        return code_of(message.key)
    text = message.params[0]
    if isinstance(text, ListParam):
        # MediaWiki takes the code of a list from the list's own pattern.
        text = "\n".join(f"* ${number}" for number in range(1, len(text.items) + 1))
    return code_of(str(text))


def put_needs(node: Map, needs: Sequence[Need], wording: Wording, *, merge: bool) -> None:
    """Write what can be filled in: each need with its fields, or ``merge`` the needs and, beside them, all fields."""
    requests = []
    for need in needs:
        request = Map({"id": need.id, "metadata": Map(need.metadata), "required": need.required})
        wording.put(request, "provider", need.provider_text)
        wording.put(request, "account", need.account_text)
        if not merge:
            request["fields"] = _fields_node(need.fields, wording)
        requests.append(request)
    node["requests"] = List(requests)
    if merge:
        node["fields"] = _fields_node(merge_fields(needs), wording)


def merge_fields(needs: Iterable[Need]) -> list[Field]:
    """Merge the fields of several needs into one form (spec core §8.1).

    A field may be left empty where every need that carries it can do without: because it may itself be empty there, because that need is
    optional, or because that need is one of several ways in and another way goes without the field. What is sensitive for one is for all.
    """
    needs = list(needs)
    ways = [{f.name for f in need.fields if not f.optional} for need in needs if need.required == "primary-required"]
    in_every_way = set.intersection(*ways) if ways else set()
    merged: dict[str, Field] = {}
    for need in needs:
        for one in need.fields:
            spare = need.required == "required" or (need.required == "primary-required" and one.name in in_every_way)
            seen = replace(one, optional=one.optional or not spare)
            known = merged.get(one.name)
            merged[one.name] = seen if known is None else _joined(known, seen)
    return list(merged.values())


def _joined(known: Field, other: Field) -> Field:
    return replace(
        known,
        optional=known.optional and other.optional,
        sensitive=known.sensitive or other.sensitive,
        options={**known.options, **other.options, **known.options},
    )


def _fields_node(fields: Iterable[Field], wording: Wording) -> Map:
    node = Map()
    for one in fields:
        item = Map({"type": one.type})
        if one.value is not None:
            item["value"] = one.value
        if one.options:
            item["options"] = Map({key: wording.label(label) for key, label in one.options.items()})
        wording.put(item, "label", one.label)
        wording.put(item, "help", one.help)
        item["optional"] = one.optional
        item["sensitive"] = one.sensitive
        node[one.name] = item
    return node
