"""How a request may say who sends it, and how it may not (M13; RFC 5849 §3.1–3.6; extensions §3.3; security F6, F9, R64)."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

from .conftest import ADDRESS, FORM, ME, PATH, Bot

Make = Callable[..., Bot]
INVALID = "mwoauth-invalid-authorization"
SAID = "The authorization headers in your request are not valid: "
QUERY = urlencode({"format": "json", "formatversion": "2", **ME})


@pytest.fixture
def bot(make: Make) -> Bot:
    return make()


def ask(bot: Bot, header: str, query: str = QUERY, verb: str = "GET", *, body: bytes = b"", kind: str = "") -> Any:
    headers = {"Authorization": header, **({"Content-Type": kind} if kind else {})}
    return json.loads(bot.browser.send(verb, f"{PATH}?{query}", headers, body).body)


def signed(bot: Bot, query: str = QUERY, verb: str = "GET", form: str = "", **changes: str | None) -> str:
    return bot.signer.header(verb, ADDRESS, query, form, **changes)["Authorization"]


def is_in(answer: Any) -> bool:
    return "query" in answer and bool(answer["query"]["userinfo"]["id"] == 1)


def refused(answer: Any) -> str:
    assert answer["error"]["code"] == INVALID
    return str(answer["error"]["info"]).removeprefix(SAID)


def parts(header: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in header.removeprefix("OAuth ").split(", "))


# -- the form of the header -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda given: ",".join(f"{name}={value}" for name, value in given.items()),
        lambda given: " ,  ".join(f"{name}={value}" for name, value in given.items()),
        lambda given: ", ".join(f"{name}={value}" for name, value in reversed(given.items())),
        lambda given: ", ".join(f"{name}={value.strip(chr(34))}" for name, value in given.items()),
        lambda given: 'realm="http%3A%2F%2Fa.test%2F", ' + ", ".join(f"{n}={v}" for n, v in given.items()),
        lambda given: 'realm="", ' + ", ".join(f"{name}={value}" for name, value in given.items()),
        lambda given: ", ".join(f"{name}={value}" for name, value in given.items()) + ", foo=bar, ",
        lambda given: ", ".join(f"{name}={value}" for name, value in given.items()).replace("%2B", "%2b"),
    ],
    ids=["no spaces", "many spaces", "backwards", "bare", "realm", "empty realm", "a stranger", "small hex"],
)
def test_the_same_parameters_written_in_another_way_are_the_same(
    bot: Bot, rewrite: Callable[[dict[str, str]], str]
) -> None:
    assert is_in(ask(bot, "OAuth " + rewrite(parts(signed(bot)))))


def test_a_parameter_of_another_standard_is_signed_like_the_rest(bot: Bot) -> None:
    """OAuth's body hash: what it says is not judged, but nobody changes it on the way."""
    header = signed(bot, oauth_body_hash="2jmj7l5rSw0yVb/vlWAYkK/YBwk=")
    assert is_in(ask(bot, header))
    changed = signed(bot, oauth_body_hash="2jmj7l5rSw0yVb/vlWAYkK/YBwk=").replace("2jmj7l", "3jmj7l")
    assert refused(ask(bot, changed)) == "Invalid signature"


def test_a_version_may_be_left_out_and_nothing_else_may(bot: Bot) -> None:
    assert is_in(ask(bot, signed(bot, oauth_version=None)))
    for name in parts(signed(bot)):
        if name not in {"oauth_version", "oauth_signature"}:
            refused(ask(bot, signed(bot, **{name: None})))
            refused(ask(bot, signed(bot, **{name: ""})))
    whole = signed(bot)
    refused(ask(bot, whole[: whole.index(", oauth_signature=")]))


@pytest.mark.parametrize("name", ["oauth_consumer_key", "oauth_token", "oauth_nonce", "oauth_signature"])
def test_a_parameter_that_comes_twice_is_refused_wherever_it_stands(bot: Bot, name: str) -> None:
    """F9; RFC 5849 §3.2: in the header twice, in the header and the address, in the header and the form."""
    header = signed(bot)
    again = f"{name}={parts(header)[name]}"
    said = f"The parameter {name} is given twice"
    assert refused(ask(bot, f"{header}, {again}")) == said
    assert refused(ask(bot, header, f"{QUERY}&{again.replace(chr(34), '')}")) == said
    form = again.replace('"', "").encode()
    assert refused(ask(bot, header, QUERY, "POST", body=form, kind=FORM["Content-Type"])) == said


