"""The page of OAuth: endpoints, grants with their rights, lifetimes and refusals, as the code has them."""

from __future__ import annotations

from collections.abc import Iterator

from reference_pages.markdown import MADE, cell, page
from wikigate.accounts.apps import ACCESS_LIFE, CODE_LIFE, REFRESH_LIFE
from wikigate.accounts.consumer_fields import FLOWS
from wikigate.accounts.consumer_registration import DEEDS, GRANTS, RIGHTS
from wikigate.accounts.consumers import IDENTITY_GRANTS
from wikigate.accounts.request_tokens import LIFE
from wikigate.accounts.rights import Rights
from wikigate.accounts.settings import AccountSettings, with_rights
from wikigate.i18n.catalog import Catalog
from wikigate.primitives.clock import SystemClock
from wikigate.primitives.message import Message
from wikigate.web.pages.oauth1 import STEPS
from wikigate.web.pages.oauth_manage_consumers import STAGES

REST = {
    "GET /oauth2/authorize": (
        (
            "where the app sends the browser: `response_type=code`, `client_id`, `redirect_uri`, `scope`, `state`, `code_challenge`, "
            "`code_challenge_method=S256`"
        ),
        "307 to the login or to the question; then 302 to the callback with `code` and `state`, or with `error`",
    ),
    "POST /oauth2/access_token": (
        (
            "`grant_type`, `client_id` and `client_secret` (or HTTP Basic), `code`, `redirect_uri`, `code_verifier`, `refresh_token`, "
            "`scope`; the body alone counts"
        ),
        "`token_type`, `expires_in`, `access_token`, `refresh_token`",
    ),
    "GET /oauth2/resource/profile": (
        "a bearer token",
        (
            "`sub`, `username`, `editcount`, `email_verified`, `confirmed_email`, `blocked`, `registered`, `groups`, `rights`, "
            "`grants`; with a grant of private information `realname`, `email`"
        ),
    ),
    "GET /oauth2/resource/scopes": ("a bearer token", "`scopes`: all that the app may ask its users for"),
    "GET /oauth2/client": (
        "a login or a token; `limit`, `offset`, `oauth_version` (2 unless 1 is asked for)",
        "`clients`, `total`; each client with `email` for who decides about consumers",
    ),
    "POST /oauth2/client": (
        (
            "JSON: `name`, `description`, `email`, `is_confidential`, `grant_types`, `scopes`; `version`, `wiki`, `owner_only`, "
            "`callback_url`, `callback_is_prefix`"
        ),
        "`name`, `client_key`, `secret`; `access_token` for an owner-only client",
    ),
    "POST /oauth2/client/{key}/reset_secret": ("JSON: `reason`", "as for a new client; what was given before is void"),
    "GET /oauth2/jwks": ("nothing", "the public keys as a JWK set (RFC 7517)"),
}
"""What lies below ``rest.php``: what is sent, what comes back."""

_STEPS = {
    "initiate": ("signed with the consumer's secret; `oauth_callback`", "a request token with its secret"),
    "authorize": (
        "the user's browser; `oauth_token`, `oauth_consumer_key`",
        "the question, then the callback with `oauth_verifier`",
    ),
    "authenticate": ("the same", "no question where only the name is wanted and was given before"),
    "token": ("signed with the request token too; `oauth_verifier`", "the access token with its secret"),
    "verified": (
        "the user's browser; `oauth_verifier`, `oauth_token`",
        "both, for an app that has no address of its own: its callback is this page",
    ),
    "identify": ("signed with the access token", "who the user is, as a JWT signed with the consumer's secret (HS256)"),
}
_SOURCES = {
    "OAuthConsumerRegistration": (
        "one's own consumers: a list, a form for a new one, `update/KEY` for addresses, pages, an RSA key, a new secret"
    ),
    "OAuthManageMyGrants": "what one has given, and taking it back, all of it or some",
    "OAuthManageConsumers": "for operators: the queue by stage, and decisions with a reason",
    "OAuthListConsumers": "the apps in use, for everybody",
}
_REFUSALS = (
    ("401", "`invalid_client`", "no such client, a wrong secret, a flow that it may not use, another `redirect_uri`"),
    ("401", "`access_denied`", "the client may not be used, as before its approval"),
    (
        "400",
        "`invalid_request`",
        "no or another `grant_type`; a code that is unknown, over or used before; no `code_verifier`",
    ),
    ("400", "`invalid_grant`", "a `code_verifier` that does not fit"),
    ("401", "`invalid_request`", "a refresh token that is unknown, over or spent"),
)

