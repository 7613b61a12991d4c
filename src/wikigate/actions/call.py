"""One API call on its way: what was asked, who asks, and the answer that grows.

A ``Call`` lives as long as one request and belongs to one thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wikigate.actions.own_language import own_language
from wikigate.primitives.errors import ApiError, Issue
from wikigate.primitives.message import Message
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.accounts.performer import Performer
    from wikigate.actions.action import Module
    from wikigate.actions.services import Services
    from wikigate.sessions.session import Session
    from wikigate.wire.dialect import Dialect
    from wikigate.wire.errorformat import ErrorFormatter
    from wikigate.wire.http import Request
    from wikigate.wire.phpform import Form


class Call:
    """One API call.

    ``args`` are the coerced parameters of the module that runs, ``main`` those of the main module, both by unprefixed name.
    ``result`` is the top level of the answer. ``module`` is the module that runs now: warnings and errors name it.
    ``same_origin`` is False when the login is suppressed (spec framework §9.1). ``headers`` are added to the response.
    ``cache`` is the answer's cache mode, ``private`` or ``public``. ``raw_body`` is set by a module that prints itself (``help``):
    content type, file name and body; the output format is then not asked. ``printer`` is its name for warnings then, empty otherwise.
    ``language`` None: that of the caller's preferences, the wiki's own without any; it is looked up when a text is first asked for.
    ``session`` and ``user`` are read when first asked for, so that a call that needs neither costs neither.
    """

    __slots__ = (
        "_language", "_session", "_user", "args", "cache", "deprecated", "dialect", "errors", "form", "headers", "main", "module", "now",
        "printer", "raw_body", "request", "request_id", "result", "same_origin", "services",
    )  # fmt: skip

    def __init__(
        self,
        request: Request,
        form: Form,
        dialect: Dialect,
        services: Services,
        *,
        same_origin: bool,
        errors: ErrorFormatter,
        language: str | None,
        request_id: str,
    ) -> None:
        self.request = request
        self.form = form
        self.dialect = dialect
        self.services = services
        self.same_origin = same_origin
        self.errors = errors
        self._language = language
        self.request_id = request_id
        self.now: float = services.clock.now()
        self.main: dict[str, Any] = {}
        self.args: dict[str, Any] = {}
        self.module: Module | None = None
        self.result = Map()
        self.headers: list[tuple[str, str]] = []
        self.cache = "private"
        self.raw_body: tuple[str, str, bytes] | None = None
        self.printer = ""
        self.deprecated = False
        self._session: Session | None = None
        self._user: Performer | None = None

    @property
    def language(self) -> str:
        """The language of texts."""
        language = self._language
        if language is None:
            language = self._language = own_language(self) or self.services.site.language
        return language

    @property
    def session(self) -> Session:
        """Who is asking: at most one session read and one account read, when first asked for."""
        session = self._session
        if session is None:
            session = self._session = self.services.sessions.load(self.request, suppress_login=not self.same_origin)
        return session

    @property
    def loaded_session(self) -> Session | None:
        """The session if anybody asked for it."""
        return self._session

    @property
    def user(self) -> Performer:
        """The caller with groups and rights."""
        user = self._user
        if user is None:
            carried = self.services.block_cookie.read(self.request)
            user = self._user = self.services.performers.of(self.session, self.request.address, carried)
        return user

    @property
    def known_user(self) -> Performer | None:
        """The caller if anybody asked for him."""
        return self._user

    def forget_user(self) -> None:
        """Work out the caller anew: the session has just changed hands."""
        self._user = None

    @property
    def path(self) -> str:
        """The path of the module that runs now; ``main`` before there is one."""
        return self.module.path if self.module else "main"

    def warn(self, issue: Issue, module: str | None = None) -> None:
        """Add a warning under the running module, or under the module path given."""
        self.errors.add_warning(self.result, module or self.path, issue)

    @property
    def coercion(self) -> Coercion:
        """What coercion may ask of this call."""
        return Coercion(self)

    def deprecate(self, message: Message, feature: str, module: str | None = None) -> None:
        """Warn of a deprecated use; once a call, the main module adds where deprecations are announced (spec core §2)."""
        self.warn(Issue(message, "deprecation", {"feature": feature}), module)
        if not self.deprecated:
            self.deprecated = True
            self.warn(Issue(Message("api-usage-mailinglist-ref"), "deprecation-help"), "main")

    def error(self, key: str, *params: Any, code: str = "", data: dict[str, Any] | None = None) -> ApiError:
        """Build the error to raise in the name of the running module."""
        return ApiError(Issue(Message(key, params), code, data or {}), module=self.path)

    def add(self, name: str, node: Any) -> None:
        """Put a module's own node at the top level of the answer."""
        self.result[name] = node

    def query(self) -> Map:
        """Return the ``query`` node, made on first use."""
        node = self.result.get("query")
        if node is None:
            node = self.result["query"] = Map()
        return node


class Coercion:
    """A call as the coercion of parameters sees it (the protocol ``CoerceContext``)."""

    __slots__ = ("_call",)

    def __init__(self, call: Call) -> None:
        self._call = call

    def warn(self, module_path: str, issue: Issue) -> None:
        """Add a warning; a deprecation brings its companion along."""
        if issue.code == "deprecation":
            self._call.deprecate(issue.message, str(issue.data.get("feature", "")), module_path)
        else:
            self._call.warn(issue, module_path)

    def high_limits(self) -> bool:
        """Whether the caller may send and ask for more (right ``apihighlimits``)."""
        return self._call.user.can("apihighlimits")

    def now(self) -> float:
        """Return the moment of the call."""
        return self._call.now

    def canonical_user(self, text: str, subtypes: tuple[str, ...]) -> str | None:
        """Normalise a user name of a parameter; None when it can be nobody's."""
        return self._call.services.directory.canonical_user(text, subtypes)

    def limit_max(self, module_path: str, value: int) -> None:
        """Note at the top of the answer what ``max`` came to."""
        limits = self._call.result.setdefault("limits", Map())
        limits[module_path.rpartition("+")[2]] = value
