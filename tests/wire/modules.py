"""API modules that exist for tests alone: ``fwtest`` shows what became of its parameters, ``fwwrite`` writes, ``fwold`` is deprecated.

The recordings of the framework were made on a wiki that had the same three; they take the public way of a plug-in.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from wikigate.actions.action import Module
from wikigate.actions.authforms import caller_of
from wikigate.primitives.errors import ApiError, Issue
from wikigate.primitives.message import Message, message
from wikigate.primitives.timestamps import iso8601
from wikigate.wire.coerce import must_post, require_only_one
from wikigate.wire.params import Param, Timestamp
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from wikigate.actions.action import Action
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


class RuntimeException(Exception):  # noqa: N818  PHP's name
    """Bears the name of the fault on the recorded wiki."""


class DBUnexpectedError(Exception):
    """Bears the name of the fault on the recorded wiki."""


_ENUM = {"type": "enum", "values": ("a", "b", "old"), "deprecated_values": frozenset({"old"})}
_PARAMS = (
    Param("shape"),
    Param("str"),
    Param("strmulti", multi=True),
    Param("dupmulti", multi=True, allow_duplicates=True),
    Param("small", multi=True, limit=2, high_limit=4),
    Param("int", "integer"),
    Param("intrange", "integer", min=1, max=10),
    Param("intenforce", "integer", min=1, max=10, enforce_range=True),
    Param("intmin", "integer", min=1, enforce_range=True),
    Param("intmax", "integer", max=10, enforce_range=True),
    Param("flag", "boolean"),
    Param("limit", "limit", default=10, min=1, max=500, high_max=5000),
    Param("enum", **_ENUM),
    Param("enummulti", multi=True, all_specifier="*", **_ENUM),
    Param("enumstrict", "enum", multi=True, strict=True, values=("a", "b")),
    Param("maxbytes", max_bytes=4),
    Param("oldparam", deprecated=True),
    Param("ts", "timestamp"),
    Param("expiry", "expiry"),
    Param("ns", "namespace"),
    Param("nsmulti", "namespace", multi=True),
    Param("user", "user", subtypes=("name", "ip")),
    Param("username", "user", subtypes=("name",)),
    Param("raw", "raw"),
    Param("file", "upload"),
    Param("default", default="dflt"),
)


class FwTest:
    """Shows what became of its parameters, or does what ``ftshape`` says."""

    def __init__(self, *, required: bool = False) -> None:
        req = Param("req", required=required)
        self.module = Module("fwtest", prefix="ft", params=(req, *_PARAMS), read=False, classname="FwTest")

    def run(self, call: Call, services: Services) -> None:
        shape = call.args.pop("shape")
        if shape is None:
            given = {name: value for name, value in call.args.items() if value is not None and value is not False}
            call.add("fwtest", Map({name: _told(name, value) for name, value in given.items()}))
        else:
            getattr(self, f"_{shape}")(call, services)

    def _shapes(self, call: Call, _services: Services) -> None:
        call.add("fwtest", _shapes())

    def _warn(self, call: Call, _services: Services) -> None:
        call.warn(Issue(message("apiwarn-invalidtitle", "A")))
        call.warn(Issue(message("apiwarn-invalidtitle", "B"), "customcode", {"extra": 1, "flag": True}))
        call.deprecate(message("apiwarn-deprecation-login-token"), "fwtest-feature")
        call.add("fwtest", {"done": True})

    def _multierror(self, call: Call, _services: Services) -> None:
        found = Issue(message("apierror-mustbeloggedin-generic")), Issue(message("apierror-nochanges"))
        raise ApiError(*found, warnings=(Issue(message("apiwarn-invalidtitle", "W")),))

    def _adderror(self, call: Call, _services: Services) -> None:
        call.errors.add_error(call.result, call.path, Issue(message("apierror-nochanges")))
        call.errors.add_error(
            call.result, call.path, Issue(message("apierror-mustbeloggedin-generic"), "mycode", {"k": "v"})
        )
        call.add("fwtest", {"done": True})

    def _http(self, call: Call, _services: Services) -> None:
        raise ApiError(
            Issue(message("apierror-nochanges"), "teapot", {"detail": {"x": 1}}), http_status=call.args["int"] or 418
        )

    def _exception(self, _call: Call, _services: Services) -> None:
        raise RuntimeException("what only the log may tell")

    def _dberror(self, _call: Call, _services: Services) -> None:
        raise DBUnexpectedError("what only the log may tell")

    def _big(self, call: Call, _services: Services) -> None:
        call.add("fwtest", List(["x" * 1000] * 20))

    def _right(self, call: Call, _services: Services) -> None:
        if not call.user.can("bot"):
            raise ApiError(Issue(message("apierror-permissiondenied", message("action-bot")), "permissiondenied"))

    def _postparam(self, call: Call, _services: Services) -> None:
        must_post(call.form, "ftstr")

    def _readonly(self, _call: Call, services: Services) -> None:
        raise ApiError(
            Issue(message("apierror-readonly"), "readonly", {"readonlyreason": services.site.read_only}), module="main"
        )

    def _onlyone(self, call: Call, services: Services) -> None:
        require_only_one(services.registry.param_set(self.module), call.args, "str", "int")

    def _maxone(self, call: Call, services: Services) -> None:
        require_only_one(services.registry.param_set(self.module), call.args, "str", "int")


class FwWrite:
    """Writes, as far as the framework is concerned."""

    module = Module("fwwrite", must_be_posted=True, write=True, token="csrf", read=False, classname="FwWrite")

    def run(self, call: Call, _services: Services) -> None:
        call.add("fwwrite", {"ok": True})


class FwOld:
    """Is deprecated, and does nothing."""

    module = Module("fwold", deprecated=True, read=False, classname="FwOld")

    def run(self, _call: Call, _services: Services) -> None:
        return


class Edit:
    """Stands for a wiki's own editing, of which it shows what concerns accounts: a visitor is remembered, or gets a temporary account."""

    module = Module(
        "edit",
        must_be_posted=True,
        write=True,
        token="csrf",
        params=(Param("title"), Param("text")),
        classname="ApiEditPage",
    )

    def __init__(self) -> None:
        self._revision = 1

    def run(self, call: Call, services: Services) -> None:
        made = services.temporary_accounts.begin(caller_of(call))
        if isinstance(made, Message):
            raise ApiError(Issue(made))
        services.sessions.persist(call.session)
        before, self._revision = self._revision, self._revision + 1
        node = Map({"result": "Success", "pageid": 2, "title": call.args["title"], "contentmodel": "wikitext"})
        node |= {"oldrevid": before, "newrevid": self._revision, "newtimestamp": iso8601(call.now), "watched": True}
        if made is not None:
            node["tempusercreated"] = True
        call.add("edit", node)