_CLIENTS = (
    ("400", "`parameter-validation-failed`", "a parameter that is missing or of another kind: `name`, `failureCode`"),
    (
        "400",
        "`not_logged_in`, `permission_denied`",
        "nobody, or somebody without the right; a consumer that is out of use",
    ),
    ("400", "`email_not_confirmed`, `email_mismatched`", "an address that is not confirmed, or not the account's"),
    ("400", "`consumer_exists`", "a version that is not higher than the last one of that name"),
    ("400", "`invalid_callback_url`", "no `https`; an address of this wiki; a host with no path"),
    (
        "400",
        "`invalid_field_…`",
        "a field that cannot be so: `name`, `version`, `callbackUrl`, `wiki`, `oauth2GrantTypes` …",
    ),
    ("400", "`mwoauth-error-missing-callback-url-non-owner`", "an app with no address to come back to"),
    ("400", "`mwoauth-invalid-consumer-key`, `mwoauth-consumer-user-mismatch`", "no such client, or somebody else's"),
    ("401", "`mwoauth-consumer-deleted-error`", "a client that is hidden"),
    ("404", "`rest-nonexistent-user`", "a list for somebody who is not logged in"),
    ("415", "`rest-unsupported-content-type`", "a body that is not `application/json`"),
)
_STEP_REFUSALS = (
    (
        "`mwoauth-oauth-exception`",
        "a signature, nonce, moment, method or consumer that does not hold; the text says which",
    ),
    ("`mwoauthserver-consumer-owner-only`", "an owner-only consumer, which has its access token"),
    ("`mwoauthdatastore-bad-source-ip`", "an address that the consumer may not be used from"),
    (
        "`mwoauth-callback-not-oob`, `mwoauth-callback-not-oob-or-prefix`",
        "another `oauth_callback` than the registered one",
    ),
    ("`mwoauthdatastore-request-token-not-found`, `…-already-used`", "a request token that is unknown, over or used"),
    (
        "`mwoauthdatastore-bad-token`, `mwoauthdatastore-bad-verifier`",
        "nobody has agreed yet; another verification code",
    ),
    ("`mwoauthdatastore-access-token-not-found`", "`identify` with a token that nobody gave"),
)
_STRICTER = (
    "a code lives for a minute, and used twice it ends every token that came of it, as does a refresh token",
    "`plain` is no method of PKCE, for no client",
    "a client without a flow that has a browser is refused before its user is asked",
    "a registered prefix is good for its own path and what lies below it, not for whatever begins alike",
    "`rest.php/oauth2/client` takes JSON alone: no form of another site's page can send that",
    "a new secret leaves what a client is restricted to as it was",
    "a consumer that is hidden is not listed at all to who may not see it",
    "an e-mail address that is not confirmed is not told to apps",
    "an RSA key has 2048 bits or more",
)


