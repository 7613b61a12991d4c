"""An external source of accounts as the recordings had one: it knows every name that begins with ``Ext``, in the domain ``CORP``."""

from __future__ import annotations

from wikigate.accounts.user import Account
from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Field, Need
from wikigate.auth.outcome import Abstain, Fail, Pass
from wikigate.auth.plugin import ProviderParts, ProviderPlugin
from wikigate.plugins import all_providers
from wikigate.primitives.message import Message

_LABEL = Message("userlogin-yourname")
_NEED = Need(
    "outside",
    (
        Field("username", "string", _LABEL, _LABEL),
        Field("password", "password", _LABEL, _LABEL, sensitive=True),
        Field("domain", "string", _LABEL, _LABEL, optional=True),
    ),
)


class Outside:
    """Vouches for names that begin with ``Ext``."""

    id = "outside"
    accounts = "none"

    def __init__(self, parts: ProviderParts) -> None:
        self._parts = parts

    def canonical_name(self, typed: str, /) -> str | None:
        """See ``Primary``."""
        return self._parts.rules.canonicalise(typed)

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for name, password and domain."""
        return (_NEED,) if inquiry.stage == "login" else ()

    def begin(self, attempt: Attempt, /) -> Pass | Fail | Abstain:
        """Judge them."""
        filled = attempt.filled.get("outside")
        name = None if filled is None else self.canonical_name(filled.text("username"))
        if filled is None or name is None or not name.startswith("Ext"):
            return Abstain()
        if name.startswith("Extghost"):
            return Fail(Message("wrongpassword"), "no-such-directory-user")
        if (filled.text("domain"), filled.text("password")) != ("CORP", "extpass"):
            return Fail(Message("wrongpassword"), "wrong-directory-password")
        return Pass(name)

    def resume(self, _attempt: Attempt, /) -> Fail:
        """Ask nothing, so fail."""
        return Fail(Message("wrongpassword"), "out-of-turn")

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Keep nothing."""


class Welcome:
    """Makes an account for whoever the source vouches for, unless the address may make none; satisfies ``AutoCreation``."""

    def __init__(self, parts: ProviderParts) -> None:
        self._parts = parts

    def create(self, attempt: Attempt, name: str, /) -> Account | Fail:
        """Make it."""
        block = self._parts.blocks.find(None, attempt.caller.address, exempt=False, creating=True)
        if block is not None and block.create_account:
            return Fail(Message("wikigate-said", ("no accounts from here",)), "autocreate-blocked")
        made = self._parts.directory.create(name, password="")
        assert made is not None
        return made


OUTSIDE = (*all_providers(), ProviderPlugin("outside", "primary", Outside))
AUTO_CREATION = Welcome
