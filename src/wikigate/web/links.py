"""Addresses of this wiki's own pages. A target that comes with a request is a title of this wiki and never an address (security E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from wikigate.actions.settings import SiteSettings

if TYPE_CHECKING:
    from wikigate.web.visit import Visit


def page_url(site: SiteSettings, title: str, **query: str) -> str:
    """Return the address of a page below this host, by ``index.php``: form and redirect keep their parameters there."""
    shown = {"title": title.replace(" ", "_"), **query}
    return f"{site.script_path}/index.php?{urlencode(shown, safe='/:', quote_via=quote)}"


def instead_url(visit: Visit, title: str, *without: str) -> str:
    """Return the address of a page in place of the one that a visitor asked for, with what else he asked beside some parameters."""
    asked = visit.form.query
    kept = {name: text for name, text in asked.items() if isinstance(text, str) and name not in {"title", *without}}
    address = page_url(visit.services.site, title)
    return f"{address}&{urlencode(kept, safe='/:', quote_via=quote)}" if kept else address


def back_url(site: SiteSettings, title: str, query: str) -> str:
    """Return the address of the page that a visitor came from; the main page where none is named."""
    address = page_url(site, title.strip() or site.main_page)
    clean = "".join(character for character in query if character.isprintable())
    return f"{address}&{quote(clean, safe='=&%+/:')}" if clean else address


def full_url(site: SiteSettings, address: str, scheme: str, host: str) -> str:
    """Return an address of this wiki with scheme and host, for servers elsewhere: the configured ones, else those of the request."""
    return (site.server or f"{scheme}://{host}") + address
