"""A wiki's sessions over rows in memory, and a client that keeps a cookie jar."""

from __future__ import annotations

import hashlib
import random
import threading
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from wikigate.primitives.errors import StoreUnavailable
from wikigate.primitives.secrets import KeyRing
from wikigate.sessions.bot_password import BotPasswordSource
from wikigate.sessions.cookie import CookieSource
from wikigate.sessions.cookie_writer import CookieNames, CookieWriter
from wikigate.sessions.manager import SessionManager
from wikigate.sessions.remember import OwnTokens, WikiTokens
from wikigate.sessions.settings import SessionSettings
from wikigate.sessions.vault import Vault
from wikigate.wire.http import Request, Response
from wikigate.wire.phpcookie import parse_cookies

START = 1_795_221_151.0  # Sat, 21 Nov 2026 00:32:31 GMT, the lab clock of the recordings


@dataclass
class FakeAccount:
    id: int
    name: str
    token: str


@dataclass
class FakeBot:
    app: str
    token: str
    grants: tuple = ("basic",)
    restrictions: object = None
    network: str = ""

    def allows(self, address):
        return address.startswith(self.network)


class MemoryRows:
    """``SessionRows`` in memory: one lock, so that every verb is atomic; counts what it is asked."""

    def __init__(self):
        self.sessions = {}
        self.devices = {}
        self.people = {}
        self.reads = self.writes = 0
        self.down = self.read_only = False
        self._lock = threading.Lock()

    def _reading(self):
        if self.down:
            raise StoreUnavailable("the database is away")
        self.reads += 1

    def _writing(self):
        if self.down or self.read_only:
            raise StoreUnavailable("the database takes no writes")
        self.writes += 1

    def get(self, key):
        self._reading()
        return self.sessions.get(key)

    def get_device(self, key):
        self._reading()
        return self.devices.get(key)

    def insert(self, row, now):
        with self._lock:
            self._writing()
            if key_is_taken(self.sessions.get(row.key), now):
                return False
            self.sessions[row.key] = row
            return True

    def update(self, row, *, device=None):
        with self._lock:
            self._writing()
            old = self.sessions.get(row.key)
            if old is None or old.version != row.version:
                return False
            self.sessions[row.key] = replace(row, version=row.version + 1)
            if device is not None:
                if old.device is not None and old.device != device.key:
                    self.devices.pop(old.device, None)
                self._note_device(device)
            return True

    def hand_over(self, change, now):
        with self._lock:
            self._writing()
            old = self.sessions.get(change.old)
            if change.old_version is not None and (old is None or old.version != change.old_version):
                return None
            if change.used is not None and change.used.key not in self.devices:
                return None
            if change.old is not None:
                self.sessions.pop(change.old, None)
            if change.tombstone is not None:
                self.sessions[change.tombstone.key] = change.tombstone
            self.devices.pop(change.dropped, None)
            for device in (change.device, change.used):
                if device is not None:
                    self._note_device(device)
            self.sessions[change.row.key] = change.row
            return self._enforce(change, now)

    def _enforce(self, change, now):
        user_id = change.row.user_id
        live = [row for row in self.sessions.values() if row.user_id == user_id and row.expires > now]
        live = sorted((row for row in live if row.key != change.row.key), key=lambda row: row.created)
        extra = live[: max(0, len(live) + 1 - change.limit)] if change.limit else []
        for row in extra:
            del self.sessions[row.key]
            self.devices.pop(row.device, None)
        return len(extra)

    def _note_device(self, device):
        known = self.devices.get(device.key)
        self.devices[device.key] = replace(device, created=known.created) if known else device

    def end(self, key, device, rotation=None):
        with self._lock:
            self._writing()
            self.sessions.pop(key, None)
            if device is not None:
                self.devices.pop(device, None)
                self.sessions = {k: row for k, row in self.sessions.items() if row.device != device}
            if rotation is not None and not any(
                d.user_id == rotation.user_id and d.last_used > rotation.since for d in self.devices.values()
            ):
                self.people[rotation.user_id].token = rotation.new_token
                for k, row in self.sessions.items():
                    if row.user_id == rotation.user_id and row.fingerprint == rotation.old_fingerprint:
                        self.sessions[k] = replace(row, fingerprint=rotation.new_fingerprint)


def key_is_taken(row, now):
    return row is not None and row.expires > now


class FakeDirectory:
    def __init__(self, people):
        self.people = people
        self.reads = 0

    def by_id(self, user_id):
        self.reads += 1
        account = self.people.get(user_id)
        return replace(account) if account else None

    def ensure_token(self, account):
        if not account.token:
            self.people[account.id].token = account.token = "f" * 32
        return account


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
        self.wiki.manager.log_in_bot(session, account, self.wiki.bots[user_id, app])
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
    def __init__(self, settings=None, *, shared=False, https=False, more_sources=(), keys=(b"k" * 32,)):
        self.settings = settings or SessionSettings()
        self.people = {
            1: FakeAccount(1, "CoreAdmin", "1" * 32),
            4: FakeAccount(4, "CoreUser", "924900c433dd6642c12b78c82d145ec0"),
            5: FakeAccount(5, "Zoë O'Neil/~x", "5" * 32),
            7: FakeAccount(7, "MediaWiki default", "*** INVALID ***".ljust(32, "*")),
            8: FakeAccount(8, "Tokenless", ""),
        }
        self.rows = MemoryRows()
        self.rows.people = self.people
        self.directory = FakeDirectory(self.people)
        self.bots = {(4, "core"): FakeBot("core", "b" * 32)}
        self.clock = FakeClock()
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
        self.vault = Vault(self.rows, settings)
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
            bot_passwords=SimpleNamespace(lookup=lambda user, app: self.bots.get((user, app))),
            rights=SimpleNamespace(rights_of_grants=lambda grants: frozenset(f"right-of-{g}" for g in grants)),
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
            directory=directory,
            clock=self.clock,
            random_bytes=self.random_bytes,
        )

    def random_bytes(self, size):
        self.random_calls += 1
        return self.random.randbytes(size)

    def client(self, address="127.0.0.1"):
        return Client(self, address)

    def row_of(self, core):
        return self.rows.sessions.get(hashlib.sha256(core.encode()).digest())


@pytest.fixture(scope="session")
def make_wiki():
    """Make a wiki's sessions: settings, shared, https, more_sources, keys by keyword."""
    return Wiki


@pytest.fixture
def wiki():
    return Wiki()


@pytest.fixture(scope="session")
def parse():
    return parse_cookies
