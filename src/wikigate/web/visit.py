"""One visit to a page: what was asked, by whom; it lives as long as one request and belongs to one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from wikigate.primitives.errors import ApiError, StoreUnavailable
from wikigate.primitives.message import Message
from wikigate.web.kept_form import NAME
from wikigate.wire.tokens import make_token, matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wikigate.accounts.performer import Performer
    from wikigate.accounts.user import Account
    from wikigate.actions.services import Services
    from wikigate.sessions.session import SecretKind, Session
    from wikigate.web.kept_form import KeptForms
    from wikigate.wire.http import Request
    from wikigate.wire.phpform import Form


class Visit:
    """One visit.

    ``special`` is the name of the special page that answers, None for any other title; ``title`` the whole title, empty for the main
    page's; ``subpage`` what stands behind the page's name (``image`` in ``Special:Captcha/image``). ``session`` and ``user`` are read
    when first asked for, so that a page that needs neither costs neither; so is the ``language``, which ``language`` works out.

    ``request_id``: how the answer, the log and the audit call it.
    ``trouble`` and ``notice`` are said above whatever page is drawn: what is wrong, and what is worth knowing. ``typed_before``: the form
    holds what was typed before and did not come through. ``kept_lists``: of that, the fields that have several values.
    """

    __slots__ = (
        "_language",
        "_session",
        "_user",
        "form",
        "kept_forms",
        "kept_lists",
        "notice",
        "now",
        "request",
        "request_id",
        "services",
        "special",
        "subpage",
        "title",
        "trouble",
        "typed_before",
    )  # fmt: skip

    def __init__(
        self,
        request: Request,
        form: Form,
        services: Services,
        subpage: str,
        language: Callable[[Visit], str],
        *,
        special: str | None = None,
        title: str = "",
        kept_forms: KeptForms | None = None,
        request_id: str = "",
    ) -> None:
        self.request = request
        self.form = form
        self.services = services
        self.subpage = subpage
        self.special = special
        self.title = title
        self.kept_forms = kept_forms
        self.trouble: Message | None = None
        self.notice: Message | None = None
        self.typed_before = False
        self.kept_lists: dict[str, list[str]] = {}
        self._language: Callable[[Visit], str] | str = language
        self.now: float = services.clock.now()
        self.request_id = request_id
        self._session: Session | None = None
        self._user: Performer | None = None

    @property
    def language(self) -> str:
        """The language of the page."""
        language = self._language
        if not isinstance(language, str):
            language = self._language = language(self)
        return language

    @property
    def session(self) -> Session:
        """Who is visiting."""
        if self._session is None:
            self._session = self.services.sessions.load(self.request)
        return self._session

    @property
    def loaded_session(self) -> Session | None:
        """The session if anybody asked for it."""
        return self._session

    @property
    def known_account(self) -> Account | None:
        """The account that is logged in, for the frame of any page, an error's too: None where nobody can be known."""
        headers = self.request.headers
        if self._session is None and "cookie" not in headers and "authorization" not in headers:
            return None
        try:
            return self.session.account
        except (ApiError, StoreUnavailable):
            return None

    @property
    def user(self) -> Performer:
        """The visitor with groups and rights."""
        if self._user is None:
            carried = self.services.block_cookie.read(self.request)
            self._user = self.services.performers.of(self.session, self.request.address, carried)
        return self._user

    @property
    def known_user(self) -> Performer | None:
        """The visitor if anybody asked for him."""
        return self._user

    def forget_user(self) -> None:
        """Work out the visitor anew: the session has just changed hands."""
        self._user = None

    def words(self, message: Message) -> str:
        """Say something in the visitor's language; names and other texts in it keep their own direction."""
        return self.services.catalog.page_plain(message, self.language)

    def text(self, name: str) -> str:
        """Return a submitted parameter; empty where it is absent or no text."""
        return self.form.text(name) or ""

    def texts(self, name: str) -> list[str]:
        """Return every value of a posted field that may have several (``name[]``), each once; the form itself keeps one of a name."""
        if name in self.kept_lists:
            return self.kept_lists[name]
        pairs = parse_qsl(self.request.body.decode("utf-8", "replace"))
        return list(dict.fromkeys(value for field, value in pairs if field == name))

    def token(self, kind: SecretKind = "default") -> str:
        """Make the token that a form of this page carries; the session becomes one that is sent as a cookie."""
        self.services.sessions.persist(self.session)
        return make_token(self.session.secret(kind), "", self.now)

    def send_again(self) -> None:
        """Take note that the form had a token that is none: it is shown once more, with what was typed."""
        self.trouble = Message("sessionfailure")
        self.typed_before = True

    def keep(self, names: Iterable[str]) -> dict[str, str]:
        """Return what an address carries so that what was typed is there again after a login; see ``kept_form.py``."""
        if self.kept_forms is None:
            return {}
        if self.request.method == "POST":
            return {NAME: self.kept_forms.keep(self, names)}
        return {NAME: kept} if (kept := self.text(NAME)) else {}

    def checks_out(self, token: str, kind: SecretKind = "default") -> bool:
        """Whether a form's token is this visitor's; constant time."""
        return any(matches(token, secret, "") for secret in self.session.secrets(kind))
