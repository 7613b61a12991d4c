"""What each field of a consumer must be, whoever registers it and wherever (spec extensions §3.2; RFC 6749 §3.1.2; security R60).

Promises: a refusal says in one sentence what is wrong, and has the code that MediaWiki's extension gives it. Must not read or write a row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from wikigate.accounts.app_version import is_version
from wikigate.accounts.consumers import ADDRESSES, PAGES
from wikigate.primitives.addresses import EVERYWHERE, Networks
from wikigate.primitives.errors import WikigateError
from wikigate.primitives.message import Message, Num, PlainText

FLOWS: Final = ("authorization_code", "refresh_token", "client_credentials")
_LONGEST_NAME: Final = 128
_LONGEST_CALLBACK: Final = 2000
_LONGEST_BLOB: Final = 65_534
_LONGEST_TITLE: Final = 255
_MOST_PAGES: Final = 25
_SMALLEST_KEY: Final = 2048
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class ConsumerRefused(WikigateError):  # noqa: N818  the name says what happened
    """A consumer that cannot be made, or changed so; the text is for whoever wants it.

    ``code``: what MediaWiki's extension calls it (``rest.php`` tells it). ``message``: the same as the text in the reader's language, for a
    page; None: there is the text alone.
    """

    def __init__(self, text: str, code: str, message: Message | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.message = message


class ConsumerDoubtful(ConsumerRefused):
    """A consumer that is mostly a mistake; whoever is sure may make it all the same."""


def check_name(name: str) -> None:
    """See that a name is one. Raises ``ConsumerRefused``."""
    if not name.strip() or len(name.encode()) > _LONGEST_NAME or not name.isprintable():
        raise ConsumerRefused(
            f"the name of a consumer has 1 to {_LONGEST_NAME} bytes, all of them printable",
            "invalid_field_name",
            Message("wikigate-consumer-bad-name", (Num(_LONGEST_NAME),)),
        )


def check_version(version: str) -> None:
    """See that a version is one. Raises ``ConsumerRefused``."""
    if not is_version(version):
        raise ConsumerRefused(
            "a version is one to four numbers like 1.0 or 2.10.3, “-dev”, “-alpha”, “-beta” or “-RC1” behind them",
            "invalid_field_version",
            Message("wikigate-consumer-bad-version", (PlainText(version),)),
        )


def check_description(description: str) -> None:
    """See that a description can be kept. Raises ``ConsumerRefused``."""
    if len(description.encode("utf-8", "replace")) > _LONGEST_BLOB:
        raise ConsumerRefused(
            f"a description has {_LONGEST_BLOB} bytes at most",
            "invalid_field_description",
            Message("wikigate-consumer-bad-description", (Num(_LONGEST_BLOB),)),
        )


def check_flows(flows: Iterable[str]) -> None:
    """See that OAuth 2 grant types are some. Raises ``ConsumerRefused``."""
    if unknown := [flow for flow in flows if flow not in FLOWS]:
        raise ConsumerRefused(
            f"there is no grant type “{unknown[0]}”; there are: {', '.join(FLOWS)}", "invalid_field_oauth2GrantTypes"
        )


def check_callback(callback: str, *, oauth_version: int) -> SplitResult:
    """See that a browser can be sent there and that it is one place: absolute, no user name, no fragment (RFC 6749 §3.1.2).

    Apps of OAuth 2 need ``https``, but on the user's own machine. Returns the address in parts. Raises ``ConsumerRefused``.
    """
    try:
        parts = urlsplit(callback)
        good = (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.username is None
            and parts.port != 0
            and "#" not in callback
        )
    except ValueError:
        good = False
    if (
        not good
        or not callback.isascii()
        or not callback.isprintable()
        or set(callback) & set(" \\")
        or len(callback) > _LONGEST_CALLBACK
    ):
        raise ConsumerRefused(
            f"the callback must be an absolute address of http or https, without user name and fragment, {_LONGEST_CALLBACK} bytes at most",
            "invalid_field_callbackUrl",
            Message("wikigate-consumer-bad-callback", (Num(_LONGEST_CALLBACK),)),
        )
    if oauth_version > 1 and parts.scheme != "https" and not _is_here(parts.hostname or ""):
        key = "mwoauth-error-callback-url-must-be-https"
        raise ConsumerRefused(
            "the callback of an app of OAuth 2 must be an address of https", "invalid_callback_url", Message(key)
        )
    return parts


def check_doubtful_callback(
    parts: SplitResult, *, server: str, oauth_version: int, confidential: bool, is_prefix: bool
) -> None:
    """See that an address is none that is mostly named by mistake: the wiki's own, or a host with no path.

    ``server``: the wiki's scheme and host. Raises ``ConsumerDoubtful``.
    """
    signs = oauth_version == 1
    if server and f"{parts.scheme}://{parts.netloc}".lower() == server.lower() and (signs or confidential):
        raise ConsumerDoubtful(
            "the callback is an address of this wiki; it must be the app's own",
            "invalid_callback_url",
            Message("mwoauth-error-callback-server-url"),
        )
    if parts.path in {"", "/"} and not parts.query and not (signs and is_prefix):
        raise ConsumerDoubtful(
            "the callback is a host with no path; it must be the whole address that users come back to",
            "invalid_callback_url",
            Message(f"mwoauth-error-callback-bare-domain-oauth{min(oauth_version, 2)}"),
        )


def _is_here(host: str) -> bool:
    """Whether a host is the browser's own machine: what is sent there crosses no network."""
    return host in _THIS_MACHINE or host.endswith(".localhost")


def check_rsa_key(pem: str) -> None:
    """See that a text is a public RSA key that is long enough. Raises ``ConsumerRefused``."""
    said = Message("wikigate-consumer-bad-rsa-key", (Num(_SMALLEST_KEY),))
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ConsumerRefused("the RSA key is no public key in PEM form", "invalid_field_rsaKey", said) from None
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY:
        raise ConsumerRefused(
            f"the RSA key is no RSA key of {_SMALLEST_KEY} bits or more", "invalid_field_rsaKey", said
        )


def restrictions(addresses: Iterable[str], pages: Iterable[str] = ()) -> dict[str, list[str]]:
    """Return what limits a consumer, as its row has it: no address means every address, no page every page.

    Raises ``ConsumerRefused``.
    """
    wanted, titles = list(addresses) or list(EVERYWHERE), list(pages)
    for address in wanted:
        try:
            Networks([address])
        except ValueError:
            raise ConsumerRefused(
                f"“{address}” is neither an address nor a range like 192.0.2.0/24",
                "invalid_field_restrictions",
                Message("wikigate-botpasswords-bad-address", (PlainText(address),)),
            ) from None
    if len(titles) > _MOST_PAGES or any(len(one.encode("utf-8", "replace")) > _LONGEST_TITLE for one in titles):
        raise ConsumerRefused(
            f"a consumer is restricted to {_MOST_PAGES} pages at most, each title with no more than {_LONGEST_TITLE} bytes",
            "invalid_field_restrictions",
            Message("wikigate-botpasswords-bad-pages"),
        )
    return {ADDRESSES: wanted, **({PAGES: titles} if titles else {})}
