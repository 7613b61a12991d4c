"""Blocks in MediaWiki's tables (M40's handshake, core §15, §19): recorded rows, and whom they concern."""

import pytest

from wikigate.accounts.blocks import Blocks
from wikigate.primitives.timestamps import ts14

NOW = 1_795_221_151.0


@pytest.fixture
def blocks(database, clock):
    return Blocks(database, clock)


@pytest.fixture
def admin(directory):
    return directory.create("Admin")


@pytest.fixture
def zoe(directory, admin):
    return directory.create("Zoë")


def test_a_block_on_an_account(blocks, admin, zoe):
    ident = blocks.block_account(zoe, by=admin, reason="why", expiry=NOW + 60)
    block = blocks.find(zoe)
    assert (block.id, block.kind, block.target) == (ident, "user", "Zoë")
    assert (block.by_id, block.by_name, block.reason) == (admin.id, "Admin", "why")
    assert (block.timestamp, block.expiry) == (NOW, NOW + 60)
    assert (block.sitewide, block.anon_only, block.create_account, block.email, block.own_talk) == (
        True,
        False,
        True,
        False,
        True,
    )
    assert blocks.find(admin) is None
    assert blocks.find(None, "192.0.2.1") is None
    assert blocks.by_id(ident) == block
    assert blocks.by_id(99) is None


def test_writes_what_mediawiki_writes(blocks, admin, zoe, rows_of):
    """Recorded of ``action=block``."""
    blocks.block_account(zoe, by=admin, reason="why", email=True)
    blocks.block_address("192.0.2.7", by=admin, anon_only=True, expiry=NOW + 86400)
    blocks.block_address("198.51.100.77/24", by=admin, create_account=False)
    blocks.block_address("2001:db8:1::/48", by=admin)
    moment = ts14(NOW)
    common = {
        "bl_by_actor": 1, "bl_timestamp": moment, "bl_deleted": 0, "bl_allow_usertalk": 0, "bl_parent_block_id": None, "bl_sitewide": 1,
    }  # fmt: skip
    rows = rows_of("block")
    assert rows[0] == common | {
        "bl_id": 1, "bl_target": 1, "bl_reason_id": 2, "bl_anon_only": 0, "bl_create_account": 1, "bl_enable_autoblock": 1,
        "bl_expiry": "infinity", "bl_block_email": 1,
    }  # fmt: skip
    assert rows[1] == common | {
        "bl_id": 2, "bl_target": 2, "bl_reason_id": 1, "bl_anon_only": 1, "bl_create_account": 1, "bl_enable_autoblock": 0,
        "bl_expiry": ts14(NOW + 86400), "bl_block_email": 0,
    }  # fmt: skip
    nobody = {"bt_user": None, "bt_user_text": None, "bt_auto": 0, "bt_count": 1}
    assert rows_of("block_target") == [
        {
            "bt_id": 1, "bt_address": None, "bt_user": zoe.id, "bt_user_text": "Zoë", "bt_auto": 0, "bt_range_start": None,
            "bt_range_end": None, "bt_ip_hex": None, "bt_count": 1,
        },
        nobody | {"bt_id": 2, "bt_address": "192.0.2.7", "bt_range_start": None, "bt_range_end": None, "bt_ip_hex": "C0000207"},
        nobody | {
            "bt_id": 3, "bt_address": "198.51.100.0/24", "bt_range_start": "C6336400", "bt_range_end": "C63364FF", "bt_ip_hex": "C6336400",
        },
        nobody | {
            "bt_id": 4, "bt_address": "2001:DB8:1:0:0:0:0:0/48", "bt_range_start": "v6-20010DB8000100000000000000000000",
            "bt_range_end": "v6-20010DB80001FFFFFFFFFFFFFFFFFFFF", "bt_ip_hex": "v6-20010DB8000100000000000000000000",
        },
    ]  # fmt: skip


def test_a_block_ends(blocks, admin, zoe, clock):
    ident = blocks.block_account(zoe, by=admin, expiry=NOW + 60)
    clock.time = NOW + 60
    assert blocks.find(zoe) is None
    assert blocks.by_id(ident) is None


