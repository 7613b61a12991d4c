"""A wiki's sessions in a real database, and a client that keeps a cookie jar."""

from __future__ import annotations

import os
import random
import shutil
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, insert, select, update

from wikigate.accounts.bot_passwords import BotPasswords
from wikigate.accounts.directory import Directory
from wikigate.accounts.rights import Rights
from wikigate.accounts.settings import AccountSettings
from wikigate.primitives.errors import StoreUnavailable
from wikigate.primitives.names import NameRules
from wikigate.primitives.secrets import KeyRing
from wikigate.sessions.bot_password import BotPasswordSource
from wikigate.sessions.cookie import CookieSource
from wikigate.sessions.cookie_writer import CookieNames, CookieWriter
from wikigate.sessions.known_devices import KnownDevices
from wikigate.sessions.manager import SessionManager
from wikigate.sessions.remember import OwnTokens, WikiTokens
from wikigate.sessions.settings import SessionSettings
from wikigate.sessions.vault import Vault
from wikigate.store.engine import Database
from wikigate.store.schema import create
from wikigate.store.session_row import DeviceRow, SessionRow
from wikigate.store.sessions import SessionTable
from wikigate.wire.http import Request, Response
from wikigate.wire.phpcookie import parse_cookies

START = 1_795_221_151.0  # Sat, 21 Nov 2026 00:32:31 GMT, the lab clock of the recordings


class WatchedRows:
    """The real rows; counts what is asked, and fails on demand."""

    READING = frozenset({"get", "get_device"})

    def __init__(self, database):
        self._rows = SessionTable(database)
        self.reads = self.writes = 0
        self.down = self.read_only = False

    def __getattr__(self, name):
        verb = getattr(self._rows, name)
        reading = name in self.READING

        def watched(*args, **kwargs):
            if self.down or (self.read_only and not reading):
                raise StoreUnavailable("the database is away")
            self.reads += reading
            self.writes += not reading
            return verb(*args, **kwargs)

        return watched


class People(Directory):
    """The real directory; counts reads, and changes columns behind its back."""

    def __init__(self, database, clock):
        super().__init__(database, clock, NameRules(), os.urandom)
        self._database = database
        self.reads = 0

    def by_id(self, user_id):
        self.reads += 1
        return super().by_id(user_id)

    def add(self, user_id, name, token):
        with self._database.write() as connection:
            connection.execute(
                insert(self._database.tables.user).values(
                    user_id=user_id, user_name=name, user_token=token, user_password="", user_newpassword="",
                    user_email="", user_touched="", user_real_name="", user_is_temp=0,
                )
            )  # fmt: skip

    def change(self, user_id, **columns):
        user = self._database.tables.user
        values = {f"user_{name}": value for name, value in columns.items()}
        with self._database.write() as connection:
            connection.execute(update(user).where(user.c.user_id == user_id).values(**values))

    def remove(self, user_id):
        user = self._database.tables.user
        with self._database.write() as connection:
            connection.execute(delete(user).where(user.c.user_id == user_id))

    def token_of(self, user_id):
        return super().by_id(user_id).token


class Client:
    """A browser or bot: sends its jar, keeps what comes back."""

    def __init__(self, wiki, address="127.0.0.1"):
        self.wiki = wiki
        self.address = address
        self.jar = {}
        self.received = []

    def copy(self):
        other = Client(self.wiki, self.address)
        other.jar = dict(self.jar)
        return other

    def request(self, cookie=None, scheme="http"):
        header = "; ".join(f"{n}={v}" for n, v in self.jar.items()) if cookie is None else cookie
        headers = {"user-agent": "Test/1.0"}
        if header:
            headers["cookie"] = header
        return Request("GET", "/w/api.php", headers=headers, address=self.address, scheme=scheme)

    def load(self, **kwargs):
        suppress = kwargs.pop("suppress", False)
        return self.wiki.manager.load(self.request(**kwargs), suppress_login=suppress)

    def finish(self, session):
        response = Response()
        self.wiki.manager.commit(session, response)
        self.received = [value for name, value in response.headers if name == "Set-Cookie"]
        for line in self.received:
            name, _, value = line.partition(";")[0].partition("=")
            if value == "deleted":
                self.jar.pop(name, None)
            else:
                self.jar[name] = value
        return self.received

    def get(self, **kwargs):
        """Do a plain request; return the session it ran in."""
        session = self.load(**kwargs)
        self.finish(session)
        return session

    def fetch_login_token(self, **kwargs):
        session = self.load(**kwargs)
        self.wiki.manager.persist(session)
        secret = session.secret("login")
        self.finish(session)
        return secret

    def log_in(self, user_id=4, *, remember=False):
        if "my_wiki_session" not in self.jar:
            self.fetch_login_token()
        session = self.load()
        account = self.wiki.directory.by_id(user_id)
        self.wiki.manager.log_in(session, account, remember=remember, now=self.wiki.clock.time)
        self.finish(session)
        return session

    def log_in_bot(self, user_id=4, app="core"):
        if "my_wiki_session" not in self.jar:
            self.fetch_login_token()
        session = self.load()
        account = self.wiki.directory.by_id(user_id)
        self.wiki.manager.log_in_bot(session, account, self.wiki.bots.lookup(user_id, app))
        self.finish(session)
        return session

    def log_out(self):
        session = self.load()
        self.wiki.manager.log_out(session)
        self.finish(session)
        return session

    @property
    def names(self):
        return sorted(self.jar)