def test_what_is_not_in_the_header_may_stand_in_the_address(bot: Bot) -> None:
    """MediaWiki reads both, once there is a header."""
    query = f"{QUERY}&oauth_token={bot.made.access_token}"
    assert is_in(ask(bot, signed(bot, query, oauth_token=None), query))


def test_without_a_header_the_api_takes_no_notice_of_them(bot: Bot) -> None:
    """Recorded: parameters in the address alone prove nothing to api.php."""
    header = parts(signed(bot))
    query = f"{QUERY}&{urlencode({name: value.strip(chr(34)) for name, value in header.items()})}"
    answer = json.loads(bot.browser.send("GET", f"{PATH}?{query}").body)
    assert answer["query"]["userinfo"]["id"] == 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", ", OAuth oauth_token=x", "The parameter oauth_token is given twice"),
        ("", ", Basic QTpC", ""),
        ("Bearer x, ", "", "Invalid access token"),
        ("Bearer, ", "", "Invalid access token"),
    ],
)
def test_of_two_headers_joined_into_one_the_first_scheme_counts(bot: Bot, before: str, after: str, said: str) -> None:
    answer = ask(bot, f"{before}{signed(bot)}{after}")
    assert refused(answer) == said if said else is_in(answer)


@pytest.mark.parametrize("scheme", ["Basic QTpC, ", "Digest x=y, ", "oauth ", "OAUTH ", "OAuth\t"])
def test_another_scheme_first_says_nothing(bot: Bot, scheme: str) -> None:
    header = scheme + signed(bot).removeprefix("OAuth ")
    answer = ask(bot, header)
    assert answer["query"]["userinfo"]["id"] == 0


@pytest.mark.parametrize(
    "token", ["{0}, Bearer {0}", "{0} {0}", "{0},", "{0}.x", ".{0}", "{0}==", "Bearer {0}", '"{0}"']
)
def test_a_bearer_token_with_anything_beside_it_is_none(make: Make, token: str) -> None:
    bot = make(2)
    assert refused(ask(bot, f"Bearer {token.format(bot.made.access_token)}")) == "Invalid access token"
    assert is_in(ask(bot, f"Bearer {bot.made.access_token}"))


def test_a_bearer_token_in_the_address_or_the_form_says_nothing(make: Make) -> None:
    """RFC 6750 §2.2, §2.3: MediaWiki has neither, for addresses are logged."""
    bot = make(2)
    token = urlencode({"access_token": bot.made.access_token})
    answer = json.loads(bot.browser.send("GET", f"{PATH}?{QUERY}&{token}").body)
    assert answer["query"]["userinfo"]["id"] == 0
    answer = json.loads(bot.browser.send("POST", f"{PATH}?{QUERY}", FORM, token.encode()).body)
    assert answer["query"]["userinfo"]["id"] == 0


@pytest.mark.parametrize("version", [1, 2])
def test_a_token_of_the_other_protocol_is_none(make: Make, version: int) -> None:
    first, second = make(version), make(3 - version, "other")
    if version == 1:
        refused(ask(first, f"Bearer {first.made.access_token}"))
    else:
        first.made, second.made = second.made, first.made
        changed = second.made.consumer_key, second.made.consumer_secret
        header = first.signer
        header.consumer_key, header.consumer_secret = changed
        assert refused(ask(first, header.header("GET", ADDRESS, QUERY)["Authorization"])) == "Invalid consumer"


# -- methods --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PLAINTEXT", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA256", "hmac-sha1", "HMAC-SHA1 "])
def test_two_methods_are_there_and_no_other(bot: Bot, method: str) -> None:
    plain = f"{bot.made.consumer_secret}&{bot.made.access_secret}"
    header = signed(bot, oauth_signature_method=method, oauth_signature=plain)
    assert refused(ask(bot, header)).startswith(f"Signature method '{method}' not supported try one of")


