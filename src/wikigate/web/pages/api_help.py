"""Special:ApiHelp: sends on to the documentation that ``action=help`` prints (spec framework §12.1).

``Special:ApiHelp/login`` is the page of one module; ``sub/`` and ``rsub/`` in front of it add the modules below, as do the parameters
``submodules`` and ``recursivesubmodules``. A module that there is not is sent on too: the help says so.
On a private wiki strangers are sent on as well, where MediaWiki asks them to log in: the help itself is open to everybody.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from wikigate.actions.own_language import own_language
from wikigate.web.frame import redirect
from wikigate.web.links import full_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "ApiHelp"
_BELOW: Final = {"sub": "submodules", "rsub": "recursivesubmodules"}


class ApiHelpPage:
    """Knows the address of each module's help."""

    def __init__(self, parts: PageParts) -> None:
        self._site = parts.services.site
        self._api = f"{self._site.script_path}/api.php"

    def get(self, visit: Visit) -> Response:
        """Send the visitor on."""
        before, slash, behind = visit.subpage.partition("/")
        below = _BELOW.get(before, "") if slash else ""
        path = behind if below else visit.subpage
        options = [name for name in _BELOW.values() if name == below or visit.form.text(name) is not None]
        # The API does not know of a language that the page is in for the address's, the browser's or an earlier choice's sake.
        spoken = own_language(visit) or self._site.language
        language = [f"uselang={quote(visit.language, safe='')}"] if visit.language != spoken else []
        options = [f"{name}=1" for name in options]
        query = "&".join(["action=help", *options, f"modules={quote(path or 'main', safe='')}", *language])
        return redirect(
            full_url(self._site, f"{self._api}?{query}", visit.request.scheme, visit.request.header("host"))
        )

    def post(self, visit: Visit) -> Response:
        """Send the visitor on: there is nothing to do here."""
        return self.get(visit)
