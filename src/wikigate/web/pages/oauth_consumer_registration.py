"""Special:OAuthConsumerRegistration: a user's own consumers, a form to register one, and their secrets shown once (spec extensions §3.2).

The form's fields are those of MediaWiki's, for scripts that fill it in. Owner-only consumers are usable at once; apps wait until an
operator has decided (``wikigate consumer decide``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from wikigate.accounts.consumer_fields import FLOWS, ConsumerDoubtful, ConsumerRefused
from wikigate.accounts.consumer_registration import (
    EVERY_WIKI,
    FIRST_VERSION,
    PROPOSE,
    SEE_HIDDEN,
    ConsumerRegistration,
    NewConsumer,
)
from wikigate.accounts.consumers import Consumers
from wikigate.accounts.user import Account
from wikigate.actions.blockinfo import block_issue
from wikigate.actions.settings import SiteSettings
from wikigate.auth.consumer_changes import ConsumerChanges
from wikigate.primitives.errors import ApiError, api_error
from wikigate.primitives.message import Message
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import Frame, redirect
from wikigate.web.fresh_login import to_login
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.pages.oauth_consumer_update import ConsumerUpdate, asked_restrictions, refused_text
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_KINDS: Final = ("normal", "authonly", "authonlyprivate")
NAME: Final = "OAuthConsumerRegistration"
_TITLE: Final = Message("oauthconsumerregistration")
_SURE: Final = "wpignorewarnings"
_TYPED: Final = (
    "wpname",
    "wpversion",
    "wpdescription",
    "wpcallbackUrl",
    "wprestrictions-ip",
    "wprestrictions-pages",
    "wprsaKey",
)
_BOXES: Final = ("wpownerOnly", "wpcallbackIsPrefix", "wpoauth2IsConfidential", "wpresetSecret", _SURE)
_LISTS: Final = ("wpoauth2GrantTypes[]", "wpgrants[]")
_KEPT: Final = (*_TYPED, *_BOXES, *_LISTS, "wpoauthVersion", "wpgranttype", "wpwiki")
# What a new form has ticked: boxes by name, those of a list and of a choice by value.
_TICKED: Final = frozenset({"wpoauth2IsConfidential", _KINDS[0], *FLOWS[:-1]})


class ConsumerRegistrationPage:
    """Lists and registers."""

    def __init__(
        self,
        parts: PageParts,
        consumers: Consumers,
        registration: ConsumerRegistration,
        changes: ConsumerChanges,
        update: ConsumerUpdate,
    ) -> None:
        self._changes = changes
        self._update = update
        self._site: SiteSettings = parts.services.site
        self._frame: Frame = parts.frame
        self._grants = [grant.name for grant in parts.services.rights.grants if not grant.hidden]
        self._consumers = consumers
        self._registration = registration

    def get(self, visit: Visit) -> Response:
        """Show the list and the form; a visitor is sent to log in."""
        account = visit.session.account
        if account is None or not visit.session.can_change_user:
            return to_login(visit, self._title(visit))
        if key := _updated(visit):
            return self._update.show(visit, account, key)
        return self._show(visit, account)

    def post(self, visit: Visit) -> Response:
        """Register, or end one; with a wrong token, show again what was typed. Raises ``ApiError``: ``permissiondenied``."""
        account = visit.session.account
        if account is None or not visit.session.can_change_user:
            return to_login(visit, self._title(visit), kept=_KEPT)
        if not visit.checks_out(visit.text("wpEditToken")):
            visit.send_again()
            return self.get(visit)
        by = caller_of(visit)
        if "revoke" in visit.form and not _updated(visit) and visit.user.can(PROPOSE):
            self._changes.revoke(by, account, visit.text("revoke"))
            return redirect(page_url(self._site, f"Special:{NAME}"))
        if visit.user.block is not None:
            raise ApiError(block_issue(visit.user.block, visit), http_status=403)
        if key := _updated(visit):
            return self._update.do(visit, account, key)
        if not visit.user.can(PROPOSE):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
        if _is_out_of_reach(account):
            return self._show(visit, account, error="mwoauth-consumer-email-unconfirmed")
        if visit.text("wpemail") not in {"", account.email}:
            return self._show(visit, account, error="mwoauth-consumer-email-mismatched")
        try:
            made = self._changes.register(by, account, partial(self._register, visit, account))
            return self._show(visit, account, made=made)
        except ConsumerRefused as refused:
            said = refused_text(visit, refused)
            return self._show(visit, account, refused=said, doubtful=isinstance(refused, ConsumerDoubtful))

    @staticmethod
    def _title(visit: Visit) -> str:
        return f"Special:{NAME}" + (f"/{visit.subpage}" if visit.subpage else "")

    def _register(self, visit: Visit, account: Account, telling: Callable[..., None]) -> NewConsumer:
        version = 1 if visit.text("wpoauthVersion") == "1" else 2
        addresses, pages = asked_restrictions(visit)
        rsa_key = visit.text("wprsaKey").strip().replace("\r\n", "\n") if version == 1 else ""
        flows = visit.texts("wpoauth2GrantTypes[]") or list(FLOWS[:2])
        grants = [grant.removeprefix("grant-") for grant in visit.texts("wpgrants[]")]
        if (kind := visit.text("wpgranttype")) in _KINDS[1:]:
            grants = [f"mwoauth-{kind}"]
        name = visit.text("wpname")
        number = visit.text("wpversion") or FIRST_VERSION
        wiki = visit.text("wpwiki") or EVERY_WIKI
        if "wpownerOnly" in visit.form:
            return self._registration.create_owner_only(
                account,
                name,
                oauth_version=version,
                grants=grants,
                addresses=addresses,
                pages=pages,
                wiki=wiki,
                rsa_key=rsa_key,
                description=visit.text("wpdescription"),
                version=number,
                telling=telling,
            )
        return self._registration.create_app(
            account,
            name,
            oauth_version=version,
            callback=visit.text("wpcallbackUrl"),
            grants=grants,
            description=visit.text("wpdescription"),
            confidential="wpoauth2IsConfidential" in visit.form,
            callback_is_prefix="wpcallbackIsPrefix" in visit.form,
            flows=flows,
            addresses=addresses,
            pages=pages,
            wiki=wiki,
            rsa_key=rsa_key,
            approved=False,
            sure=_SURE in visit.form,
            version=number,
            telling=telling,
        )

    def _show(
        self,
        visit: Visit,
        account: Account,
        *,
        made: NewConsumer | None = None,
        error: str = "",
        refused: str = "",
        doubtful: bool = False,
    ) -> Response:
        again = visit.typed_before or bool(error or refused)
        version = visit.text("wpoauthVersion") if again else ""
        return self._frame.draw(
            visit,
            "consumer_registration.html",
            _TITLE,
            made=made,
            error=visit.words(Message(error)) if error else refused,
            entries=self._consumers.entries(account.id, hidden=visit.user.can(SEE_HIDDEN)),
            grants=self._grants,
            flows=FLOWS,
            kinds=_KINDS,
            version=1 if version == "1" or (not version and visit.subpage == "propose/oauth1a") else 2,
            typed={name: visit.text(name) if again else "" for name in _TYPED}
            | ({} if again else {"wpversion": FIRST_VERSION}),
            wikis=(EVERY_WIKI, self._site.wiki_id),
            wiki=(visit.text("wpwiki") if again else "") or EVERY_WIKI,
            ticked=_ticked(visit) if again else _TICKED,
            doubtful=doubtful,
            action=page_url(self._site, f"Special:{NAME}"),
            token=visit.token(),
            advice=self._frame.leads(("ChangeEmail",)) if _is_out_of_reach(account) else (),
        )


def _is_out_of_reach(account: Account) -> bool:
    return not account.email or account.email_authenticated is None


def _ticked(visit: Visit) -> set[str]:
    """Return what a form that is shown again has ticked, as ``_TICKED`` has it."""
    boxes = {name for name in _BOXES if name in visit.form}
    return {visit.text("wpgranttype") or _KINDS[0], *boxes, *(value for name in _LISTS for value in visit.texts(name))}


def _updated(visit: Visit) -> str:
    """Return the key of the consumer that the subpage says to change; empty for another subpage."""
    step, _, key = visit.subpage.partition("/")
    return key if step == "update" else ""
