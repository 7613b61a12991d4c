"""Errors and warnings by the codes and in the words of an old era (spec legacy §3.1, §5, §6).

What clients of the time match on is said as they know it; everything else keeps today's words. Only the shape without ``errorformat``
differs: whoever asks for another shape speaks today's language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from wikigate.primitives.errors import ApiError, Issue
from wikigate.primitives.message import ListParam, Message, PlainText
from wikigate.wire.errorformat import ErrorFormatter
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.wire.dialect import Dialect
    from wikigate.wire.errorformat import Texts

_SAID: Final = "wikigate-said"
# What an old era never said.
_UNSAID: Final = frozenset({
    "apiwarn-deprecation-post-without-content-type", "apiwarn-deprecation-httpsexpected", "apiwarn-deprecation-login-token",
    "apiwarn-deprecation-login-botpw", "apiwarn-deprecation-login-nobotpw", "api-usage-mailinglist-ref",
})  # fmt: skip
_TEXTS: Final[dict[str, Callable[..., str]]] = {
    "apierror-mustbeposted": "The {} module requires a POST request".format,
    "apierror-readapidenied": lambda *_: "You need read permission to use this module",
    "apierror-assertuserfailed": lambda *_: "Assertion that the user is logged in failed",
    "apierror-assertbotfailed": lambda *_: "Assertion that the user has the bot right failed",
    "apierror-badtoken": lambda *_: "Invalid token",
    "apiwarn-deprecation-login-token": lambda *_: (
        "Fetching a token via action=login is deprecated. Use action=query&meta=tokens&type=login instead."
    ),
}


def said(text: str) -> Message:
    """Return a message that says just this."""
    return Message(_SAID, (PlainText(text),))


def of_era(issue: Issue, dialect: Dialect) -> Issue:
    """Return an error or warning as the era had it."""
    key = issue.message.key
    shown = [_text(param) for param in issue.message.params]
    if dialect.old_codes and shown and issue.code in {"badvalue", "missingparam"}:
        return _of_parameter(issue, shown, dialect)
    if dialect.private_hides and issue.code == "readapidenied":
        return Issue(said(_unrecognised("action", ["query"], dialect)), "unknown_action")
    if not dialect.old_texts:
        return issue
    if issue.code == "unrecognizedvalues":
        return replace(issue, message=said(_unrecognised(shown[0], list(issue.data["values"]), dialect)))
    if issue.code == "unrecognizedparams":
        names = shown[0].split(", ")
        listed = f"parameter: '{names[0]}'" if len(names) == 1 else f"parameters: {', '.join(names)}"
        return replace(issue, message=said(f"Unrecognized {listed}"))
    text = _TEXTS.get(key)
    return issue if text is None else replace(issue, message=said(text(*shown)))


def _of_parameter(issue: Issue, shown: list[str], dialect: Dialect) -> Issue:
    """Name the parameter in the code; from 1.29 on the words are today's (spec legacy §3.1, §5)."""
    name, *values = shown
    is_missing = issue.code == "missingparam"
    code = f"no{name}" if is_missing else f"unknown_{name}"
    if not dialect.old_texts:
        return Issue(issue.message, code)
    return Issue(
        said(f"The {name} parameter must be set" if is_missing else _unrecognised(name, values[:1], dialect)), code
    )


def _unrecognised(name: str, values: list[str], dialect: Dialect) -> str:
    if dialect.strict_values:
        return f"Unrecognised value for parameter '{name}'"
    noun = "value" if len(values) < 2 else "values"  # noqa: PLR2004  one or more
    return f"Unrecognized {noun} for parameter '{name}': {', '.join(values)}"


def _text(param: Any) -> str:
    if isinstance(param, PlainText):
        return param.text
    if isinstance(param, ListParam):
        return ", ".join(map(_text, param.items))
    return str(param)


def error_of_era(error: ApiError, dialect: Dialect) -> ApiError:
    """Return an error with the era's codes: of several, as then, the first."""
    issues = tuple(of_era(issue, dialect) for issue in error.issues[:1])
    return ApiError(*issues, http_status=error.http_status, headers=error.headers, module=error.module)


class EraErrors(ErrorFormatter):
    """Writes an old era's errors and warnings into a result."""

    __slots__ = ("_api_url", "_dialect")

    def __init__(self, dialect: Dialect, catalog: Texts, api_url: str) -> None:
        super().__init__("bc", "en", catalog)
        self._dialect = dialect
        self._api_url = api_url

    def add_warning(self, tree: dict[str, Any], module_path: str, issue: Issue) -> None:
        """Add a warning, if the era had it; raises ``ApiError`` where the era took it for an error."""
        dialect, key = self._dialect, issue.message.key
        if key == "api-usage-mailinglist-ref" and not dialect.announces_deprecations:
            return
        if key in _UNSAID and not dialect.login_advice:
            return
        if issue.code == "unrecognizedparams" and not dialect.unknown_parameters:
            return
        if issue.code == "unrecognizedvalues" and dialect.strict_values:
            name = _text(issue.message.params[0])
            raise ApiError(Issue(said(_unrecognised(name, [], dialect)), f"unknown_{name}"), module=module_path)
        super().add_warning(tree, module_path, of_era(issue, dialect))

    def finish_error(self, tree: dict[str, Any], docref: Message | None) -> None:
        """Add what the era put beside an error: nothing, or where the usage is told."""
        if self._dialect.usage == "docref":
            super().finish_error(tree, docref)
        elif self._dialect.usage == "see" and docref is not None and isinstance(tree.get("error"), Map):
            tree["error"]["docref"] = f"See {self._api_url} for API usage"
            tree["error"].meta = replace(tree["error"].meta, content="docref")
