"""The wire traits of an era: what a dialect's declaration in ``dialects/`` can say about bytes, cookies, defaults and words.

Values only; ``dialects/current.py`` and its siblings fill them in, from the accounts and recordings of spec legacy. What is the same in
all eras does not stand here. An ``Era`` is a dialect that changed with releases: asked for a release, it says what held then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Release = tuple[int, ...]
LATEST: Release = (1, 43, 9)

# Every format that an era may name; spec legacy §6.
_FORMATS_OF_TODAY = ("json", "jsonfm", "none", "php", "phpfm", "rawfm", "xml", "xmlfm")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One era of the API.

    ``name``: what the configuration calls it. ``release``: the MediaWiki release that it speaks for. ``generator``: what ``siteinfo``
    reports (clients parse ``MediaWiki X.Y``). ``strict``: modules that the release lacked are hidden. ``default_format``:
    what holds without a parameter. ``formats``: the formats of the era, in order.

    Logging in. ``login_token``: ``none`` is neither asked for nor looked at; ``handshake``: ``NeedToken`` by 32 digits; ``today``.
    ``words``: ``specific`` codes (``WrongPass``) or ``Failed`` with a ``reason``. ``session_fields``: a success tells ``lgtoken``,
    ``cookieprefix``, ``sessionid``; ``handshake_fields``: so does ``NeedToken``. ``back_off``: ``NeedToWait`` with ``wait`` and
    ``details`` in place of ``Throttled`` and on every failure; ``back_off_exact``: the sentence tells the true delay. ``blocked``: the
    results ``Blocked`` and, with ``create_blocked``, ``CreateBlocked``; ``block_fields``: both tell of the block. ``names_unknown``: a
    reason tells an unknown name from a wrong password. ``callback_aborts``: with ``callback`` a login is ``Aborted``. ``secrets_in_query``:
    password and token may stand in the query string; ``warns_of_query``: with a warning. ``lost_fails``: a
    token without its session is ``Failed``.

    Sessions. ``cookie_days``: life of the three long cookies. ``http_only``. ``keeps_session_id``: a login changes no id that we issued.
    ``session_alone``: the session cookie says who it is. ``logout_token``. ``logged_out``: the form of the cookie that a logout leaves.
    ``drops_https_cookie``, ``renews_session``: what a logout does beside.

    Answers. ``empty_list``: an empty JSON answer is ``[]``. ``callback_comment``: ``/**/`` before a callback;
    ``callback_script``: its media type is JavaScript's. ``wddx_compact``. ``xml_encoding``: the XML
    declaration names it. ``yaml_is_json``. ``indexed_pages``: ``_idx`` in XML. ``usage``: what stands beside an error. ``old_codes``:
    ``unknown_action`` and its kin; ``strict_values``: an unknown value is an error even in a list. ``batchcomplete``,
    ``unknown_parameters`` (warned of), ``asserts`` (``assert`` is known), ``old_texts`` of errors. ``announces_deprecations``: the sentence
    about the mailing list. ``login_advice``: warnings about this way of logging in. ``caching``, ``nosniff``, ``frame_options``,
    ``disposition``: headers.

    Neighbours. ``private_hides``: a private wiki's modules are unknown to a visitor. ``implicit_groups``: ``groups`` lists them.
    ``block_details``: the members of ``blockinfo``. ``text_ids``: ids are strings in JSON. ``text_edit_count``. ``intoken``,
    ``start_timestamp``, ``token_action``, ``long_edit_tokens``, ``tokens_deprecated``: edit tokens. ``general``: the members of
    ``siprop=general``. ``content_fields``: what ``prop=info`` tells of content and language.
    """

    name: str
    generator: str
    release: Release = LATEST
    strict: bool = False
    default_format: str = "jsonfm"
    formats: tuple[str, ...] = _FORMATS_OF_TODAY

    login_token: Literal["none", "handshake", "today"] = "today"  # noqa: S105  the name of a way
    words: Literal["specific", "reasons"] = "reasons"
    session_fields: bool = False
    handshake_fields: bool = False
    back_off: bool = False
    back_off_exact: bool = False
    blocked: bool = True
    create_blocked: bool = True
    block_fields: bool = False
    names_unknown: bool = False
    callback_aborts: bool = True
    secrets_in_query: bool = False
    warns_of_query: bool = False
    lost_fails: bool = True

    cookie_days: int = 180
    http_only: bool = True
    keeps_session_id: bool = False
    session_alone: bool = False
    logout_token: bool = True
    logged_out: Literal["", "stamp", "seconds"] = ""
    drops_https_cookie: bool = False
    renews_session: bool = False

    empty_list: bool = False
    callback_comment: bool = True
    callback_script: bool = True
    xml_encoding: bool = False
    wddx_compact: bool = False
    xml_preserve: bool = True
    yaml_is_json: bool = True
    indexed_pages: bool = True
    usage: Literal["none", "see", "docref"] = "docref"
    old_codes: bool = False
    old_texts: bool = False
    strict_values: bool = False
    batchcomplete: bool = True
    unknown_parameters: bool = True
    asserts: bool = True
    announces_deprecations: bool = True
    login_advice: bool = True
    caching: Literal["epoch", "private", "today"] = "today"
    nosniff: bool = True
    frame_options: bool = True
    disposition: bool = True

    private_hides: bool = False
    implicit_groups: bool = True
    block_details: tuple[str, ...] = ()
    text_ids: bool = False
    text_edit_count: bool = False
    intoken: bool = False
    start_timestamp: bool = True
    token_action: bool = False
    long_edit_tokens: bool = True
    tokens_deprecated: bool = True
    content_fields: tuple[str, ...] = ("contentmodel", "pagelanguage", "pagelanguagehtmlcode", "pagelanguagedir")
    general: tuple[str, ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether anything differs from today."""
        return self.name != "current"

    @property
    def is_tokenless(self) -> bool:
        """Whether a login, by its nature, can be forged by another site (spec security H11)."""
        return self.login_token == "none"  # noqa: S105  the name of a way


@dataclass(frozen=True, slots=True)
class Era:
    """A dialect through the releases that it stands for.

    ``base`` holds at ``first``; ``changes`` say, oldest first, which traits another release brought; the era's own name stands for
    ``usual``, with ``usual_traits`` on top. ``last``: the last release that it speaks for, a whole series (``1.26``) where it is short.
    """

    base: Dialect
    first: Release
    last: Release
    usual: Release
    changes: tuple[tuple[Release, Mapping[str, Any]], ...] = ()
    usual_traits: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The era's name."""
        return self.base.name

    def speaks_for(self, release: Release) -> bool:
        """Whether a release belongs to the era."""
        return self.first <= release and release[: len(self.last)] <= self.last

    def at(self, release: Release) -> Dialect:
        """Return the dialect as a release spoke it; it is called by the release."""
        spelled = ".".join(map(str, release))
        return self._at(release, name=spelled, generator=_generator(release))

    @property
    def dialect(self) -> Dialect:
        """The era as it is usually meant."""
        return self._at(self.usual, **{"name": self.name, "generator": _generator(self.usual), **self.usual_traits})

    def _at(self, release: Release, **own: Any) -> Dialect:
        traits: dict[str, Any] = {}
        for since, change in self.changes:
            if since <= release:
                traits |= change
        return replace(self.base, **{**traits, "release": release, **own})


def release_of(text: str) -> Release | None:
    """Read a release number, ``1.19`` or ``1.15.3``; None for anything else."""
    parts = text.split(".")
    if len(parts) not in {2, 3} or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    return tuple(map(int, parts))


def _generator(release: Release) -> str:
    major, minor, *patch = release
    return f"MediaWiki {major}.{minor}.{patch[0] if patch else 0}"
