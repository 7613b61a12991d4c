"""A login as its own world: real sessions in a real database, accounts in memory, providers that do as they are told."""

from __future__ import annotations

import random
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from sqlalchemy import select

from wikigate.accounts.user import Account
from wikigate.auth.attempt import Caller
from wikigate.auth.audit import Audit
from wikigate.auth.fields import Field, Need, load_all
from wikigate.auth.flow import CREATE, Flow
from wikigate.auth.outcome import Abstain, Pass
from wikigate.auth.registry import Providers
from wikigate.auth.settings import AuthSettings
from wikigate.primitives.message import Message
from wikigate.primitives.secrets import KeyRing
from wikigate.sessions.bot_password import BotPasswordSource
from wikigate.sessions.cookie import CookieSource
from wikigate.sessions.cookie_writer import CookieNames, CookieWriter
from wikigate.sessions.known_devices import KnownDevices
from wikigate.sessions.manager import SessionManager
from wikigate.sessions.remember import OwnTokens
from wikigate.sessions.settings import SessionSettings
from wikigate.sessions.vault import Vault
from wikigate.store.sessions import SessionTable
from wikigate.wire.http import Request, Response

START = 1_795_221_151.0


@dataclass
class FakeClock:
    time: float = START

    def now(self):
        return self.time


class People:
    """The accounts of the wiki, as far as a login asks."""

    def __init__(self):
        self.accounts = {}
        self.add("Alice")
        self.add("Bob")

    def add(self, name):
        account = Account(len(self.accounts) + 1, name, token="0123456789abcdef0123456789abcdef")
        self.accounts[name] = account
        return account

    def change(self, whose, /, **changes):
        self.accounts[whose] = replace(self.accounts[whose], **changes)

    def by_id(self, user_id):
        return next((a for a in self.accounts.values() if a.id == user_id), None)

    def by_name(self, name):
        return self.accounts.get(name)

    def ensure_token(self, account):
        return account


class AuditList:
    def __init__(self):
        self.rows = []
        self.fault = None

    def together(self):
        return nullcontext()

    def append(self, **row):
        if self.fault is not None:
            raise self.fault
        self.rows.append(SimpleNamespace(**row))

    def trim(self, before, limit):
        old = [row for row in self.rows if row.moment < before][:limit]
        self.rows = [row for row in self.rows if row not in old]
        return len(old)


@dataclass
class Ended:
    """What a provider heard at the end of an attempt."""

    outcome: object
    memory: dict = field(default_factory=dict)


class Scripted:
    """A provider that records what it is asked and answers from ``answers``, a value, an exception or a function of the attempt."""

    accounts = "none"
    takes_links = False

    def __init__(self, ident, *, begin=None, resume=None, needs=(), ended=None, takes_links=False, accounts="none"):
        self.id = ident
        self.answers = {"begin": begin, "resume": resume, "check": begin, "ended": ended}
        self.needs_given = tuple(needs)
        self.takes_links = takes_links
        self.accounts = accounts
        self.calls = []
        self.heard = []
        self.attempts = []
        self.pauses = []
        self.lock = threading.Lock()

    def needs(self, inquiry):
        return self.needs_given if inquiry.stage in {"login", "create"} else ()

    def canonical_name(self, typed):
        return typed[:1].upper() + typed[1:] if "#" not in typed else None

    def check(self, attempt):
        return self._answer("check", attempt)

    def begin(self, attempt, *user):
        return self._answer("begin", attempt, *user)

    def resume(self, attempt, *user):
        return self._answer("resume", attempt, *user)

    def paused(self, attempt, outcome, user):
        self.pauses.append((outcome, user))

    def ended(self, attempt, outcome):
        with self.lock:
            self.heard.append(Ended(outcome, dict(attempt.memory)))
        fault = self.answers["ended"]
        if fault is not None:
            raise fault

    def _answer(self, verb, attempt, *user):
        with self.lock:
            self.calls.append(verb)
            self.attempts.append(attempt)
        answer = self.answers[verb]
        if isinstance(answer, Exception):
            raise answer
        return answer(attempt, *user) if callable(answer) else answer


USERNAME = Field("username", "string", Message("userlogin-yourname"), Message("authmanager-username-help"))
SECRET = Field(
    "secret", "password", Message("userlogin-yourpassword"), Message("authmanager-password-help"), sensitive=True
)
NAME_NEED = Need("NameRequest", (USERNAME, SECRET))
CODE = Field("code", "string", Message("rawmessage", ("code",)), Message("rawmessage", ("code help",)), optional=True)
CODE_NEED = Need("CodeRequest", (CODE,))