class FakeClock:
    def __init__(self):
        self.time = START

    def now(self):
        return self.time


class Wiki:
    def __init__(self, folder, settings=None, *, shared=False, https=False, more_sources=(), keys=(b"k" * 32,)):
        self.settings = settings or SessionSettings()
        self.database = Database(f"sqlite:///{folder}/wiki.sqlite")
        self.rows = WatchedRows(self.database)
        self.clock = FakeClock()
        self.directory = People(self.database, self.clock)
        self.directory.add(1, "CoreAdmin", "1" * 32)
        self.directory.add(4, "CoreUser", "924900c433dd6642c12b78c82d145ec0")
        self.directory.add(5, "Zoë O'Neil/~x", "5" * 32)
        self.directory.add(7, "MediaWiki default", "*** INVALID ***".ljust(32, "*"))
        self.directory.add(8, "Tokenless", "")
        self.rights = Rights(AccountSettings())
        self.bots = BotPasswords(self.database, self.rights, SimpleNamespace(make=lambda _: ":hash:"), os.urandom)
        self.bots.create(self.directory.by_id(4), "core", grants=["editpage"])
        self.directory.reads = 0
        self.random = random.Random(1)
        self.random_calls = 0
        self.keys = KeyRing(keys)
        self.more_sources = more_sources
        self.shared = shared
        self.https = https
        self.build()

    def build(self):
        settings, directory = self.settings, self.directory
        names = CookieNames(settings.cookies, "my_wiki")
        writer = CookieWriter(settings.cookies, https=self.https)
        self.vault = Vault(self.rows, settings, shared=self.shared)
        remember = (
            WikiTokens(settings.token_version, self.random_bytes)
            if self.shared
            else OwnTokens(self.vault, self.random_bytes)
        )
        cookies = CookieSource(
            settings,
            names=names,
            writer=writer,
            vault=self.vault,
            directory=directory,
            remember=remember,
            keys=self.keys,
            random_bytes=self.random_bytes,
        )
        bots = BotPasswordSource(
            names=names,
            writer=writer,
            vault=self.vault,
            directory=directory,
            bot_passwords=self.bots,
            rights=self.rights,
            keys=self.keys,
            random_bytes=self.random_bytes,
        )
        self.manager = SessionManager(
            settings,
            sources=[cookies, bots, *self.more_sources],
            cookies=cookies,
            bots=bots,
            vault=self.vault,
            remember=remember,
            known_devices=KnownDevices(
                settings.known_devices,
                name=names.known_devices,
                writer=writer,
                keys=self.keys,
                random_bytes=self.random_bytes,
            ),
            directory=directory,
            clock=self.clock,
            random_bytes=self.random_bytes,
        )

    def random_bytes(self, size):
        self.random_calls += 1
        return self.random.randbytes(size)

    def client(self, address="127.0.0.1"):
        return Client(self, address)

    def sessions(self):
        """Every row of sessions, dead or alive."""
        with self.database.read() as connection:
            rows = connection.execute(select(self.database.tables.session)).all()
        return [SessionRow(*row) for row in rows]

    def devices(self):
        with self.database.read() as connection:
            rows = connection.execute(select(self.database.tables.remember)).all()
        return [DeviceRow(*row) for row in rows]

    def restrict_bots(self, restrictions):
        """Change the row as somebody else would who leaves the token alone."""
        with self.database.write() as connection:
            connection.execute(update(self.database.tables.bot_passwords).values(bp_restrictions=restrictions))

    def grant_bots(self, grants):
        with self.database.write() as connection:
            connection.execute(update(self.database.tables.bot_passwords).values(bp_grants=grants))

    def spoil_sessions(self, data):
        session = self.database.tables.session
        with self.database.write() as connection:
            connection.execute(update(session).where(session.c.user_id != 0).values(data=data))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A database with every table and nobody in it, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    database = Database(f"sqlite:///{folder}/wiki.sqlite")
    create(database)
    database.close()
    return folder / "wiki.sqlite"


@pytest.fixture(scope="session")
def make_wiki(empty_database, tmp_path_factory):
    """Make a wiki's sessions: settings, shared, https, more_sources, keys by keyword."""

    def make(settings=None, **kwargs):
        folder = tmp_path_factory.mktemp("wiki")
        shutil.copy(empty_database, folder / "wiki.sqlite")
        return Wiki(folder, settings, **kwargs)

    return make


@pytest.fixture
def wiki(make_wiki):
    return make_wiki()


@pytest.fixture(scope="session")
def parse():
    return parse_cookies
