"""The texts that come with the program."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import wikigate
from wikigate.i18n.catalog import Catalog
from wikigate.i18n.template import Choice, Node, parse
from wikigate.primitives.message import Duration, ListParam, Message, Num, Param, PlainText

SOURCE = Path(wikigate.__file__).parent
FILE = SOURCE / "i18n" / "messages" / "en.json"
TEXTS: dict[str, str] = json.loads(FILE.read_text("utf-8"))
CATALOG = Catalog.load()

# What clients look for in texts, and what documentation prints (spec framework §4, §7.4, clients §2).
FTREQ, FTSMALL = PlainText("ftreq"), PlainText("ftsmall")
SEEN: list[tuple[str, tuple[Param, ...], str]] = [
    ("paramvalidator-missingparam", (FTREQ,), 'The "ftreq" parameter must be set.'),
    ("paramvalidator-badinteger", (FTREQ, PlainText(" 5")), 'Invalid value " 5" for integer parameter "ftreq".'),
    ("paramvalidator-badvalue-enumnotmulti", (PlainText("action"), PlainText("nope")), 'Unrecognized value for parameter "action": nope.'),
    (
        "paramvalidator-badvalue-enummulti",
        (FTREQ, PlainText("z"), ListParam(("a", "b"), "text"), Num(2)),
        'Invalid value "z" for parameter "ftreq". Allowed values are a and b.',
    ),
    (
        "paramvalidator-unrecognizedvalues",
        (FTREQ, PlainText("a|z|y"), ListParam(("z", "y"), "comma"), Num(2)),
        'Unrecognized values for parameter "ftreq": z, y',
    ),
    ("paramvalidator-unrecognizedvalues", (FTREQ, "z", ListParam(("",)), Num(1)), 'Unrecognized value for parameter "ftreq":'),
    ("paramvalidator-toomanyvalues", (FTSMALL, Num(50)), 'Too many values supplied for parameter "ftsmall". The limit is 50.'),
    (
        "paramvalidator-maxbytes",
        (FTREQ, PlainText("abcde"), Num(4), Num(5)),
        'The value for parameter "ftreq" cannot be longer than 4 bytes (was 5).',
    ),
    (
        "paramvalidator-outofrange-minmax",
        (FTREQ, PlainText("11"), Num(1), Num(10)),
        'The value "11" for parameter "ftreq" must be between 1 and 10.',
    ),
    (
        "paramvalidator-outofrange-min",
        (FTREQ, PlainText("0"), Num(1), Num("")),
        'The value "0" for parameter "ftreq" must be no less than 1.',
    ),
    (
        "paramvalidator-outofrange-max",
        (FTREQ, PlainText("11"), Num(""), Num(10)),
        'The value "11" for parameter "ftreq" must be no greater than 10.',
    ),
    ("paramvalidator-param-deprecated", (FTREQ, PlainText("x")), 'The parameter "ftreq" has been deprecated.'),
    ("paramvalidator-deprecated-value", (FTREQ, PlainText("old")), 'The value "old" to parameter "ftreq" has been deprecated.'),
    ("paramvalidator-baduser", (FTREQ, PlainText("a#b")), 'Invalid value "a#b" for user parameter "ftreq".'),
    (
        "apierror-missingparam-at-least-one-of",
        (ListParam(("<var>logincontinue</var>", "<var>loginreturnurl</var>"), "text"), 2),
        'At least one of the parameters "logincontinue" and "loginreturnurl" is required.',
    ),
    (
        "apierror-missingparam-one-of",
        (ListParam(("<var>a</var>", "<var>b</var>"), "text"), 2),
        'One of the parameters "a" and "b" is required.',
    ),
    (
        "apierror-invalidparammix",
        (ListParam(("<var>a</var>", "<var>b</var>"), "text"), 2),
        'The parameters "a" and "b" can not be used together.',
    ),
    (
        "apierror-mustpostparams",
        ("lgpassword, lgtoken", 2),
        "The following parameters were found in the query string, but must be in the POST body: lgpassword, lgtoken.",
    ),
    (
        "apierror-mustpostparams",
        ("token", 1),
        "The following parameter was found in the query string, but must be in the POST body: token.",
    ),
    ("apierror-mustbeposted", (PlainText("login"),), 'The "login" module requires a POST request.'),
    ("apierror-badtoken", (), "Invalid CSRF token."),
    ("apierror-readapidenied", (), "You need read permission to use this module."),
    ("apierror-assertbotfailed", (), 'You do not have the "bot" right, so the action could not be completed.'),
    (
        "apierror-assertnameduserfailed",
        (PlainText("Admin"),),
        'You are no longer logged in as "Admin", so the action could not be completed.',
    ),
    ("apierror-maxlag-generic", (12.5,), "Waiting for a database server: 12.5 seconds lagged."),
    ("apierror-maxlag", (1, "db1"), "Waiting for db1: 1 second lagged."),
    ("apierror-http-contenttoolarge", (PlainText("8 MB"),), "HTTP Request Content too large. Maximum length: 8 MB."),
    ("apierror-unrecognizedparams", (ListParam(("foo", "bar"), "comma"), 2), "Unrecognized parameters: foo, bar."),
    ("apierror-readonly", (), "The wiki is currently in read-only mode."),
    (
        "apiwarn-truncatedresult",
        (Num(10000),),
        "This result was truncated because it would otherwise be larger than the limit of 10,000 bytes.",
    ),
    ("wrongpassword", (), "Incorrect username or password entered. Please try again."),
    ("authpage-cannot-login-continue", (), "Unable to continue login. Your session most likely timed out."),
]  # fmt: skip


@pytest.mark.parametrize(("key", "params", "shown"), SEEN)
def test_texts_that_others_compare_are_the_known_ones(key: str, params: tuple[Param, ...], shown: str) -> None:
    assert CATALOG.plain(Message(key, params), "en") == shown


def test_m01_the_text_of_a_wrong_password_keeps_its_line_break() -> None:
    assert CATALOG.text(Message("wrongpassword"), "en") == "Incorrect username or password entered.\nPlease try again."


def test_clients_find_the_wait_in_the_text_of_the_throttle() -> None:
    shown = CATALOG.plain(Message("login-throttled", (Duration(300),)), "en")
    assert "wait" in shown
    assert re.search(r"(\d+) (seconds|minutes)", shown).group(0) == "5 minutes"  # type: ignore[union-attr]


def test_the_file_is_sorted_and_written_as_agreed() -> None:
    assert FILE.read_text("utf-8") == json.dumps(dict(sorted(TEXTS.items())), ensure_ascii=False, indent="\t") + "\n"


def _choices(template: tuple[Node, ...]) -> Iterator[Choice]:
    for node in template:
        if isinstance(node, Choice):
            yield node
            for form in node.forms:
                yield from _choices(form)


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_well_formed(key: str) -> None:
    template = parse(TEXTS[key])
    assert "{{" not in "".join(node for node in template if isinstance(node, str)).replace("{{SITENAME}}", "")
    assert all(choice.forms for choice in _choices(template) if choice.kind != "FORMATNUM")


def _keys() -> Iterator[tuple[str, str]]:
    """Yield every key that the code names in a message or an error, with its place."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            key, place = node.args[0].value, f"{file.relative_to(SOURCE)}:{node.lineno}"
            if not isinstance(key, str) or " " in key:
                continue
            called = ast.unparse(node.func)
            if called in {"message", "Message", "api_error"} or called.endswith(".error"):
                yield key, place
            elif called.startswith("bound."):
                yield f"paramvalidator-{key}", place


def test_every_key_that_the_code_names_has_a_text() -> None:
    missing = {key: place for key, place in _keys() if not CATALOG.has(key)}
    assert not missing, missing
