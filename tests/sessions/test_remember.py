"""Remember credentials: our own and MediaWiki's."""

from wikigate.accounts.user import Account
from wikigate.primitives.whirlpool import hmac_whirlpool
from wikigate.sessions.remember import WikiTokens, may_have_sessions
from wikigate.sessions.settings import SessionSettings

TOKEN = "924900c433dd6642c12b78c82d145ec0"


def test_token_version_makes_the_cookie_the_tail_of_an_hmac_whirlpool():
    """Core §4.1: hash_hmac('whirlpool', '1', user_token)[-32:]; trap 5."""
    account = Account(4, "CoreUser", token=TOKEN)
    tokens = WikiTokens("1", bytes)
    assert tokens.value(account) == hmac_whirlpool(TOKEN.encode(), b"1").hex()[-32:]
    assert WikiTokens("", bytes).value(account) == TOKEN


def test_versioned_cookie_logs_in_and_the_bare_token_does_not(make_wiki):
    wiki = make_wiki(SessionSettings(token_version="1"), shared=True)
    client = wiki.client()
    client.log_in(remember=True)
    value = client.jar["my_wikiToken"]
    assert value != TOKEN
    assert wiki.client().get(cookie=f"my_wikiUserID=4; my_wikiToken={value}").account.id == 4
    assert wiki.client().get(cookie=f"my_wikiUserID=4; my_wikiToken={TOKEN}").account is None


def test_accounts_without_a_token_or_with_asterisks_have_no_sessions():
    assert not may_have_sessions(Account(1, "A"))
    assert not may_have_sessions(Account(1, "A", token="*** INVALID ***".ljust(32, "*")))
    assert may_have_sessions(Account(1, "A", token=TOKEN))


def test_own_credential_is_the_devices_not_the_users(wiki):
    """S2: two devices, two credentials, neither is user_token."""
    laptop, phone = wiki.client(), wiki.client()
    laptop.log_in(remember=True)
    phone.log_in(remember=True)
    values = {laptop.jar["my_wikiToken"], phone.jar["my_wikiToken"], wiki.directory.token_of(4)}
    assert len(values) == 3


def test_own_credential_of_another_user_is_refused(wiki):
    mine, theirs = wiki.client(), wiki.client()
    mine.log_in(4, remember=True)
    theirs.log_in(1, remember=True)
    cookie = f"my_wikiUserID=4; my_wikiToken={theirs.jar['my_wikiToken']}"
    assert mine.copy().get(cookie=cookie).account is None


def test_device_row_notes_where_and_when_it_was_last_used(wiki):
    """D7."""
    client = wiki.client("192.0.2.1")
    client.log_in(remember=True)
    client.address = "192.0.2.9"
    wiki.clock.time += 7200
    client.get()
    (device,) = wiki.devices()
    assert (device.address, device.user_agent) == ("192.0.2.9", "Test/1.0")
    assert device.last_used - device.created == 7200