def oauth() -> str:
    """Return the page."""
    return page(
        [
            "# OAuth",
            "",
            MADE,
            "",
            "How to use all this: [a bot in five minutes](../tutorial/oauth-bot.md), [an app](../howto/oauth-apps.md).",
            "",
            "## Endpoints of OAuth 2",
            "",
            "Below `/w/rest.php`:",
            "",
            "| request | takes | gives |",
            "|---|---|---|",
            *(f"| `{name}` | {cell(takes)} | {cell(gives)} |" for name, (takes, gives) in REST.items()),
            "",
            f"Values of `grant_type`: {', '.join(f'`{flow}`' for flow in FLOWS)}. Access tokens are JWTs signed with RS256.",
            "",
            "## Steps of OAuth 1.0a",
            "",
            "At `/w/index.php?title=Special:OAuth/…`, with `format=raw` (as it comes) or `json`; signatures are HMAC-SHA1 or RSA-SHA1:",
            "",
            "| step | takes | gives |",
            "|---|---|---|",
            *(
                f"| `{name}` | {cell(takes)} | {cell(gives)} |"
                for name, (takes, gives) in _STEPS.items()
                if name in {*STEPS, "verified"}
            ),
            "",
            "## Pages",
            "",
            "| page | what for |",
            "|---|---|",
            *(f"| `Special:{name}` | {what} |" for name, what in _SOURCES.items()),
            "",
            f"A consumer is {', '.join(STAGES[:-1])} or {STAGES[-1]}. Decisions:",
            "",
            "| decision | from | to |",
            "|---|---|---|",
            *(
                f"| `{deed}` | {', '.join(STAGES[one] for one in possible)} | {STAGES[stage]} |"
                for deed, (stage, possible) in DEEDS.items()
            ),
            "",
            "## How long things last",
            "",
            "| what | seconds | used twice |",
            "|---|---|---|",
            f"| code | {CODE_LIFE} | ends every token that came of it |",
            f"| access token of an app | {ACCESS_LIFE} | |",
            f"| refresh token | {REFRESH_LIFE} | ends every token that came of the same code |",
            f"| request token of OAuth 1.0a | {LIFE} | refused |",
            "| nonce of OAuth 1.0a | 300 on either side of now | refused |",
            "| owner-only consumer | `oauth.lifetime` unless its maker says otherwise | |",
            "",
            "## Refusals of `access_token`",
            "",
            "| status | `error` | when |",
            "|---|---|---|",
            *(f"| {status} | {error} | {when} |" for status, error, when in _REFUSALS),
            "",
            "## Refusals of `client`",
            "",
            "The word stands in `message`, `errorKey` or `error`:",
            "",
            "| status | word | when |",
            "|---|---|---|",
            *(f"| {status} | {word} | {when} |" for status, word, when in _CLIENTS),
            "",
            "## Refusals of the signed steps",
            "",
            "HTTP 200, with `format=json` the key in `error`:",
            "",
            "| `error` | when |",
            "|---|---|",
            *(f"| {key} | {when} |" for key, when in _STEP_REFUSALS),
            "",
            (
                "A request to the API whose header does not hold is refused with `mwoauth-invalid-authorization` or one of its kin: "
                "see [error codes](errors.md)."
            ),
            "",
            "## Stricter than MediaWiki's extension",
            "",
            *(f"- {what};" for what in _STRICTER[:-1]),
            f"- {_STRICTER[-1]}.",
            "",
            "## Grants",
            "",
            "A session has those rights of its user that one of its grants has too.",
            "",
            "| grant | in words | rights |",
            "|---|---|---|",
            *_grants(),
        ]
    )


def _grants() -> Iterator[str]:
    catalog = Catalog.load()
    rights = Rights(with_rights(AccountSettings(), RIGHTS, GRANTS), SystemClock())
    for name in sorted(IDENTITY_GRANTS):
        yield f"| `{name}` | {catalog.plain(Message(f'grant-{name}'), 'en')} | |"
    for grant in rights.grants:
        words = catalog.plain(Message(f"grant-{grant.name}"), "en")
        shown = f"{words} (always there)" if grant.hidden else words
        yield f"| `{grant.name}` | {cell(shown)} | {', '.join(f'`{right}`' for right in grant.rights)} |"
