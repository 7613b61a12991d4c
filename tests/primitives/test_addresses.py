import ipaddress

import pytest

from wikigate.primitives.addresses import (
    Networks,
    hex_form,
    hex_range,
    normalise_address,
    parse_address,
    wiki_range,
    wiki_spelling,
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:0201", "192.0.2.1"),
        ("2001:DB8::0001", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", ""),
        ("localhost", "localhost"),
        ("unix:/run/x.sock", "unix:/run/x.sock"),
        ("evil\r\nheader \x1b[0m", "evil??header???0m"),
        ("1.2.3.4, 5.6.7.8", "1.2.3.4??5.6.7.8"),
        ("x" * 100, "x" * 64),
        ("192.0.2.01", "192.0.2.01"),
        ("999.0.2.1", "999.0.2.1"),
    ],
)
def test_normalises(text, normal):
    """Whatever came is safe to log and to keep (security H7)."""
    assert normalise_address(text) == normal


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:DB8:0:0:0:0:0:1"),
        ("::", "0:0:0:0:0:0:0:0"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("nobody", "nobody"),
    ],
)
def test_spells_addresses_as_user_names(text, spelling):
    assert wiki_spelling(text) == spelling


def test_spells_addresses_in_hexadecimal():
    """Core §19."""
    assert hex_form(ipaddress.ip_address("127.0.0.1")) == "7F000001"
    assert hex_form(ipaddress.ip_address("2001:db8::1")) == "v6-20010DB8000000000000000000000001"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("192.0.2.77/24", ("C0000200", "C00002FF")),
        ("192.0.2.1", ("C0000201", "C0000201")),
        ("0.0.0.0/0", ("00000000", "FFFFFFFF")),
        ("2001:db8::/32", ("v6-20010DB8" + "0" * 24, "v6-20010DB8" + "F" * 24)),
        ("::ffff:192.0.2.0/120", ("C0000200", "C00002FF")),
        ("Core Space", None),
        ("1.2.3.4/33", None),
    ],
)
def test_reads_ranges(text, ends):
    assert hex_range(text) == ends


def test_spells_ranges_as_block_tables_do():
    assert wiki_range("192.0.2.77/24") == "192.0.2.0/24"
    assert wiki_range("2001:db8::5/32") == "2001:DB8:0:0:0:0:0:0/32"
    assert wiki_range("192.0.2.1") is None
    assert wiki_range("192.0.2.1/32") is None
    assert wiki_range("nonsense") is None


def test_networks_hold_addresses_of_both_kinds():
    """Security F3: an IPv4 address inside an IPv6 one is the IPv4 address, and so are ranges."""
    networks = Networks(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7", "::ffff:198.51.100.0/120"])
    for inside in ("10.9.8.7", "::ffff:10.1.1.1", "2001:db8::1", "2001:DB8:FFFF::", "192.0.2.7", "198.51.100.9"):
        assert inside in networks
    for outside in ("11.0.0.0", "192.0.2.8", "2001:db9::", "::", "", "garbage", "10.0.0.0/8", None):
        assert outside not in networks


def test_everything_is_in_mediawikis_default_restriction():
    """Core §6.3."""
    everything = Networks(["0.0.0.0/0", "::/0"])
    for address in ("0.0.0.0", "255.255.255.255", "::", "::ffff:1.2.3.4", "ffff::ffff"):
        assert address in everything
    assert "nonsense" not in everything


def test_no_network_holds_nothing():
    assert not Networks()
    assert Networks(["::1"])
    assert "127.0.0.1" not in Networks()


@pytest.mark.parametrize("item", ["", "10.0.0.0/40", "example.org", "10.0.0.1-10.0.0.9"])
def test_a_wrong_range_is_named(item):
    with pytest.raises(ValueError, match="neither an address nor a range"):
        Networks(["10.0.0.1", item])


def test_a_range_is_no_address():
    assert parse_address("10.0.0.0/8") is None
