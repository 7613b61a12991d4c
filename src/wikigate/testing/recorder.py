"""Turns what a real MediaWiki answered into what any server must answer: marks for values, message keys for texts.

The recorder keeps no prose. A text that stands where MediaWiki puts human text (``_PLACES``) becomes its message key; one that no
message of the given catalogue explains is reported in ``unknown`` and becomes ``⟦text⟧``. Values made anew by every server become
typed marks, the same value the same mark, so that later requests can send what earlier answers brought.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from wikigate.testing.bodies import observe
from wikigate.testing.replay import WATCHED
from wikigate.testing.template import TYPES, Bindings, mark_message, solved
from wikigate.testing.texts import Form, Found, Texts
from wikigate.testing.transport import Answer

# Bookkeeping of MediaWiki's replication, ten seconds long; no client needs it (spec core §1).
_DROPPED_COOKIES = ("cpPosIndex", "UseDC")
_CAPTCHA = re.compile(r"(?:captchaId|captchaInfo)[.@]value$|fancycaptchareload[.@]index$")
_TOKEN = re.compile(r"(?<![0-9a-f])([0-9a-f]{40,41})(?=\+\\|%2B%5C|\+%5C|%252B|\Z)")
_ISO = re.compile(r"20(?:2[6-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_WHEN = re.compile(r"\d\d:\d\d, \d{1,2} [A-Z][a-z]+ 20[2-9]\d")
_STATE = re.compile(r"(?<=[?&]state=)[0-9a-f]{16}(?=&|$)")
_REQUEST_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")
_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
# Lists that describe a whole MediaWiki, its pages and its libraries: that they are there is compared, not what they hold.
_OPEN_LISTS = frozenset({
    "specialpagealiases", "magicwords", "interwikimap", "extensions", "libraries", "clientlibraries", "languages",
    "languagevariants", "showhooks", "defaultoptions", "extensiontags", "functionhooks", "variables", "skins",
    "fileextensions", "uploaddialog",
})  # fmt: skip
# Numbers of pages and revisions, which depend on all that was written before.
_REVISION = re.compile(r"edit[.@](?:pageid|oldrevid|newrevid)$")
# Where human text stands: the path's last steps; ``#`` for the text of an XML element, ``%`` for any one step.
_PLACES = (
    "pages.%.invalidreason", "page@invalidreason", "invalidreason.text", "invalidreason.html", "invalidreason.*", "invalidreason/text#",
    "error.info", "error@info", "errors.%.text", "errors.%.html", "errors.%.*", "errors/error#", "error/text#",
    "warnings.%.text", "warnings.%.html", "warnings.%.*", "warnings.%.warnings", "warnings/%#", "warning/text#",
    "warning/html#", "error/html#",
    "clientlogin.message", "clientlogin@message", "clientlogin/message#",
    "validitymessages.%.text", "validitymessages.%.*", "validitymessages/%#",
    "createaccount.message", "createaccount@message", "createaccount/message#",
    "linkaccount.message", "linkaccount@message", "linkaccount/message#",
    "login.reason", "login@reason", "login/reason#", "reason.text", "reason.html", "reason.*", "reason/text#",
    "%.provider", "%.account", "%.label", "%.help", "%@provider", "%@account", "%@label", "%@help",
    "cancreateerror.%.text", "cancreateaccounterror.%.text", "cancreateaccounterror.%.*", "cancreateaccounterror/%#",
    "body.status",
)  # fmt: skip
# Where a message may stand among other things.
_PERHAPS = ("params.%", "params/param#", "%.blockreason", "%@blockreason")
_DESCRIPTIONS = ("%.description", "%@description", "description#", "%.dynamicparameters", "dynamicparameters#")
_DOCREFS = (
    "error.*",
    "error.docref",
    "body.*",
    "body.docref",
    "json.*",
    "json.docref",
    "php.*",
    "php.docref",
    "error#",
    "docref#",
)


# Between messages with one English text: the key that the modules of the login side use.
_PREFERRED = frozenset({
    "authmanager-email-help", "authmanager-email-label", "authmanager-password-help", "authmanager-realname-help",
    "authmanager-realname-label", "authmanager-retype-help", "authmanager-username-help", "login-throttled",
    "paramvalidator-missingparam", "userlogin-yourname", "userlogin-yourpassword", "yourpasswordagain",
})  # fmt: skip


@dataclass(slots=True)
class Recorder:
    """Records one conversation with one wiki.

    ``texts`` are the wiki's own messages; ``bases`` the addresses under which it calls itself; ``day`` the ``YYYYMMDD`` of a fixed
    recording, so that 14-digit stamps of that day are known as volatile.
    ``bindings`` are the values seen, by the names of their marks.
    """

    texts: Texts
    bases: tuple[str, ...] = ()
    day: str = ""
    unknown: list[tuple[str, str]] = field(default_factory=list)
    bindings: Bindings = field(default_factory=Bindings)
    _marks: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def request(self, text: str) -> str:
        """Put marks for the values of earlier answers into a part of a request."""
        for value in sorted(self._marks, key=len, reverse=True):
            text = text.replace(value, self._marks[value])
        return text

    def form(self, values: Mapping[str, str]) -> dict[str, str]:
        """Do as ``request`` does with every field of a form; the right answer to a sum is marked as such."""
        out = {name: self.request(value) for name, value in values.items()}
        captcha = out.get("captchaId", "").strip("⟦⟧").replace("captcha:", "sum:")
        asked = self.bindings.values.get(captcha)
        if asked is not None and values.get("captchaWord") == solved(asked):
            out["captchaWord"] = f"⟦solved:{captcha.removeprefix('sum:')}⟧"
        return out

    def response(self, answer: Answer, error_form: Form, message_form: Form) -> dict[str, Any]:
        """Return what must come back, in the shape of a recording's ``response``."""
        out: dict[str, Any] = {}
        if answer.status != 200:  # noqa: PLR2004  the status that recordings leave out
            out["status"] = answer.status
        headers = {name: answer.header(name) for name in WATCHED}
        if answer.status == 304:  # noqa: PLR2004  no content, so no type; some servers send PHP's all the same
            headers["Content-Type"] = None
        out["headers"] = {name: self._header(name, value) for name, value in headers.items() if value is not None}
        cookies = [cookie for cookie in answer.cookies() if not cookie.startswith(_DROPPED_COOKIES)]
        out["cookies"] = [self._cookie(cookie) for cookie in cookies]
        seen = observe(answer.header("Content-Type") or "", answer.body)
        forms = {"error": error_form, "message": message_form}
        out["body"] = {
            key: value if key == "escaped" else self._tree("body.xml" if key == "xml" else "body", value, forms)
            for key, value in seen.items()
        }
        return out

    def _new(self, type_: str, value: str) -> str:
        self._counts[type_] = self._counts.get(type_, 0) + 1
        name = f"{type_}:{self._counts[type_]}"
        self.bindings.values[name] = self.bindings.values[f"{type_}:last"] = value
        self._marks[value] = f"⟦{name}⟧"
        return self._marks[value]

    def _header(self, name: str, value: str) -> str:
        if name == "X-Request-Id" and re.fullmatch(r"[0-9a-f]{24}", value):
            return "⟦requestid⟧"
        if name == "Expires" and "1970" not in value:
            return "⟦date⟧"
        if name == "Location":
            value = _STATE.sub(lambda state: self._new("state", state[0]), value)
            for base in self.bases:
                value = value.replace(quote(base, safe=""), "⟦any⟧")
        return self._bases(value)

    def _cookie(self, cookie: str) -> str:
        pair, *attributes = cookie.split("; ")
        name, _, value = pair.partition("=")
        if value != "deleted":
            if name.lower().endswith("session"):
                value = self._marks.get(value) or self._new("session", value)
            elif name.endswith("Token"):
                value = self._new("usertoken", value)
            elif name.endswith("BlockID"):
                code = re.search(r"(?<=%21)[0-9a-f]{128}$", value)
                value = value.replace(code[0], self._new("mac", code[0])) if code is not None else value
                attributes = [re.sub(r"(?<=Max-Age=).*", "⟦number⟧", attribute) for attribute in attributes]
            attributes = [_DATE.sub("⟦date⟧", attribute) for attribute in attributes]
        return "; ".join([f"{name}={value}", *attributes])

    def _bases(self, text: str) -> str:
        for base in self.bases:
            text = text.replace(base, "⟦server⟧").replace(quote(base, safe=""), quote("⟦server⟧", safe=""))
        return text

    def _tree(self, place: str, value: Any, forms: Mapping[str, Form]) -> Any:
        match value:
            case dict():
                return {key: self._member(f"{place}.{key}", key, item, forms) for key, item in value.items()}
            case [str() as name, dict() as attributes, *children] if ".xml" in place:
                return self._node(f"{place}/{name}", name, attributes, children, forms)
            case list():
                return [self._tree(f"{place}.{number}", item, forms) for number, item in enumerate(value)]
            case str():
                return self._leaf(place, value, forms)
            case _:
                return value

    def _member(self, place: str, key: str, value: Any, forms: Mapping[str, Form]) -> Any:
        if key in _OPEN_LISTS and place.endswith(f"query.{key}"):
            return "⟦any⟧"
        counted = "query.statistics." in place or re.search(r"usergroups\.\d+\.number$", place)
        if isinstance(value, int) and (counted or place == "body.time" or _REVISION.search(place)):
            return "⟦number⟧"
        return self._tree(place, value, forms)

    def _node(
        self, place: str, name: str, attributes: dict[str, str], children: list[Any], forms: Mapping[str, Form]
    ) -> Any:
        shown = {key: self._leaf(f"{place}@{key}", value, forms) for key, value in attributes.items()}
        if name in _OPEN_LISTS and place.endswith(f"query/{name}"):
            return [name, shown, "⟦any⟧"]
        if name == "statistics":
            return [name, dict.fromkeys(shown, "⟦number⟧")]
        inner = [
            self._tree(place, c, forms) if isinstance(c, list) else self._leaf(f"{place}#", c, forms) for c in children
        ]
        return [name, shown, *inner]

    def _leaf(self, place: str, value: str, forms: Mapping[str, Form]) -> str:
        if not value:
            return value
        if _stands(place, _DESCRIPTIONS):
            return "⟦text⟧"
        if _stands(place, _DOCREFS) and "api.php" in value:
            return "⟦docref⟧"
        if place == "body" and "path info" in value:
            return "⟦text⟧"
        if _REVISION.search(place):
            return "⟦number⟧"
        if (made := _CAPTCHA.search(place)) is not None:
            return self._captcha(made[0], value)
        if _stands(place, _PLACES) and not re.fullmatch(r"\(.*\)", value):
            return self._text(place, value, forms)
        if " " in value and _stands(place, _PERHAPS):
            return self._message(value, forms["message"]) or self._values(value)
        return self._values(value)

    def _captcha(self, place: str, value: str) -> str:
        """Mark a captcha's id and its sum; the address of a picture bears the id."""
        if "Info" not in place:
            return self._new("captcha", value)
        return self._new("sum", value) if re.fullmatch(TYPES["sum"], value) else self.request(value)

    def _values(self, value: str) -> str:
        # Every token shown has a name of its own: whether two are alike depends on the second in which they were made.
        value = _TOKEN.sub(lambda token: self._new("token", token[1]), value)
        value = _WHEN.sub("⟦when⟧", _REQUEST_ID.sub("⟦requestid⟧", _ISO.sub("⟦time⟧", value)))
        if self.day:
            value = re.sub(rf"(?<!\d){self.day}\d{{6}}(?!\d)", "⟦stamp⟧", value)
        return self._bases(value)

    def _text(self, place: str, value: str, forms: Mapping[str, Form]) -> str:
        of_error = re.search(r"error|warning|\breason|cancreate", place) is not None
        form = forms["error" if of_error else "message"]
        if place == "body.status":
            form = "plain"
        # Several messages stand on lines of their own; one message may have lines too. The reading that explains more is right.
        whole, lines = self._finds(value, form), [self._finds(line, form) for line in value.split("\n")]
        if whole and (not all(lines) or whole[0].weight >= sum(line[0].weight for line in lines)):
            return self._mark(whole, form)
        if all(lines):
            return "\n".join(self._mark(line, form) for line in lines)
        if not re.search(r"\s", value):
            return self._values(value)
        self.unknown.append((place, value))
        return "⟦text⟧"

    def _message(self, text: str, form: Form) -> str | None:
        finds = self._finds(text, form)
        return self._mark(finds, form) if finds else None

    def _finds(self, text: str, form: Form) -> list[Found]:
        """Return the messages that explain most of a text, equally well."""
        finds = self.texts.find(text, form)
        same = [found for found in finds if found.weight == finds[0].weight]
        return [found for found in same if found.key in _PREFERRED] or same

    def _parameter(self, value: str, form: Form) -> str:
        """Mark a message's parameter: a whole sentence among the messages is a message itself, in whatever words."""
        return "⟦text⟧" if value.endswith(".") and self._finds(value, form) else self._values(value)

    def _mark(self, finds: list[Found], form: Form) -> str:
        params = {number: self._parameter(value, form) for number, value in finds[0].params.items()}
        return mark_message(tuple(dict.fromkeys(found.key for found in finds)), params, form)


def _stands(place: str, patterns: tuple[str, ...]) -> bool:
    return any(_expression(pattern).search(place) for pattern in patterns)


def _expression(pattern: str) -> re.Pattern[str]:
    spelled = re.escape(pattern).replace("%", r"[^./@#]+")
    return re.compile(rf"(?:^|[./]){spelled}$")
