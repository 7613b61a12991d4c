"""Codes of authenticator apps (RFC 4226, RFC 6238; security C1 to C4)."""

from __future__ import annotations

import pytest

from wikigate.accounts.totp import enrolment_uri, hotp, key_of, new_secret
from wikigate.providers.factors.totp import Totp

KEY = b"12345678901234567890"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NOW = 1_795_221_151


@pytest.fixture
def alice(kept):
    return kept.put({"secret": SECRET})


def accepts(totp, factor, typed, now):
    use = totp.find(factor, typed, now)
    return use is not None and use()


def code(steps=0):
    return hotp(KEY, NOW // 30 + steps)


def test_c1_rfc_4226_appendix_d():
    expected = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
    assert [hotp(KEY, counter) for counter in range(10)] == expected


@pytest.mark.parametrize(
    ("moment", "eight_digits"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_c1_rfc_6238_appendix_b(kept, alice, moment, eight_digits):
    assert accepts(Totp(kept, 0), alice, eight_digits[-6:], moment)


@pytest.mark.parametrize(("window", "accepted"), [(0, [0]), (1, [-1, 0, 1]), (4, [-4, -3, -2, -1, 0, 1, 2, 3, 4])])
def test_c2_the_window(kept, alice, window, accepted):
    found = []
    for steps in range(-6, 7):
        kept.used.clear()
        if accepts(Totp(kept, window), alice, code(steps), NOW):
            found.append(steps)
    assert found == accepted


def test_c3_c4_a_step_is_good_once_and_no_earlier_one_after_it(kept, alice):
    totp = Totp(kept, 1)
    assert accepts(totp, alice, code(), NOW)
    assert not accepts(totp, alice, code(), NOW)
    assert not accepts(totp, alice, code(-1), NOW)
    assert not accepts(totp, alice, code(), NOW + 31), "R93: nor while the window still has it"
    assert accepts(totp, alice, code(1), NOW)


def test_c3_a_code_that_two_steps_have_in_common_is_good_once(kept, alice):
    step = 62_075_368
    assert hotp(KEY, step) == hotp(KEY, step + 1) == "235522"
    totp = Totp(kept, 1)
    assert [accepts(totp, alice, "235522", step * 30 + later) for later in (0, 0, 30)] == [True, False, False]


def test_white_space_does_not_matter_and_everything_else_does(kept, alice):
    totp, right = Totp(kept, 1), code()
    for wrong in (right[:-1], right + "0", "", "٠" * 6, "-" + right[1:], f"{right[:3]}-{right[3:]}", "\ud800" * 6):
        assert not accepts(totp, alice, wrong, NOW)
    assert accepts(totp, alice, f" {right[:3]} {right[3:]}\n", NOW)


@pytest.mark.parametrize("secret", [None, "", "1", "!!!!", 7, ["A"], "ü", "A"])
def test_a_secret_that_is_none_accepts_nothing(kept, secret):
    assert key_of(secret) is None
    factor = kept.put({"secret": secret} if secret is not None else {})
    assert not any(accepts(Totp(kept, 1), factor, hotp(key, NOW // 30), NOW) for key in (b"", b"\0", KEY))


@pytest.mark.parametrize(
    "secret", ["JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp", "JBSWY3DPEHPK3PXP====", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEE"]
)  # fmt: skip
def test_secrets_as_any_wiki_has_them(secret):
    assert key_of(secret).startswith(b"Hello!\xde\xad\xbe\xef")


def test_a_new_secret_has_160_bits_and_its_uri_says_whose_it_is():
    secret = new_secret(lambda size: KEY[:size])
    assert secret == SECRET
    assert enrolment_uri(secret, "Grace Hopper/x", "My Wiki") == (
        f"otpauth://totp/My%20Wiki%3AGrace%20Hopper%2Fx?secret={SECRET}&issuer=My%20Wiki"
    )
