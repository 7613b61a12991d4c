"""Second factors as they are kept (security C10, H4)."""

from __future__ import annotations

import os

import pytest

from wikigate.accounts.directory import Directory
from wikigate.accounts.factor_form import SealedForm, WikiForm
from wikigate.accounts.factor_notices import FactorNotices
from wikigate.accounts.factors import FactorRefused, Factors
from wikigate.primitives.errors import ConfigError
from wikigate.primitives.names import NameRules
from wikigate.primitives.seal import Seal
from wikigate.primitives.secrets import KeyRing
from wikigate.store import schema
from wikigate.store.engine import Database

OLD, NEW = b"o" * 16, b"n" * 16


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'wiki.sqlite'}")
    schema.create(database)
    yield database
    database.close()


@pytest.fixture
def factors(database, clock, random_bytes):
    """Make ``Factors`` under some keys; without keys as on a wiki's own database."""
    directory = Directory(database, clock, NameRules(), random_bytes)

    def make(*keys):
        form = SealedForm(Seal(KeyRing(keys), os.urandom)) if keys else WikiForm(os.urandom)
        return Factors(database, directory, clock, form, FactorNotices(directory, None))

    return make


def test_a_factor_is_found_as_it_was_made(factors, clock):
    kept = factors(NEW)
    ident = kept.add(7, "totp", {"secret": "S"}, name="phone")
    [found] = kept.of(7)
    assert (found.id, found.user_id, found.kind, found.name, found.created) == (
        ident,
        7,
        "totp",
        "phone",
        int(clock.now()),
    )
    assert found.data == {"secret": "S"}
    assert kept.again(found) == found
    assert kept.of(8) == ()


def test_h5_a_factor_shows_no_secret(factors):
    kept = factors()
    kept.add(7, "totp", {"secret": "JBSWY3DP"})
    assert "JBSWY3DP" not in repr(kept.of(7))


def test_h4_after_a_rotation_older_factors_still_work_and_changes_are_sealed_anew(factors):
    factors(OLD).add(7, "totp", {"secret": "S"})
    both = factors(NEW, OLD)
    both.check_keys()
    [found] = both.of(7)
    assert both.change(found, {"secret": "T"})
    factors(NEW).check_keys()
    assert factors(NEW).of(7)[0].data == {"secret": "T"}


def test_c10_with_another_key_the_server_does_not_start(factors):
    factors(OLD).add(7, "totp", {"secret": "S"})
    with pytest.raises(ConfigError, match="1 second factors are sealed with a secret that is not in the list"):
        factors(NEW).check_keys()
    assert factors(NEW).of(7)[0].data == {}


def test_a_sealed_row_moved_to_another_account_cannot_be_read(factors, database):
    kept = factors(NEW)
    kept.add(7, "totp", {"secret": "S"})
    with database.write() as connection:
        connection.execute(database.tables.oathauth_devices.update().values(oad_user=8))
    assert kept.of(8)[0].data == {}


def test_a_row_brought_over_from_a_wiki_is_read_and_sealed_when_it_changes(factors):
    factors().add(7, "totp", {"secret": "S"})
    kept = factors(NEW)
    kept.check_keys()
    [found] = kept.of(7)
    assert found.data == {"secret": "S"}
    assert kept.change(found, {"secret": "T"})
    assert kept.of(7)[0].stored.startswith("wikigate:1:")


def test_a_change_is_made_only_of_what_was_read(factors):
    kept = factors(NEW)
    kept.add(7, "totp", {"secret": "S"})
    [found] = kept.of(7)
    assert [kept.change(found, {"secret": "T"}), kept.change(found, {"secret": "U"})] == [True, False]
    assert kept.of(7)[0].data == {"secret": "T"}


def test_a_wiki_s_account_has_one_factor_and_ours_have_several(factors):
    shared = factors()
    shared.add(7, "totp", {"secret": "S"})
    with pytest.raises(FactorRefused, match="one second factor"):
        shared.add(7, "totp", {"secret": "T"})
    assert len(shared.of(7)) == 1
    factors(NEW).add(7, "totp", {"secret": "T"})
    assert len(shared.of(7)) == 2


def test_a_wiki_without_the_extension_is_told_so(factors, database):
    with database.write() as connection:
        database.tables.oathauth_devices.drop(connection)
    with pytest.raises(FactorRefused, match="OATHAuth"):
        factors().add(7, "totp", {})


def test_a_removed_one_is_gone(factors):
    kept = factors(NEW)
    kept.add(7, "totp", {})
    [found] = kept.of(7)
    assert [kept.remove(found), kept.remove(found)] == [True, False]
    assert (kept.of(7), kept.again(found)) == ((), None)
