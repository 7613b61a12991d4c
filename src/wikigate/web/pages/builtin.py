"""The built-in pages, by the names that MediaWiki's special pages have."""

from __future__ import annotations

from typing import Final

from wikigate.web.page import PagePlugin
from wikigate.web.pages import openid_logout, openid_return, pluggable_auth

BUILT_IN: Final[tuple[PagePlugin, ...]] = (
    PagePlugin("OpenIDConnectReturn", openid_return.make),
    PagePlugin("OpenIDConnectLogout", openid_logout.make),
    PagePlugin("PluggableAuthLogin", pluggable_auth.make),
)
