"""Authentication providers that exist for tests alone: those of the wikis where conversations with outside identities were recorded.

``dummy-link`` sends people away and asks again for “again”; ``example-22`` acts out the documentation's Example 22 with fixed values;
``directories`` is the real LDAP provider before directories that stand in this file; ``pluggable-auth`` the real provider before an outside
site that stands here too. They take the public way of a plug-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from wikigate.accounts.identities import Identity
from wikigate.auth.fields import Field, Need, raw_message
from wikigate.auth.outcome import (
    Abstain,
    CreateOffer,
    Fail,
    LinkOffer,
    Pass,
    PrimaryOutcome,
    Redirect,
    Restart,
    Ui,
)
from wikigate.auth.plugin import ProviderPlugin
from wikigate.primitives.message import Message
from wikigate.providers.ldap.accounts import Accounts
from wikigate.providers.ldap.domain_password import DOMAIN, DomainPassword
from wikigate.providers.ldap.person import Person
from wikigate.providers.oidc.core import make_core
from wikigate.providers.oidc.pluggable_auth import PAGE, PluggableAuth
from wikigate.providers.oidc.pluggable_auth import PROVIDER_ID as PLUGGABLE_AUTH
from wikigate.providers.oidc.relying_party import Proof, RelyingParty

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account
    from wikigate.auth.attempt import Attempt, Inquiry
    from wikigate.auth.fields import Filled
    from wikigate.auth.openid_settings import OpenIdProviderSettings
    from wikigate.auth.plugin import ProviderParts

_GUESS: Final = Message("authmanager-authn-no-primary")
_PEOPLE: Final = {"ldapdom": {"CoreLdap": "LdapPass12345!"}, "CORP": {"ldapext": "ldapPass1234!"}}
"""Who is in which directory, with which password."""


class DummyLink:
    """The provider of the recordings with “dummy”: an outside site whose accounts are ``ext-1`` and so on."""

    id = "dummy-link"
    accounts = "link"

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._names: dict[str, str] = {}
        button = Field("dummylogin", "button", raw_message("Log in with Dummy"), raw_message("Starts dummy flow"))
        code = Field("code", "string", raw_message("code"), raw_message("code help"), optional=True)
        self._start = Need("DummyStartReq:dummylogin", (button,))
        self._back = Need("DummyReturnReq", (code,))

    def canonical_name(self, typed: str, /) -> str | None:
        return self._directory.rules.canonicalise(typed)

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        if inquiry.stage == "unlink":
            known = [outside for outside, name in self._names.items() if name == inquiry.user]
            return tuple(self._link(outside) for outside in known)
        return (self._start,) if inquiry.stage in {"login", "create", "link"} else ()

    @staticmethod
    def _link(outside: str) -> Need:
        return Need("DummyLinkReq", (), provider=raw_message("Dummy"), account=raw_message(outside))

    def begin(self, attempt: Attempt, /) -> PrimaryOutcome:
        if attempt.offer is not None and attempt.offer.provider == self.id and attempt.names:
            self._names[str(attempt.offer.data["subject"])] = attempt.names[0]
            return Pass(attempt.names[0])
        if attempt.values(self._start.id) != {"dummylogin": True}:
            return Abstain()
        url = f"https://idp.example/authorize?return={quote(attempt.return_url, safe='')}"
        return Redirect((self._back,), url, {"dummy": "apidata"} if attempt.stage == "login" else {})

    def resume(self, attempt: Attempt, /) -> PrimaryOutcome:
        outside = str((attempt.values(self._back.id) or {}).get("code", ""))
        if outside in {"", "again"}:
            return Ui((self._back,), raw_message("Enter the code again"))
        user = attempt.caller.session.account
        if attempt.stage == "link" and user is not None:
            self._names[outside] = user.name
            return Pass(user.name)
        if outside in self._names:
            return Pass(self._names[outside])
        data = {"issuer": "https://idp.example", "subject": outside}
        link = LinkOffer("DummyLinkReq", self.id, raw_message(f"Dummy ({outside})"), data)
        return Restart(create=CreateOffer(self.id, "", data), link=link)

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Nothing was kept."""

    def change(self, _user: Account, _filled: Filled, _source: str, /) -> None:
        """Nothing can be changed."""

    def remove(self, user: Account, need_id: str, /) -> bool:
        mine = [outside for outside, name in self._names.items() if name == user.name and need_id == "DummyLinkReq"]
        for outside in mine:
            del self._names[outside]
        return bool(mine)


