"""Special:PluggableAuthLogin: the browser of a session that logs in goes through here to the provider and back (spec extensions §4.1).

The session is the one that began the login, by its cookie. What the provider says is judged here; where the browser goes afterwards was
said at the beginning and nothing is added to it.
"""

from __future__ import annotations

from wikigate.actions.settings import SiteSettings
from wikigate.providers.oidc.pluggable_auth import PROVIDER_ID, PluggableAuth
from wikigate.web.frame import Frame, redirect
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response


class PluggableAuthLogin:
    """The page; satisfies ``Page``."""

    def __init__(self, provider: PluggableAuth, site: SiteSettings, frame: Frame) -> None:
        self._provider = provider
        self._site = site
        self._frame = frame

    def get(self, visit: Visit) -> Response:
        """Send the browser to the provider, or take what it brings back and send it to the client."""
        code, error = visit.text("code"), visit.text("error")
        if code or error:
            where = self._provider.come_back(
                visit.session,
                visit.subpage,
                visit.text("state"),
                code=code,
                error=error,
                issuer=visit.form.text("iss"),
            )
        else:
            where = self._provider.depart(visit.session)
        if not where:
            where = f"{self._site.server}{self._site.script_path}/index.php?title=Special:UserLogin&error=pluggableauth-fatal-error"
        return redirect(where)

    def post(self, visit: Visit) -> Response:
        """Do the same: nothing of the body is looked at."""
        return self.get(visit)


def make(parts: PageParts) -> PluggableAuthLogin | None:
    """Make the page, where its provider is switched on."""
    provider = parts.providers.by_id.get(PROVIDER_ID)
    if not isinstance(provider, PluggableAuth):
        return None
    return PluggableAuthLogin(provider, parts.services.site, parts.frame)
