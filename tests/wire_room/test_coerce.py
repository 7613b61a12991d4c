"""Declared parameters (spec framework §4; transcripts T137 to T238)."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.errors import ApiError, Issue
from wikigate.primitives.message import ListParam, Message, Num, PlainText
from wikigate.wire.coerce import ParamSet, coerce, must_post, require_at_least_one, require_only_one
from wikigate.wire.http import Request
from wikigate.wire.params import Param, Timestamp
from wikigate.wire.phpform import Form, FormLimits, parse_form

NOW = 1_795_221_020.5
AB = ("a", "b")
OLD = frozenset({"old"})

FT = ParamSet(
    "fwtest",
    "ft",
    [
        Param("str"),
        Param("int", "integer"),
        Param("intrange", "integer", min=1, max=10),
        Param("intenforce", "integer", min=1, max=10, enforce_range=True),
        Param("intmin", "integer", min=1, enforce_range=True),
        Param("intmax", "integer", max=10, enforce_range=True),
        Param("limit", "limit", default=10, min=1, max=500, high_max=5000),
        Param("flag", "boolean"),
        Param("enum", "enum", values=("a", "b", "old"), deprecated_values=OLD),
        Param("enummulti", "enum", values=("a", "b", "old"), deprecated_values=OLD, multi=True, all_specifier="*"),
        Param("enumstrict", "enum", values=AB, multi=True, strict=True),
        Param("strmulti", multi=True),
        Param("dupmulti", multi=True, allow_duplicates=True),
        Param("small", multi=True, limit=2, high_limit=4),
        Param("maxbytes", max_bytes=4),
        Param("maxchars", max_chars=4),
        Param("oldparam", deprecated=True),
        Param("ts", "timestamp"),
        Param("expiry", "expiry"),
        Param("ns", "namespace"),
        Param("nsmulti", "namespace", multi=True),
        Param("user", "user", subtypes=("name", "ip")),
        Param("title", "title"),
        Param("file", "upload"),
        Param("raw", "raw"),
        Param("password", "password"),
        Param("default", default="dflt"),
        Param("types", "enum", values=("login", "csrf"), multi=True, default="csrf"),
    ],
)


class Context:
    """A request that keeps its warnings."""

    def __init__(self, *, high: bool = False) -> None:
        self.warnings: list[tuple[str, Issue]] = []
        self.limits: dict[str, int] = {}
        self._high = high

    def warn(self, module_path: str, issue: Issue) -> None:
        self.warnings.append((module_path, issue))

    def high_limits(self) -> bool:
        return self._high

    def now(self) -> float:
        return NOW

    def canonical_user(self, text: str, subtypes: tuple[str, ...]) -> str | None:
        return None if "#" in text else f"{text.capitalize()}/{'+'.join(subtypes)}"

    def limit_max(self, module_path: str, value: int) -> None:
        self.limits[module_path] = value


def form_of(query: str) -> Form:
    return parse_form(Request("GET", "/", query), FormLimits(max_params=10**6))


def read(query: str, *, high: bool = False) -> tuple[dict[str, Any], list[tuple[str, Issue]]]:
    context = Context(high=high)
    return coerce(FT, form_of(query), context), context.warnings


def value(query: str) -> Any:
    values, warnings = read(query)
    assert warnings == []
    return values[query.partition("=")[0].removeprefix("ft").removesuffix("[]")]


def error(query: str, *, high: bool = False) -> Issue:
    with pytest.raises(ApiError) as caught:
        read(query, high=high)
    assert caught.value.module == "fwtest"
    assert caught.value.http_status == 200
    return caught.value.issues[0]


def test_what_is_absent_has_its_default() -> None:
    values, warnings = read("")
    assert warnings == []
    given_ones = {name: value for name, value in values.items() if value is not None}
    assert given_ones == {"limit": 10, "flag": False, "default": "dflt", "types": ["csrf"]}
    assert "str" in values


def test_a_list_is_the_callers_to_keep() -> None:
    read("")[0]["types"].append("x")
    assert read("")[0]["types"] == ["csrf"]
    FT.defaults()["types"].append("x")
    assert FT.defaults()["types"] == ["csrf"]


@pytest.mark.parametrize("query", ["ftflag=1", "ftflag=0", "ftflag=false", "ftflag=", "ftflag"])
def test_a_boolean_is_true_by_presence(query: str) -> None:
    assert value(query) is True


def test_a_boolean_given_as_an_array_is_false_without_a_word() -> None:
    assert value("ftflag[]=1") is False


@pytest.mark.parametrize(
    ("text", "number"),
    [("-5", -5), ("%2B5", 5), ("007", 7), ("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63))],
)
def test_an_integer_is_decimal_digits_within_64_bits(text: str, number: int) -> None:
    assert value(f"ftint={text}") == number


@pytest.mark.parametrize("text", ["", "%205", "1.9", "1e3", "0x1", "99999999999999999999", "9" * 5000, "٣"])
def test_anything_else_is_no_integer(text: str) -> None:
    assert error(f"ftint={text}").code == "badinteger"


def test_badinteger_shows_name_and_value_as_plain_text() -> None:
    assert error("ftint=1.9").message == Message("paramvalidator-badinteger", (PlainText("ftint"), PlainText("1.9")))


def test_an_integer_out_of_range_is_clamped_with_a_warning() -> None:
    values, warnings = read("ftintrange=11")
    assert values["intrange"] == 10
    data = {"min": 1, "curmax": 10, "max": 10, "highmax": 10}
    params = (PlainText("ftintrange"), PlainText("11"), Num(1), Num(10))
    assert warnings == [("fwtest", Issue(Message("paramvalidator-outofrange-minmax", params), "outofrange", data))]
    assert read("ftintrange=-3")[0]["intrange"] == 1


@pytest.mark.parametrize(
    ("query", "key", "data"),
    [
        ("ftintenforce=11", "minmax", {"min": 1, "curmax": 10, "max": 10, "highmax": 10}),
        ("ftintenforce=0", "minmax", {"min": 1, "curmax": 10, "max": 10, "highmax": 10}),
        ("ftintmin=0", "min", {"min": 1, "curmax": None, "max": None, "highmax": None}),
        ("ftintmax=11", "max", {"min": None, "curmax": 10, "max": 10, "highmax": 10}),
    ],
)
def test_an_enforced_range_is_an_error(query: str, key: str, data: dict[str, Any]) -> None:
    issue = error(query)
    assert (issue.code, issue.message.key, issue.data) == ("outofrange", f"paramvalidator-outofrange-{key}", data)
    bounds = ["" if bound is None else bound for bound in (data["min"], data["curmax"])]
    assert issue.message.params[2:] == (Num(bounds[0]), Num(bounds[1]))


def test_a_limit_takes_max_in_lower_case_and_says_what_it_came_to() -> None:
    context = Context()
    assert coerce(FT, form_of("ftlimit=max"), context)["limit"] == 500
    assert context.limits == {"fwtest": 500}
    assert read("ftlimit=max", high=True)[0]["limit"] == 5000
    assert error("ftlimit=MAX").code == "badinteger"
    assert error("ftlimit=x").code == "badinteger"


def test_a_limit_too_high_is_clamped_to_what_the_caller_may_have() -> None:
    values, warnings = read("ftlimit=501")
    assert values["limit"] == 500
    assert warnings[0][1].data == {"min": 1, "curmax": 500, "max": 500, "highmax": 5000}
    assert read("ftlimit=501", high=True) == ({**values, "limit": 501}, [])
    assert read("ftlimit=5001", high=True)[0]["limit"] == 5000


def test_an_enum_takes_exact_values() -> None:
    assert value("ftenum=a") == "a"
    for wrong in ("z", "A", "", "a|b"):
        issue = error(f"ftenum={wrong}")
        allowed = ListParam((PlainText("a"), PlainText("b"), PlainText("old")), "text")
        expected = Message(
            "paramvalidator-badvalue-enumnotmulti", (PlainText("ftenum"), PlainText(wrong), allowed, Num(3))
        )
        assert (issue.code, issue.message) == ("badvalue", expected)


def test_several_values_drop_the_unknown_with_one_warning() -> None:
    values, warnings = read("ftenummulti=a|z|y")
    assert values["enummulti"] == ["a"]
    shown = ListParam((PlainText("z"), PlainText("y")), "comma")
    params = (PlainText("ftenummulti"), PlainText("a|z|y"), shown, Num(2))
    issue = Issue(Message("paramvalidator-unrecognizedvalues", params), "unrecognizedvalues", {"values": ["z", "y"]})
    assert warnings == [("fwtest", issue)]
    assert read("ftenummulti=z")[0]["enummulti"] == []
    assert read("ftenummulti=a|")[0]["enummulti"] == ["a"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ftenummulti=a|a", ["a"]),
        ("ftenummulti=*", ["a", "b", "old"]),
        ("ftenummulti=", []),
        ("ftenummulti=%1F", []),
        ("ftdupmulti=a|b|a", ["a", "b", "a"]),
        ("ftstrmulti=%1Fa|b%1Fc", ["a|b", "c"]),
        ("ftstrmulti=%1F%1Fx", ["", "x"]),
        ("ftnsmulti=0|1", [0, 1]),
        ("fttypes=login", ["login"]),
    ],
)
def test_several_values_are_split(query: str, expected: list[Any]) -> None:
    assert value(query) == expected


def test_the_all_specifier_beside_others_is_an_unknown_value() -> None:
    values, warnings = read("ftenummulti=*|a")
    assert values["enummulti"] == ["a"]
    assert warnings[0][1].data == {"values": ["*"]}


def test_a_strict_multi_enum_refuses_unknown_values() -> None:
    issue = error("ftenumstrict=a|z")
    assert (issue.code, issue.message.key) == ("badvalue", "paramvalidator-badvalue-enummulti")
    assert issue.message.params[1] == PlainText("z")


def test_a_single_value_may_not_begin_with_the_separator() -> None:
    issue = error("ftstr=%1Fa%1Fb")
    assert (issue.code, issue.message.key) == ("badvalue", "paramvalidator-notmulti")


def test_e9_values_are_counted_before_they_are_judged() -> None:
    issue = error("ftsmall=a|b|c")
    assert issue.message == Message("paramvalidator-toomanyvalues", (PlainText("ftsmall"), Num(2)))
    assert issue.data == {"parameter": "ftsmall", "limit": 2, "lowlimit": 2, "highlimit": 4}
    assert read("ftsmall=a|b|c", high=True)[0]["small"] == ["a", "b", "c"]
    assert error("ftsmall=a|a|a|a|a", high=True).data["limit"] == 4
    assert error("ftstrmulti=" + "a|" * 50).data["limit"] == 50
    assert error("ftstrmulti=" + "a|" * 100_000).code == "toomanyvalues"


def test_lengths_are_counted_in_bytes_or_characters() -> None:
    assert value("ftmaxbytes=%C3%A9%C3%A9") == "éé"
    issue = error("ftmaxbytes=%C3%A9%C3%A9x")
    assert issue.code == "maxbytes"
    assert issue.data == {"maxbytes": 4, "maxchars": None}
    assert issue.message.params[2:] == (Num(4), Num(5))
    assert value("ftmaxchars=%C3%A9%C3%A9xx") == "ééxx"
    assert error("ftmaxchars=abcde").code == "maxchars"


def test_a_deprecated_parameter_warns_even_when_empty() -> None:
    for query in ("ftoldparam=x", "ftoldparam="):
        issue = read(query)[1][0][1]
        assert (issue.code, issue.data) == ("deprecation", {"feature": "action=fwtest&ftoldparam"})
        assert issue.message.key == "paramvalidator-param-deprecated"


def test_a_deprecated_value_warns_with_a_feature_of_its_own() -> None:
    for query in ("ftenum=old", "ftenummulti=a|old"):
        issue = read(query)[1][0][1]
        assert issue.data == {"feature": f"action=fwtest&{query.partition('=')[0]}=old"}
        assert issue.message.key == "paramvalidator-deprecated-value"


def test_features_name_nested_modules_in_full() -> None:
    declared = [Param("x", deprecated=True)]
    for path, group, feature in [
        ("query+tokens", "meta", "action=query&meta=tokens&px"),
        ("query+users", "list", "action=query&list=users&px"),
        ("main", "meta", "px"),
    ]:
        context = Context()
        coerce(ParamSet(path, "p", declared, group=group), form_of("px=1"), context)
        assert context.warnings[0][1].data == {"feature": feature}


def test_timestamps_and_expiries_become_seconds() -> None:
    assert value("ftts=2020-01-02T03:04:05Z") == Timestamp(1_577_934_245)
    assert error("ftts=foo").code == "badtimestamp"
    assert value("ftexpiry=2%20weeks") == Timestamp(int(NOW) + 14 * 86400)
    assert value("ftexpiry=never") == Timestamp(None)
    assert error("ftexpiry=foo").code == "badexpiry"
    assert error("ftexpiry=2001-01-01T00:00:00Z").code == "badexpiry-past"


def test_an_unclear_now_is_taken_with_a_warning() -> None:
    for query in ("ftts=", "ftts=0"):
        values, warnings = read(query)
        assert values["ts"] == Timestamp(int(NOW))
        assert warnings[0][1].code == "unclearnowtimestamp"


def test_namespaces_users_and_titles() -> None:
    assert value("ftns=0") == 0
    assert error("ftns=999").code == "badvalue"
    assert error("ftns=x").code == "badvalue"
    values, warnings = read("ftnsmulti=0|1|999")
    assert values["nsmulti"] == [0, 1]
    assert warnings[0][1].data == {"values": ["999"]}
    assert value("ftuser=admin") == "Admin/name+ip"
    assert error("ftuser=a%23b").code == "baduser"
    assert value("fttitle=main_page") == "Main page"
    assert value("fttitle=a%23b") == "A"
    for wrong in ("", "%20", "a%7Cb", "a" * 256):
        assert error(f"fttitle={wrong}").code == "badtitle"


def test_an_upload_sent_as_a_plain_value_is_refused() -> None:
    issue = error("ftfile=abc")
    assert (issue.code, issue.message.key) == ("badupload", "paramvalidator-badupload-notupload")
    assert issue.data == {"code": "notupload"}
    assert coerce(FT, Form(uploads=frozenset({"ftfile"})), Context())["file"] is True


def test_text_is_normalised_with_a_warning_and_raw_is_not() -> None:
    values, warnings = read("ftpassword=e%CC%81&ftraw=e%CC%81")
    assert values["password"] == "é"
    assert values["raw"] == "e\u0301"
    assert warnings == [("fwtest", Issue(Message("apiwarn-badutf8", ("ftpassword",)), "badutf8"))]


def test_e11_array_syntax_counts_as_absent_with_a_warning_of_the_main_module() -> None:
    values, warnings = read("ftstr[]=x")
    assert values["str"] is None
    assert warnings == [("main", Issue(Message("apiwarn-unsupportedarray", ("ftstr",)), "unsupportedarray"))]


REQUIRED = ParamSet(
    "m", "", [Param("a"), Param("req", required=True), Param("n", "integer"), Param("e", "enum", values=AB)]
)


@pytest.mark.parametrize("query", ["", "req=", "req[]=x", "a=1"])
def test_a_required_string_must_be_given_and_not_empty(query: str) -> None:
    with pytest.raises(ApiError) as caught:
        coerce(REQUIRED, form_of(query), Context())
    sent = (PlainText(""),) if query == "req=" else ()
    assert caught.value.issues[0].message == Message("paramvalidator-missingparam", (PlainText("req"), *sent))
    assert caught.value.issues[0].code == "missingparam"


def test_the_first_declared_failure_wins_whatever_was_sent_first() -> None:
    for query, code in [("e=z&n=x&req=1", "badinteger"), ("n=x", "missingparam"), ("a=%1F&n=x", "badvalue")]:
        with pytest.raises(ApiError) as caught:
            coerce(REQUIRED, form_of(query), Context())
        assert caught.value.issues[0].code == code


def test_reading_marks_names_as_used_and_leaves_others_alone() -> None:
    form = form_of("ftstr=1&ftflag&other=1&ftstrx=1")
    coerce(FT, form, Context())
    assert form.unused() == ["other", "ftstrx"]
    assert "ftstr" in FT.names
    assert "str" not in FT.names


def test_the_body_alone_may_carry_a_parameter() -> None:
    request = Request("POST", "/", "ftint=1", {"content-type": "application/x-www-form-urlencoded"}, b"ftint=2&ftstr=x")
    values = coerce(FT, parse_form(request, FormLimits()), Context())
    assert (values["int"], values["str"]) == (2, "x")


def failing(check: Any, args: dict[str, Any], *names: str) -> Issue:
    with pytest.raises(ApiError) as caught:
        check(ParamSet("clientlogin", "login", [Param(name) for name in args]), args, *names)
    assert caught.value.module == "clientlogin"
    return caught.value.issues[0]


def test_combinations_are_checked_by_presence() -> None:
    none = {"continue": False, "returnurl": None}
    both = ListParam(("<var>logincontinue</var>", "<var>loginreturnurl</var>"), "text")
    issue = failing(require_at_least_one, none, "continue", "returnurl")
    assert (issue.code, issue.message) == ("missingparam", Message("apierror-missingparam-at-least-one-of", (both, 2)))
    issue = failing(require_only_one, none, "continue", "returnurl")
    assert (issue.code, issue.message) == ("missingparam", Message("apierror-missingparam-one-of", (both, 2)))
    issue = failing(require_only_one, {"continue": True, "returnurl": ""}, "continue", "returnurl")
    assert (issue.code, issue.message) == ("invalidparammix", Message("apierror-invalidparammix", (both, 2)))
    require_only_one(FT, {"str": "", "int": None}, "str", "int")
    require_at_least_one(FT, {"str": "", "int": 0}, "str", "int")


def test_e2_secrets_must_not_stand_in_the_query_string() -> None:
    request = Request(
        "POST",
        "/",
        "lgpassword=y&lgname=x",
        {"content-type": "application/x-www-form-urlencoded"},
        b"lgtoken=z&lgpassword=p",
    )
    form = parse_form(request, FormLimits())
    must_post(form, "lgtoken")
    with pytest.raises(ApiError) as caught:
        must_post(form, "lgpassword", "lgtoken")
    assert caught.value.issues[0].message == Message("apierror-mustpostparams", ("lgpassword", 1))
    assert caught.value.issues[0].code == "mustpostparams"


@given(st.dictionaries(st.sampled_from(sorted(FT.names)), st.binary(max_size=30), max_size=6))
def test_e8_any_bytes_are_coerced_or_refused_with_a_code(sent: dict[str, bytes]) -> None:
    query = "&".join(f"{name}={''.join(f'%{byte:02X}' for byte in data)}" for name, data in sent.items())
    with suppress(ApiError):
        assert set(read(query)[0]) == set(FT.defaults())
