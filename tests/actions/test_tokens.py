"""``meta=tokens`` and ``checktoken`` (core §3; recorded in tokens and checktoken)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wikigate.actions.checktoken import CheckTokenAction
from wikigate.actions.csrf import judge_login_token
from wikigate.actions.meta_tokens import TokensAction
from wikigate.wire.coerce import ParamSet, coerce
from wikigate.wire.http import Request
from wikigate.wire.phpform import FormLimits, parse_form
from wikigate.wire.result import Map
from wikigate.wire.tokens import make_token

NOW = 1_795_221_140.9
ALL = ["createaccount", "csrf", "login", "patrol", "rollback", "userrights", "watch"]


class FakeSession:
    def __init__(self, account=None, *, known=False, secrets=(b"new", b"old")):
        self.account = account
        self.known = known
        self.keys = secrets
        self.persisted = False

    def secrets(self, kind):
        return tuple(key + kind.encode() for key in self.keys)

    def secret(self, kind):
        return self.secrets(kind)[0]

    def had_secret(self, kind):
        return self.known


class FakeCall:
    """What an action sees of a call."""

    def __init__(self, action, query, session=None, *, same_origin=True):
        self.session = session or FakeSession()
        self.same_origin = same_origin
        self.module = action.module
        self.now = NOW
        self.result = Map()
        self.warnings = []
        self.services = SimpleNamespace(sessions=SimpleNamespace(persist=lambda s: setattr(s, "persisted", True)))
        params = ParamSet(action.module.path, action.module.prefix, action.module.all_params)
        form = parse_form(Request("GET", "/w/api.php", query), FormLimits())
        context = SimpleNamespace(
            warn=lambda path, issue: self.warnings.append((path, issue.code)), high_limits=lambda: False
        )
        self.args = coerce(params, form, context)
        action.run(self, self.services)

    def warn(self, issue):
        self.warnings.append((self.module.path, issue.code))

    def add(self, name, node):
        self.result[name] = node

    def query(self):
        return self.result.setdefault("query", Map())


def tokens(query, session=None, **kwargs):
    return FakeCall(TokensAction(), query, session, **kwargs)


def check(query, session=None):
    call = FakeCall(CheckTokenAction(), query, session)
    return call.result["checktoken"], call


# -- meta=tokens -----------------------------------------------------------------------------------------------------------


def test_visitor_gets_the_anonymous_token_and_no_session():
    """tokens steps 1, 2."""
    call = tokens("type=csrf|patrol|rollback|userrights|watch")
    assert list(call.result["query"]["tokens"].items()) == [
        (f"{kind}token", "+\\") for kind in ("csrf", "patrol", "rollback", "userrights", "watch")
    ]
    assert not call.session.persisted


def test_csrf_is_the_default():
    assert tokens("").result == {"query": {"tokens": {"csrftoken": "+\\"}}}


@pytest.mark.parametrize("kind", ["login", "createaccount"])
def test_session_bound_token_makes_the_caller_hold_the_session(kind):
    """tokens step 3."""
    call = tokens(f"type={kind}")
    token = call.result["query"]["tokens"][f"{kind}token"]
    assert token == make_token(b"new" + kind.encode(), "", NOW)
    assert token.endswith("6b00e694+\\")
    assert call.session.persisted


def test_order_is_the_callers_and_all_is_alphabetical():
    assert list(tokens("type=watch|login|csrf").result["query"]["tokens"]) == ["watchtoken", "logintoken", "csrftoken"]
    assert list(tokens("type=*").result["query"]["tokens"]) == [f"{kind}token" for kind in ALL]


def test_user_gets_a_different_token_of_every_type():
    call = tokens("type=*", FakeSession(account=object()))
    values = list(call.result["query"]["tokens"].values())
    assert len(set(values)) == len(ALL)
    assert "+\\" not in values


def test_unknown_types_are_skipped_with_a_warning():
    """tokens step 6."""
    call = tokens("type=edit|bogus|csrf")
    assert call.result == {"query": {"tokens": {"csrftoken": "+\\"}}}
    assert call.warnings == [("query+tokens", "unrecognizedvalues")]


def test_empty_type_gives_an_empty_node():
    """tokens step 7."""
    assert tokens("type=").result == {"query": {"tokens": {}}}


def test_without_same_origin_there_is_a_warning_and_nothing_else():
    """tokens steps 8, 9, 13; E5."""
    call = tokens("type=login", FakeSession(account=object()), same_origin=False)
    assert call.result == {}
    assert call.warnings == [("query+tokens", "tokens-origin")]
    assert not call.session.persisted


def test_tokens_need_no_right_to_read():
    """private_wiki step 1."""
    assert not TokensAction.module.read
    assert CheckTokenAction.module.read


# -- checktoken ------------------------------------------------------------------------------------------------------------


def encoded(token):
    return token.replace("+", "%2B").replace("\\", "%5C")


def login_token(age=0, key=b"new"):
    return encoded(make_token(key + b"login", "", NOW - age))


def test_valid_token_is_valid_and_tells_its_time():
    """checktoken step 2."""
    node, call = check(f"type=login&token={login_token()}")
    assert list(node.items()) == [("result", "valid"), ("generated", "2026-11-21T00:32:20Z")]
    assert call.session.persisted


@pytest.mark.parametrize(
    ("age", "limit", "result"), [(2, 1, "expired"), (1, 1, "valid"), (0, 0, "valid"), (9, -1, "expired")]
)
def test_older_than_maxtokenage_is_expired(age, limit, result):
    """checktoken step 3."""
    node, _ = check(f"type=login&token={login_token(age)}&maxtokenage={limit}")
    assert node["result"] == result


def test_wrong_token_is_invalid_even_with_an_age():
    node, _ = check(f"type=createaccount&token={login_token(5)}&maxtokenage=1")
    assert node["result"] == "invalid"
    assert "generated" in node


def test_token_of_another_type_is_invalid_but_tells_its_time():
    """checktoken step 4."""
    node, _ = check(f"type=csrf&token={login_token()}")
    assert node == {"result": "invalid", "generated": "2026-11-21T00:32:20Z"}


def test_anonymous_token_is_valid_for_a_visitor_alone():
    """checktoken step 5."""
    assert check("type=csrf&token=%2B%5C")[0] == {"result": "valid"}
    assert check("type=csrf&token=%2B%5C", FakeSession(account=object()))[0] == {"result": "invalid"}
    assert check("type=login&token=%2B%5C")[0] == {"result": "invalid"}


def test_token_encoded_twice_is_invalid():
    """checktoken step 6."""
    assert check("type=csrf&token=10aeee7d74960d949e21ed8c7aa65f256b00e694%252B%255C")[0] == {"result": "invalid"}


def test_plus_sign_read_as_a_space_is_pointed_out():
    node, call = check("type=login&token=" + login_token().replace("%2B", "+"))
    assert node == {"result": "invalid"}
    assert call.warnings == [("checktoken", "checktoken-percentencoding")]


@pytest.mark.parametrize("text", ["é", "\u2028", "%00", "a" * 5000, "%F0%9F%98%80+%5C"])
def test_any_text_is_a_clean_invalid(text):
    for kind in ALL:
        assert check(f"type={kind}&token={text}")[0]["result"] == "invalid"


def test_token_of_no_year_that_can_be_written_tells_no_time():
    result, _ = check(f"action=checktoken&type=csrf&token={'a' * 32}{'f' * 12}%2B%5C")
    assert result == {"result": "invalid"}


def test_token_signed_with_an_older_key_is_still_good():
    """H4."""
    assert check(f"type=login&token={login_token(key=b'old')}")[0]["result"] == "valid"


# -- action=login ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "token", "judgement"),
    [
        (True, make_token(b"newlogin", "", NOW), "right"),
        (False, make_token(b"newlogin", "", NOW), "right"),
        (True, "deadbeef+\\", "wrong"),
        (False, "deadbeef+\\", "lost"),
    ],
)
def test_wrong_login_token_of_a_session_without_one_is_a_lost_session(known, token, judgement):
    """login_wrongtoken: WrongToken with a session, sessionlost without."""
    call = tokens("type=csrf", FakeSession(known=known))
    assert judge_login_token(call, token) == judgement
    assert call.session.persisted
