r"""What a page tells the scripts that run on it: ``mw.config`` and ``mw.user.tokens``, under MediaWiki's names (mission M19, M21).

A page carries it as a data block, which no browser runs; ``static/mw.js`` makes the two objects of it. A visitor's tokens are ``+\``, as
in the API, and cost no session. Must not hold anything that the page's own visitor may not know, nor fail where the page does not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from wikigate.actions import siteinfo_facts
from wikigate.actions.csrf import issue_token
from wikigate.actions.namespaces import SPECIAL
from wikigate.web.links import full_url
from wikigate.wire.tokens import ANON_TOKEN

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.actions.settings import SiteSettings
    from wikigate.web.visit import Visit

_NAMESPACE: Final = "special:"
_TOKENS: Final = ("patrol", "watch", "csrf")
# The names under which MediaWiki's scripts know the special pages, where they are not those of the titles.
_CANONICAL: Final = {title: name for name, (title, *_) in siteinfo_facts.SPECIAL_PAGES.items()} | {
    "ConfirmEmail": "Confirmemail"
}
# JSON in which nothing ends a script element, or begins a comment that would.
_HARMLESS: Final = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


class ClientConfig:
    """Writes the data block for one wiki's pages; ``generator`` is what ``siteinfo`` calls the software (``MediaWiki 1.43.9``)."""

    def __init__(self, site: SiteSettings, generator: str) -> None:
        self._site = site
        self._shared: dict[str, Any] = {
            "wgArticlePath": site.article_path,
            "wgScriptPath": site.script_path,
            "wgScript": f"{site.script_path}/index.php",
            "wgContentLanguage": site.language,
            "wgVersion": generator.removeprefix("MediaWiki "),
            "wgSiteName": site.site_name,
            "wgDBname": site.wiki_id,
            "wgWikiID": site.wiki_id,
            "wgAction": "view",
            "wgArticleId": 0,
            "wgIsArticle": False,
        }

    def block(self, visit: Visit) -> Markup:
        """Return the block's text: ``{"config": {…}, "tokens": {"csrfToken": "…", …}}``."""
        account = visit.known_account
        found = {"config": {**self._config(visit), **_person(visit, account)}, "tokens": _tokens(visit, account)}
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        return Markup(text.translate(_HARMLESS))  # noqa: S704  nothing is left in it that is markup

    def _config(self, visit: Visit) -> dict[str, Any]:
        request, special = visit.request, visit.special
        server = full_url(self._site, "", request.scheme, request.header("host"))
        title = visit.title or self._site.main_page
        is_special = title.lower().startswith(_NAMESPACE)
        return {
            **self._shared,
            "wgServer": server,
            "wgServerName": _host(server),
            "wgUserLanguage": visit.language,
            "wgCanonicalNamespace": "Special" if is_special else "",
            "wgNamespaceNumber": SPECIAL if is_special else 0,
            "wgCanonicalSpecialPageName": _CANONICAL.get(special, special) if special else False,
            "wgPageName": title.replace(" ", "_"),
            "wgTitle": (title.partition(":")[2] if is_special else title).replace("_", " "),
        }


def _host(server: str) -> str:
    """Return the host of a server's address, that of an IPv6 address in its brackets, as MediaWiki gives it."""
    host, bracket, _ = server.partition("://")[2].partition("]")
    return host + bracket if bracket else host.partition(":")[0]


def _person(visit: Visit, account: Account | None) -> dict[str, Any]:
    groups = visit.services.rights.effective_groups(account)
    if account is None:
        return {"wgUserName": None, "wgUserGroups": groups}
    born = account.registration
    return {
        "wgUserName": account.name,
        "wgUserGroups": groups,
        "wgUserId": account.id,
        "wgUserIsTemp": account.is_temp,
        "wgUserEditCount": account.edit_count,
        "wgUserRegistration": None if born is None else int(born) * 1000,
    }


def _tokens(visit: Visit, account: Account | None) -> dict[str, str]:
    return {f"{kind}Token": issue_token(visit, kind) if account else ANON_TOKEN for kind in _TOKENS}