def modules(*, required: bool = False) -> tuple[Action, ...]:
    """Return the three; ``required`` makes ``ftreq`` a required parameter."""
    return (FwTest(required=required), FwWrite(), FwOld())


def _told(name: str, value: Any) -> str:
    match value:
        case bool():
            return f"boolean:{str(value).lower()}"
        case int():
            return f"integer:{value}"
        case Timestamp(None):
            return "string:'infinity'"
        case Timestamp(seconds):
            shown = "%Y-%m-%dT%H:%M:%SZ" if name == "expiry" else "%Y%m%d%H%M%S"
            return f"string:'{time.strftime(shown, time.gmtime(seconds))}'"
        case list():
            return json.dumps(value, separators=(",", ":"))
        case _:
            return f"string:'{value}'"


def _shapes() -> Map:
    pair = {"kvp_key": "key", "element": "pair"}
    nested = {"k1": {"a": 1}, "k2": ["x", "y"]}
    return Map({
        "str": "x",
        "empty": "",
        "int": 5,
        "zero": 0,
        "float": 1.5,
        "bigfloat": 1e20,
        "true": True,
        "false": False,
        "null": None,
        "html": "<b> & \"q\" 's' / é ☃ \U0001f600 \u2028\n\t",
        "list": List(["a", "b"], "item"),
        "listnotag": ["a", "b"],
        "emptylist": List([], "item"),
        "emptyassoc": Map(type="assoc"),
        "boollist": List([True, False, True], "b"),
        "nulllist": List([None, "x"], "n"),
        "maps": List([{"id": 1, "name": "A"}, {"id": 2, "name": "B", "flag": True}], "m"),
        "sparse": Map({"3": "three", "1": "one"}, type="default", element="s"),
        "sparsearray": Map({"3": "three", "1": "one"}, type="array", element="s"),
        "bcarray": Map({"3": "three", "1": "one"}, type="BCarray", element="s"),
        "bcassoc": List(["p", "q"], "s", "BCassoc"),
        "assoclist": List(["p", "q"], "s", "assoc"),
        "kvp": Map({"k1": "v1", "k 2": "v2"}, type="kvp", **pair),
        "kvpdefaultname": Map({"k1": "v1", "k 2": "v2"}, type="kvp", element="pair"),
        "kvpnested": Map(nested, type="kvp", **pair),
        "kvpmerge": Map(nested, type="kvp", kvp_merge=True, **pair),
        "bckvp": Map({"k1": "v1", "k2": "v2"}, type="BCkvp", **pair),
        "content": Map({"attr": "a", "text": "  body\n text "}, content="text"),
        "contentsub": Map({"attr": "a", "child": {"z": 1}, "text": "body"}, content="text"),
        "contentarray": Map({"text": {"q": 1}}, content="text"),
        "bcbools": Map({"t": True, "f": False, "t2": True, "f2": False}, bc_bools=("t", "f")),
        "subel": Map({"a": "as attribute", "b": "as element", "n": 3}, subelements=("b", "n")),
        "bcsubel": Map({"a": "as attribute", "b": "as element"}, bc_subelements=("b",)),
        "badnames": {
            "with space": 1, "9num": 2, "": 3, "a:b": 4, "x.y": 6, "é": 7, "a/b": 8, "sub el": [1], "_hid": 5,
        },
        "preserve": Map({"_kept": 1}, preserve=("_kept",)),
        "nested": {"one": {"two": {"three": 3}}},
        "mixed": Map({"k": "v", "0": "first", "1": "second"}, type="default", element="i"),
    })  # fmt: skip