class Example22:
    """The provider of the recordings of Example 22: ``code`` is the account that the outside site vouches for."""

    id = "example-22"
    accounts = "link"
    _TARGET: Final = (
        "https://openid.example.net/openid-auth.php?scope=openid&response_type=code&client_id=ABC"
        "&redirect_uri=https://wiki.example.org/wiki/Special:OpenIDConnectReturn&state=XYZ123"
    )

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._strangers = count()
        choice = Field(
            "openIdProvider",
            "select",
            Message("openidconnect-choice-label"),
            Message("openidconnect-choice-help"),
            options={"openid.example.net": raw_message("example.net"), "other.example.org": raw_message("example.org")},
        )
        button = Field("useOpenId", "button", Message("openidconnect-use-label"), Message("openidconnect-use-help"))
        named: dict[str, Any] = {"account": raw_message("")}
        self._start = Need(
            "OpenIdConnectAuthenticationRequest", (choice, button), provider=Message("openidconnect-provider"), **named
        )
        fields = (
            Field("code", "string", Message("openidconnect-code-label"), Message("openidconnect-code-help")),
            Field("state", "string", Message("openidconnect-state-label"), Message("openidconnect-state-help")),
        )
        at = Message("openidconnect-provider-at", (raw_message("example.net"),))
        self._back = Need("OpenIdConnectResponseAuthenticationRequest", fields, provider=at, **named)

    def canonical_name(self, typed: str, /) -> str | None:
        return self._directory.rules.canonicalise(typed)

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        return (self._start,) if inquiry.stage == "login" else ()

    def begin(self, attempt: Attempt, /) -> PrimaryOutcome:
        if attempt.offer is not None and attempt.offer.provider == self.id and attempt.names:
            return Pass(attempt.names[0])
        if (attempt.values(self._start.id) or {}).get("useOpenId") is not True:
            return Abstain()
        return Redirect((self._back,), self._TARGET, {"x": 1})

    def resume(self, attempt: Attempt, /) -> PrimaryOutcome:
        values = attempt.values(self._back.id)
        if values is None:
            return Fail(_GUESS)
        if values["state"] != "XYZ123":
            return Fail(Message("sessionfailure"), "state")
        name = str(values["code"])
        if not name.startswith("unmapped"):
            return Pass(name, is_new=self._directory.by_name(name) is None)
        # The recorded provider forgot every link, so that each stranger is another one.
        data = {"issuer": "https://openid.example.net", "subject": f"sub-123-{next(self._strangers)}"}
        label = Message("openidconnect-link-label", (raw_message("example.net"), raw_message("sub-123")))
        link = LinkOffer("OpenIdConnectLinkAuthenticationRequest", self.id, label, data)
        return Restart(create=CreateOffer(self.id, "", data), link=link if name == "unmapped" else None)

    def ended(self, _attempt: Attempt, _outcome: Pass | Fail, /) -> None:
        """Nothing was kept."""


class _People:
    """A directory of a few people: password by name; names are told as they stand there."""

    def __init__(self, people: dict[str, str]) -> None:
        self._people = people

    def authenticate(self, username: str, password: str, /) -> Person | str:
        return Person(username) if self._people.get(username) == password else "wrong-directory-password"


class Directories(DomainPassword):
    """The real provider, but for one thing: one of the domains stands for the wiki's own accounts."""

    id = "directories"

    def begin(self, attempt: Attempt, /) -> Pass | Fail | Abstain:
        filled = attempt.filled.get(DOMAIN)
        return Abstain() if filled is not None and filled.text("domain") == "local" else super().begin(attempt)


def _directories(parts: ProviderParts) -> Directories:
    domains = {one.name: (one, _People(_PEOPLE.get(one.name, {}))) for one in parts.ldap.domains}
    return Directories(domains, parts.rules, Accounts(parts.directory))


class _OutsideSite(RelyingParty):
    """A provider of OpenID Connect that nobody need reach: ``code`` is whom it vouches for."""

    def __init__(self, parts: ProviderParts, settings: OpenIdProviderSettings, redirect_uri: str) -> None:
        super().__init__(settings, redirect_uri, parts.http(), parts.clock, tolerance=0)
        self._parts = parts
        self._back = redirect_uri

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        back, state = quote(self._back, safe=""), quote(state, safe="")
        known = f"client_id={self.settings.client_id}&scope=openid%20profile%20email&nonce=N1"
        return f"{self.settings.issuer}/authorize?response_type=code&{known}&state={state}&redirect_uri={back}"

    def answered_by(self, issuer: str | None) -> bool:
        return issuer is None

    def redeem(self, code: str, *, verifier: str, nonce: str) -> Proof:
        identity = Identity(self.settings.issuer, code)
        # The recorded plug-in found accounts by their names; here whoever has one has linked it.
        account = self._parts.directory.by_name(code[:1].upper() + code[1:])
        if account is not None:
            self._parts.identities.link(identity, account.id)
        name = code.capitalize()
        claims = {
            "preferred_username": code,
            "name": f"Real {name}",
            "email": f"{code}@example.org",
            "email_verified": True,
        }
        return Proof(identity, "", "", "", claims)

    def described(self, proof: Proof) -> Mapping[str, Any]:
        return proof.claims


def _pluggable_auth(parts: ProviderParts) -> PluggableAuth:
    core = make_core(PLUGGABLE_AUTH, PAGE, parts)
    back = parts.page_url(PAGE)
    core.parties.update({one.name: _OutsideSite(parts, one, back) for one in parts.openid.providers})
    return PluggableAuth(core)


PROVIDERS: Final = (
    ProviderPlugin(PLUGGABLE_AUTH, "primary", _pluggable_auth),
    ProviderPlugin("dummy-link", "primary", lambda parts: DummyLink(parts.directory)),
    ProviderPlugin("directories", "primary", _directories),
    ProviderPlugin("example-22", "primary", lambda parts: Example22(parts.directory)),
)