def test_a_method_that_the_consumer_has_no_key_for_proves_nothing(bot: Bot) -> None:
    assert refused(ask(bot, signed(bot, oauth_signature_method="RSA-SHA1"))) == "Invalid signature"


@pytest.mark.parametrize("signature", ["", "=", "AAAA", "ä", "\x00", "A" * 5000, "%", "null"])
def test_no_signature_that_is_none_is_taken(bot: Bot, signature: str) -> None:
    """R65."""
    header = signed(bot)
    value = parts(header)["oauth_signature"]
    refused(ask(bot, header.replace(value, f'"{quote(signature)}"')))


def test_a_consumer_without_a_secret_is_nobodys(bot: Bot, wiki: TestWiki) -> None:
    """R65: an empty secret in the row verifies nothing but itself, and breaks nothing."""
    with wiki.wiki.database.write() as connection:
        table = wiki.wiki.database.tables.oauth_registered_consumer
        connection.execute(table.update().values(oarc_secret_key=None))
    refused(ask(bot, signed(bot)))


# -- what is signed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "extra",
    [
        "x=%7E", "x=~", "x=a%20b", "x=a+b", "x=%2B", "x=%E2%98%83", "x=", "x", "x=1&x=1", "x=2&x=1", "x=1&x=", "x=%26%3D%25", "X=1&x=1",
        "a%20b=1", "x=%0D%0A", "x=%C3%A9&x=e%CC%81", "x=%F0%9F%94%91", "x%5B%5D=2&x%5B%5D=1", "x%5Ba%5D=1", "x.y=1", "x=%00", "x=a%2Fb/c",
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_every_parameter_is_signed_as_rfc_5849_encodes_it(bot: Bot, extra: str, verb: str) -> None:
    """§3.4.1.3.2, §3.6, in the address and in a form alike."""
    whole = f"{extra}&{QUERY}"
    if verb == "GET":
        assert is_in(ask(bot, signed(bot, whole), whole))
        refused(ask(bot, signed(bot, whole), f"{whole}&y=1"))
        return
    kind = "application/x-www-form-urlencoded; charset=UTF-8"
    assert is_in(ask(bot, signed(bot, "", "POST", whole), "", "POST", body=whole.encode(), kind=kind))
    refused(ask(bot, signed(bot, "", "POST", whole), "", "POST", body=f"{whole}&y=1".encode(), kind=kind))


def test_address_and_form_are_signed_together(bot: Bot) -> None:
    query, form = "format=json&formatversion=2&x=1", urlencode({**ME, "x": "2"})
    kind = FORM["Content-Type"]
    assert is_in(ask(bot, signed(bot, query, "POST", form), query, "POST", body=form.encode(), kind=kind))
    swapped = query.replace("x=1", "x=2"), form.replace("x=2", "x=3")
    refused(ask(bot, signed(bot, query, "POST", form), swapped[0], "POST", body=swapped[1].encode(), kind=kind))


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream", "", "text/xml"])
def test_a_body_that_is_no_form_is_neither_signed_nor_read(bot: Bot, kind: str) -> None:
    header = signed(bot, QUERY, "POST")
    assert is_in(ask(bot, header, QUERY, "POST", body=b"action=logout&x=1", kind=kind))


@pytest.mark.parametrize("verb", ["POST", "HEAD", "get"])
def test_the_verb_is_signed(bot: Bot, verb: str) -> None:
    assert refused(ask(bot, signed(bot, verb=verb))) == "Invalid signature"


def test_the_address_is_signed_with_its_host_in_small_letters_and_without_a_usual_port(bot: Bot) -> None:
    for address, good in (
        ("http://127.0.0.1/w/api.php", True),
        ("http://127.0.0.1:80/w/api.php", False),
        ("https://127.0.0.1/w/api.php", False),
        ("http://localhost/w/api.php", False),
        ("http://127.0.0.1/w/Api.php", False),
    ):
        header = bot.signer.header("GET", address, QUERY)["Authorization"]
        assert is_in(ask(bot, header)) == good, address


# -- moments and nonces ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("away", "good"), [(-300, True), (-301, False), (300, True), (301, False), (86_400, False), (-86_400, False)]
)
def test_a_moment_is_five_minutes_away_at_most(bot: Bot, wiki: TestWiki, away: int, good: bool) -> None:
    header = signed(bot, oauth_timestamp=str(int(wiki.clock.now()) + away))
    answer = ask(bot, header)
    assert is_in(answer) if good else refused(answer).startswith("Expired timestamp")


