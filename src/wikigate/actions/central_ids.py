"""An account's number beyond this wiki, as ``centralids`` tells it (spec core §17): without a farm, the wiki's own number."""

from __future__ import annotations

from wikigate.actions.settings import SiteSettings
from wikigate.wire.result import Map

PROVIDER = "local"


def central_ids(account_id: int, site: SiteSettings, attached_wiki: str | None) -> dict[str, Map]:
    """Return the nodes ``centralids``, ``attachedlocal`` and, where a wiki is asked about, ``attachedwiki``; id 0 is a visitor."""
    nodes = {"centralids": Map({PROVIDER: account_id}), "attachedlocal": Map({PROVIDER: account_id > 0})}
    if attached_wiki:
        nodes["attachedwiki"] = Map({PROVIDER: account_id > 0 and attached_wiki == site.wiki_id})
    return nodes