@pytest.mark.parametrize(
    ("blocked", "inside", "outside"),
    [
        ("192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7"], ["192.0.2.8"]),
        ("192.0.2.0/24", ["192.0.2.0", "192.0.2.255"], ["192.0.1.255", "192.0.3.0", "::192.0.2.7"]),
        ("10.1.0.0/16", ["10.1.0.0", "10.1.255.255"], ["10.0.255.255", "10.2.0.0"]),
        ("2001:db8::1", ["2001:DB8::0001"], ["2001:db8::2"]),
        ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db7:ffff::", "2001:db9::"]),
        ("2001:2000::/19", ["2001:2000::1", "2001:3fff:ffff::"], ["2001:1fff::", "2001:4000::"]),
    ],
)
def test_a_block_on_an_address_or_range(blocks, admin, blocked, inside, outside):
    blocks.block_address(blocked, by=admin)
    for address in inside:
        assert blocks.find(None, address).kind == ("range" if "/" in blocked else "address"), address
    for address in outside:
        assert blocks.find(None, address) is None, address


@pytest.mark.parametrize("address", ["10.0.0.0/15", "2001:db8::/18", "nonsense", "10.0.0.0/33", ""])
def test_what_may_not_be_blocked(blocks, admin, address, rows_of):
    with pytest.raises(ValueError, match="“"):
        blocks.block_address(address, by=admin)
    assert rows_of("block") == []


def test_a_block_of_visitors_does_not_hit_who_is_logged_in(blocks, admin, zoe):
    """Core §15: but for making accounts."""
    blocks.block_address("192.0.2.7", by=admin, anon_only=True)
    assert blocks.find(None, "192.0.2.7").anon_only
    assert blocks.find(zoe, "192.0.2.7") is None
    assert blocks.find(zoe, "192.0.2.7", creating=True) is not None


def test_a_hard_block_hits_all_but_the_exempt(blocks, admin, zoe):
    blocks.block_address("192.0.2.7", by=admin)
    assert blocks.find(zoe, "192.0.2.7") is not None
    assert blocks.find(zoe, "192.0.2.7", exempt=True) is None
    assert blocks.find(None, "192.0.2.7", exempt=True) is not None
    assert blocks.find(zoe) is None


def test_an_unreadable_address_is_not_blocked(blocks, admin):
    blocks.block_address("192.0.2.7", by=admin)
    for address in ("", "unknown", "192.0.2.7, 10.0.0.1"):
        assert blocks.find(None, address) is None


def test_several_blocks_are_one_composite(blocks, admin, zoe):
    blocks.block_account(zoe, by=admin, sitewide=False, create_account=False, expiry=NOW + 60)
    blocks.block_address("192.0.2.0/24", by=admin)
    block = blocks.find(zoe, "192.0.2.7")
    assert (block.id, block.kind, block.by_name, block.by_id) == (None, "composite", "", 0)
    assert (block.sitewide, block.create_account, block.expiry) == (True, True, None)
    assert [part.id for part in block.components] == [1, 2]
    blocks.lift(2)
    blocks.block_address("192.0.2.7", by=admin, expiry=NOW + 30)
    assert blocks.find(zoe, "192.0.2.7").expiry == NOW + 60


def test_a_composite_of_blocks_of_visitors_is_one_of_visitors(blocks, admin):
    blocks.block_address("192.0.2.0/24", by=admin, anon_only=True)
    blocks.block_address("192.0.2.7", by=admin, anon_only=True)
    assert blocks.find(None, "192.0.2.7").anon_only
    blocks.block_address("192.0.0.0/16", by=admin)
    assert not blocks.find(None, "192.0.2.7").anon_only


def test_a_block_that_the_browser_brought_comes_after_those_of_the_address_and_once(blocks, admin, zoe):
    carried = blocks.by_id(blocks.block_account(zoe, by=admin))
    assert blocks.find(None, "192.0.2.7", carried=carried) == carried
    assert blocks.find(zoe, "192.0.2.7", carried=carried) == carried
    address = blocks.block_address("192.0.2.7", by=admin)
    assert [part.id for part in blocks.find(None, "192.0.2.7", carried=carried).components] == [address, carried.id]


def test_a_block_that_the_browser_brought_takes_the_place_of_the_automatic_one_that_came_of_it(blocks, admin, zoe):
    carried = blocks.by_id(blocks.block_account(zoe, by=admin))
    blocks.spread(carried.id, "192.0.2.7")
    assert blocks.find(None, "192.0.2.7", carried=carried) == carried


