"""What the configuration says of the wiki itself and of its API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_SERVER: Final = re.compile(r"https?://[^/?#@\s]+")
_SCRIPT_PATH: Final = re.compile(r"/[^?#\s]*[^/?#\s]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,}(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The wiki as it presents itself.

    ``server``: scheme, host and port, no path, as users reach it (``https://wiki.example.org``); empty: the address served.
    ``script_path``: where ``api.php`` lies (``/w``). ``article_path``: where pages lie, with ``$1`` for the title.
    ``site_name``: the wiki's name. ``wiki_id``: its database name, which is also the default cookie prefix.
    ``language``: content language code. ``main_page``: title of the main page.
    ``read_only``: the reason, when nobody may write; empty when they may.
    """

    server: str = ""
    script_path: str = "/w"
    article_path: str = "/wiki/$1"
    site_name: str = "Wikigate"
    wiki_id: str = "my_wiki"
    language: str = "en"
    main_page: str = "Main Page"
    read_only: str = ""

    def __post_init__(self) -> None:
        """Refuse what links cannot be made of."""
        if self.server and not _SERVER.fullmatch(self.server):
            raise ValueError("“server” is scheme, host and port, nothing behind them, like https://wiki.example.org")
        if self.script_path and not _SCRIPT_PATH.fullmatch(self.script_path):
            raise ValueError("“script_path” begins with a slash and does not end with one, like /w")
        if not self.article_path.startswith("/") or "$1" not in self.article_path:
            raise ValueError("“article_path” begins with a slash and holds $1 where the title goes, like /wiki/$1")
        if not self.main_page.strip():
            raise ValueError("“main_page” is a title, like Main Page")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError("“language” is a language code in small letters, like en or pt-br")

    def special_page(self, name: str) -> str:
        """Return the full address of a special page; without ``server`` it begins with its path."""
        return self.server + self.article_path.replace("$1", quote(f"Special:{name}", safe=":/"))


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """The API's limits and openness.

    ``cross_site_domains``: host patterns (``*`` and ``?``) whose pages may use the API with the visitor's cookies;
    ``cross_site_exceptions``: patterns that may not after all. ``return_hosts``: host patterns that ``loginreturnurl`` and its kin may
    lead to, besides the wiki's own; empty: any host. ``frame_options``: value of ``X-Frame-Options``, empty to leave it out.
    ``max_body``: bytes of a request body. ``max_params``: number of parameters. ``show_host_names``: let ``servedby`` name this host.
    ``host_name``: that name. ``allow_external_request_id``: honour a client's ``X-Request-Id``.
    ``database_lag``: pretended replication lag in seconds for testing clients; negative on a single server.
    ``database_host``: the host that the ``maxlag`` error names.
    """

    cross_site_domains: tuple[str, ...] = ()
    cross_site_exceptions: tuple[str, ...] = ()
    return_hosts: tuple[str, ...] = ()
    frame_options: str = "DENY"
    max_body: int = 1024 * 1024
    max_params: int = 1000
    show_host_names: bool = False
    host_name: str = "localhost"
    allow_external_request_id: bool = False
    database_lag: float = -1.0
    database_host: str = ""