@pytest.mark.parametrize(
    "moment", ["-1", "0", "1e9", "1795263545.0", "9" * 40, "٣", "0x6b", " ", "now"]
)  # fmt: skip
def test_a_moment_that_is_none_is_over(bot: Bot, moment: str) -> None:
    assert refused(ask(bot, signed(bot, oauth_timestamp=moment))).startswith("Expired timestamp")


def test_a_nonce_belongs_to_its_token(bot: Bot, make: Make) -> None:
    other = make(1, "other")
    assert is_in(ask(bot, signed(bot, oauth_nonce="n")))
    assert is_in(ask(other, signed(other, oauth_nonce="n")))
    assert refused(ask(bot, signed(bot, oauth_nonce="n"))) == "Nonce already used: n"
    assert is_in(ask(bot, signed(bot, oauth_nonce="N")))


def test_a_nonce_is_remembered_as_long_as_its_moment_is_good_however_many_come(bot: Bot, wiki: TestWiki) -> None:
    """R64: what is kept is not pushed out."""
    moment = str(int(wiki.clock.now()) + 300)
    first = signed(bot, oauth_nonce="first", oauth_timestamp=moment)
    assert is_in(ask(bot, first))
    for number in range(300):
        assert is_in(ask(bot, signed(bot, oauth_nonce=f"n{number}")))
    wiki.clock.move(600)
    assert refused(ask(bot, first)) == "Nonce already used: first"
    wiki.clock.move(1)
    assert refused(ask(bot, first)).startswith("Expired timestamp")


@pytest.mark.parametrize("nonce", ["a b", "ü☃", "a:b:c", "a" * 255, "\x00", "../x", "%"])
def test_a_nonce_is_any_text_and_good_once(bot: Bot, nonce: str) -> None:
    assert is_in(ask(bot, signed(bot, oauth_nonce=nonce)))
    assert refused(ask(bot, signed(bot, oauth_nonce=nonce))).startswith("Nonce already used")


def test_a_nonce_beyond_all_measure_is_refused(bot: Bot) -> None:
    assert refused(ask(bot, signed(bot, oauth_nonce="a" * 256))) == "The nonce is too long"


def test_a_nonce_of_two_tokens_at_once_is_each_ones_once(bot: Bot, make: Make) -> None:
    both = [bot, make(1, "other")] * 6
    headers = [signed(one, oauth_nonce="same") for one in both]
    browsers = [bot.wiki.browser() for _ in both]

    def send(number: int) -> bool:
        answer = browsers[number].send("GET", f"{PATH}?{QUERY}", {"Authorization": headers[number]})
        return is_in(json.loads(answer.body))

    with ThreadPoolExecutor(len(both)) as pool:
        good = list(pool.map(send, range(len(both))))
    assert [sum(good[0::2]), sum(good[1::2])] == [1, 1]


# -- the steps of an app --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["address", "form"])
def test_a_step_may_have_everything_in_its_address_or_its_form(wiki: TestWiki, alice: Account, place: str) -> None:
    """MediaWiki's own samples sign so (RFC 5849 §3.5.2, §3.5.3)."""
    assert wiki.wiki.oauth is not None
    made = wiki.wiki.oauth.registration.create_app(
        alice, "sample", oauth_version=1, callback="https://a.test/", callback_is_prefix=True
    )
    app = Bot(wiki, made)
    title = "title=Special%3AOAuth%2Finitiate&format=json"
    address = "http://127.0.0.1/w/index.php"
    verb = "GET" if place == "address" else "POST"
    header = app.signer.header(verb, address, title, oauth_callback="oob", oauth_token=None)["Authorization"]
    given = "&".join(f"{name}={value.strip(chr(34))}" for name, value in parts(header).items())
    if place == "address":
        answer = app.browser.send("GET", f"/w/index.php?{title}&{given}")
    else:
        answer = app.browser.send("POST", f"/w/index.php?{title}", FORM, given.encode())
    assert json.loads(answer.body)["oauth_callback_confirmed"] == "true"