def test_an_automatic_block_hides_its_address_and_its_echo(blocks, admin, zoe, database):
    """Core §15: it names nobody, and beside the block that it came of it is not told."""
    parent = blocks.block_account(zoe, by=admin, reason="why")
    auto = blocks.block_address("192.0.2.7", by=admin, expiry=NOW + 86400)
    driver = database.thread().driver
    driver.execute("UPDATE block SET bl_parent_block_id = ? WHERE bl_id = ?", (parent, auto))
    driver.execute("UPDATE block_target SET bt_auto = 1 WHERE bt_address IS NOT NULL")
    block = blocks.find(None, "192.0.2.7")
    assert (block.kind, block.target, block.parent_id) == ("auto", "", parent)
    assert blocks.find(zoe, "192.0.2.7").id == parent
    assert blocks.find(admin, "192.0.2.7").id == auto


def test_a_lifted_block_takes_its_automatic_ones_along(blocks, admin, zoe, database, rows_of):
    parent = blocks.block_account(zoe, by=admin)
    auto = blocks.block_address("192.0.2.7", by=admin)
    other = blocks.block_address("192.0.2.8", by=admin)
    driver = database.thread().driver
    driver.execute("UPDATE block SET bl_parent_block_id = ? WHERE bl_id = ?", (parent, auto))
    driver.execute("INSERT INTO ipblocks_restrictions VALUES (?, 2, 0), (?, 2, 0)", (parent, other))
    assert blocks.lift(parent)
    assert [row["ir_ipb_id"] for row in rows_of("ipblocks_restrictions")] == [other]
    assert [row["bl_id"] for row in rows_of("block")] == [other]
    assert [row["bt_address"] for row in rows_of("block_target")] == ["192.0.2.8"]
    assert not blocks.lift(parent)


def test_two_blocks_share_a_target(blocks, admin, zoe, rows_of):
    blocks.block_account(zoe, by=admin, sitewide=False)
    second = blocks.block_account(zoe, by=admin)
    assert [row["bt_count"] for row in rows_of("block_target")] == [2]
    blocks.lift(second)
    assert [row["bt_count"] for row in rows_of("block_target")] == [1]


def test_a_block_that_changes_keeps_its_number_and_its_beginning(blocks, admin, zoe, clock, rows_of):
    """As ``action=block`` with ``reblock``; what is not said anew is as it comes."""
    first = blocks.block_account(zoe, by=admin, reason="one", sitewide=False, email=True, create_account=False)
    clock.time += 60
    assert blocks.block_account(zoe, reason="two", expiry=NOW + 3600, instead_of=first) == first
    (block,) = blocks.every()
    assert (block.id, block.timestamp, block.expiry) == (first, int(NOW), NOW + 3600)
    assert (block.reason, block.by_name) == ("two", "Maintenance script")
    assert (block.sitewide, block.email, block.create_account) == (True, False, True)
    assert [row["bt_count"] for row in rows_of("block_target")] == [1]


def test_the_automatic_blocks_follow_the_one_that_they_came_of(blocks, admin, zoe, clock):
    parent = blocks.block_account(zoe, by=admin, reason="one", expiry=NOW + 86_400)
    blocks.spread(parent, "192.0.2.7")
    clock.time += 60
    blocks.block_account(zoe, reason="two", create_account=False, expiry=NOW + 3600, instead_of=parent)
    auto = blocks.find(None, "192.0.2.7")
    assert (auto.expiry, auto.timestamp, auto.create_account) == (NOW + 3600, int(NOW), False)
    assert auto.by_name == "Maintenance script"
    assert "two" in auto.reason
    blocks.block_account(zoe, expiry=None, instead_of=parent)
    assert blocks.find(None, "192.0.2.7").expiry == NOW + 3600, "only a new use of the address makes it longer"


def test_the_automatic_blocks_end_where_the_one_that_they_came_of_no_longer_spreads(blocks, admin, zoe, rows_of):
    parent = blocks.block_account(zoe, by=admin)
    blocks.spread(parent, "192.0.2.7")
    blocks.block_account(zoe, autoblock=False, instead_of=parent)
    assert [one.id for one in blocks.every()] == [parent]
    assert [row["bt_user"] for row in rows_of("block_target")] == [zoe.id]


def test_a_block_that_has_gone_meanwhile_is_made_anew(blocks, admin, zoe):
    gone = blocks.block_account(zoe, by=admin)
    blocks.lift(gone)
    blocks.block_account(zoe, by=admin, instead_of=gone)
    assert blocks.find(zoe) is not None
