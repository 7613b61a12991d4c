"""Why a login with OpenID Connect came to nothing: a word for the audit, never for the caller."""

from __future__ import annotations

from wikigate.primitives.errors import WikigateError


class OpenIdFault(WikigateError):  # noqa: N818  what went wrong, at whose side ever
    """Something at the provider's side is not as it must be. ``reason``: a word or two with dashes; no secret is in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
