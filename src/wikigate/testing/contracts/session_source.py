"""Hold a session source to its contract (``wikigate.sessions.source``).

Subclass ``SessionSourceContract`` in a test module and define a pytest fixture ``case`` in it, a ``SourceCase``: the source, what its
requests look like, and a way to end the credential that they bear.
"""

# ruff: noqa: S101, PLR2004  these are tests

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final

from wikigate.primitives.errors import ApiError
from wikigate.primitives.message import Message
from wikigate.sessions.session import Session
from wikigate.sessions.source import REFUSED, SessionSource
from wikigate.sessions.visit import Visit
from wikigate.wire.http import Request, Response

STRANGE: Final[tuple[Mapping[str, str], ...]] = (
    {}, {"cookie": ""}, {"cookie": "a=b; a=c; ; =; deleted=deleted"}, {"cookie": "x" * 9000}, {"cookie": "a=\udcff%00%zz"},
    {"authorization": ""}, {"authorization": "Basic eDp5"}, {"authorization": "OAuth"}, {"authorization": "OAuth "},
    {"authorization": 'OAuth oauth_consumer_key=""'}, {"authorization": "Bearer"}, {"authorization": "Bearer " + "." * 9000},
    {"authorization": "Bearer \udcff.\x00.e"}, {"authorization": "Negotiate YII="},
)  # fmt: skip
"""Headers that any request may come with; whatever a source makes of them, it is nobody's session and no crash."""


class SourceCase(ABC):
    """One source and the requests that it knows. ``user_id``: whose the good credential is."""

    source: SessionSource
    user_id: int
    now: float

    @abstractmethod
    def good(self) -> Mapping[str, str]:
        """Return headers, lower-case names, of a request that bears the credential; called once for each request."""

    @abstractmethod
    def forged(self) -> Sequence[Mapping[str, str]]:
        """Return headers that look like it and do not hold."""

    @abstractmethod
    def end(self) -> None:
        """End the credential: log out, revoke."""

    def visit(self, headers: Mapping[str, str]) -> Visit:
        """Make the visit of a request."""
        return Visit(Request("GET", "/w/api.php", headers=headers), self.now)


class SessionSourceContract:
    """What every source must do; see the module's text."""

    def test_it_says_what_it_is(self, case: SourceCase) -> None:
        """Names are for messages, the priority is within MediaWiki's range."""
        source = case.source
        assert source.name
        assert isinstance(source.description, Message)
        assert 1 <= source.priority <= 100
        assert {type(source.can_change_user), type(source.can_log_out)} == {bool}

    def test_a_good_credential_is_its_users_session(self, case: SourceCase) -> None:
        """The source has verified everything and filled in what it knows."""
        session = self._session(case)
        assert session.source is case.source
        assert session.account is not None
        assert session.account.id == case.user_id
        assert session.known
        assert session.persisted

    def test_claiming_writes_nothing_and_tells_nothing(self, case: SourceCase) -> None:
        """No cookie is set by being asked, and what names the session does not show in a log."""
        visit = case.visit(case.good())
        session = case.source.claim(visit)
        assert isinstance(session, Session)
        assert visit.sent == {}
        assert session.core not in repr(session) + repr(visit)

    def test_the_same_credential_is_the_same_session(self, case: SourceCase) -> None:
        """A token that was handed out in one request verifies in the next."""
        first, second = self._session(case), self._session(case)
        assert len(first.core) >= 32
        assert first.core == second.core
        for kind in ("default", "login", "createaccount"):
            assert first.secret(kind) in second.secrets(kind)

    def test_a_request_that_says_nothing_is_left_to_others(self, case: SourceCase) -> None:
        """And so is what other sources read."""
        assert case.source.claim(case.visit({})) is None

    def test_what_does_not_hold_is_nobodys(self, case: SourceCase) -> None:
        """Refused or an error, never somebody's session."""
        forged = case.forged()
        assert len(forged) >= 3
        for headers in forged:
            self._nobody(case, headers)

    def test_strange_headers_are_nobodys(self, case: SourceCase) -> None:
        """Whatever comes, the answer is one of the contract's."""
        for headers in STRANGE:
            self._nobody(case, headers)

    def test_an_ended_credential_is_over_with_the_next_request(self, case: SourceCase) -> None:
        """Security F4, F8: nothing remembers that it was good."""
        self._session(case)
        case.end()
        self._nobody(case, case.good())

    def test_what_it_writes_is_headers_alone(self, case: SourceCase) -> None:
        """``persist`` and ``forget`` touch neither status nor body."""
        session = self._session(case)
        response = Response(200, [], b"body")
        case.source.persist(session, response)
        case.source.forget(session.visit, response)
        assert (response.status, response.body) == (200, b"body")
        assert {name.lower() for name, _ in response.headers} <= {"set-cookie"}

    def test_only_what_came_with_the_request_is_deleted(self, case: SourceCase) -> None:
        """``forget`` of a request without anything writes nothing."""
        response = Response(200, [])
        case.source.forget(case.visit({}), response)
        assert response.headers == []

    def _session(self, case: SourceCase) -> Session:
        found = case.source.claim(case.visit(case.good()))
        assert isinstance(found, Session)
        return found

    def _nobody(self, case: SourceCase, headers: Mapping[str, str]) -> None:
        try:
            found = case.source.claim(case.visit(headers))
        except ApiError as error:
            assert error.issues[0].code  # noqa: PT017  either answer is in order
            return
        assert found is None or found == REFUSED or (isinstance(found, Session) and found.owner is None), headers