def vouching(ident="name", **more):
    """A primary that vouches for whomever a name was given for with the secret “right”."""

    def begin(attempt):
        values = attempt.values("NameRequest")
        if values is None or values["secret"] != "right":
            return Abstain()
        return Pass(attempt.names[0])

    return Scripted(ident, begin=begin, needs=[NAME_NEED], **more)


class World:
    """One wiki; ``visitor()`` makes a browser."""

    def __init__(self, database, *, settings=None, session_settings=None, auto_creation=None):
        self.database = database
        self.clock = FakeClock()
        self.people = People()
        self.audit = AuditList()
        self.settings = settings or AuthSettings()
        self.session_settings = session_settings or SessionSettings()
        self.auto_creation = auto_creation
        self.random = random.Random(1)
        self.random_bytes = random.SystemRandom().randbytes
        self.manager = self._sessions()
        self.flow = None

    def use(self, checks=(), primaries=(), secondaries=()):
        self.flow = self._flow(Providers(checks, primaries, secondaries), auto_creation=self.auto_creation)
        return self.flow

    def creation(self, maker):
        """Return the making of accounts with the providers in use."""
        return self._flow(self.flow.providers, auto_creation=maker, purpose=CREATE)

    def _flow(self, providers, **more):
        return Flow(
            providers,
            sessions=self.manager,
            directory=self.people,
            audit=Audit(self.audit),
            settings=self.settings,
            session_settings=self.session_settings,
            **more,
        )

    def visitor(self, address="127.0.0.1"):
        return Visitor(self, address)

    def stored_sessions(self):
        session = self.database.tables.session
        with self.database.read() as connection:
            return connection.execute(select(session)).all()

    def _sessions(self):
        settings, keys = self.session_settings, KeyRing([b"k" * 32])
        names, writer = CookieNames(settings.cookies, "w"), CookieWriter(settings.cookies, https=False)
        vault = Vault(SessionTable(self.database), settings)
        remember = OwnTokens(vault, self.random_bytes)
        parts = {"names": names, "writer": writer, "vault": vault, "directory": self.people, "keys": keys}
        cookies = CookieSource(settings, remember=remember, random_bytes=self.random_bytes, **parts)
        bots = BotPasswordSource(
            bot_passwords=SimpleNamespace(lookup=lambda *_: None),
            rights=SimpleNamespace(rights_of_grants=frozenset),
            random_bytes=self.random_bytes,
            **parts,
        )
        return SessionManager(
            settings,
            sources=[cookies, bots],
            cookies=cookies,
            bots=bots,
            vault=vault,
            remember=remember,
            known_devices=KnownDevices(
                settings.known_devices, name="wKnownDevices", writer=writer, keys=keys, random_bytes=self.random_bytes
            ),
            directory=self.people,
            clock=self.clock,
            random_bytes=self.random_bytes,
        )


class Visitor:
    """A browser with a cookie jar."""

    def __init__(self, world, address):
        self.world = world
        self.address = address
        self.jar = {}

    def copy(self):
        other = Visitor(self.world, self.address)
        other.jar = dict(self.jar)
        return other

    def session(self):
        header = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        return self.world.manager.load(Request("POST", "/", headers={"cookie": header}, address=self.address))

    def caller(self, session):
        return Caller(session, self.address, self.world.clock.now(), "request-1")

    def finish(self, session):
        response = Response()
        self.world.manager.commit(session, response)
        for name, line in response.headers:
            if name == "Set-Cookie":
                key, _, value = line.partition(";")[0].partition("=")
                if value == "deleted":
                    self.jar.pop(key, None)
                else:
                    self.jar[key] = value

    def begin(self, *, flow=None, stage="login", preserve=False, return_url="http://e.org/", **fields):
        """Begin a login with fields; the answer."""
        flow = flow or self.world.flow
        session = self.session()
        self.world.manager.persist(session)
        caller = self.caller(session)
        try:
            filled = load_all(flow.needs(stage, caller), fields)
            return flow.begin(caller, filled, return_url=return_url, preserve=preserve)
        finally:
            self.finish(session)

    def resume(self, *, flow=None, **fields):
        """Go on with fields; the answer."""
        flow = flow or self.world.flow
        session = self.session()
        caller = self.caller(session)
        try:
            return flow.resume(caller, load_all(flow.pending(caller), fields))
        finally:
            self.finish(session)

    @property
    def user(self):
        """Who is logged in."""
        account = self.session().account
        return account.name if account else None
