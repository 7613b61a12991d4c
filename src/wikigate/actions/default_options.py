"""What people have set where they have set nothing: MediaWiki's preferences and their defaults (``$wgDefaultUserOptions``).

Facts for ``userinfo`` and ``siteinfo``; nothing here goes by them. Preferences of skins and of language variants are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_OPTIONS: Final[Mapping[str, int | str | bool]] = {
    "ccmeonemails": 0, "date": "default", "diffonly": 0, "diff-type": "table", "disablemail": 0, "editfont": "monospace",
    "editondblclick": 0, "editrecovery": 0, "editsectiononrightclick": 0, "email-allow-new-users": 1, "enotifminoredits": 0,
    "enotifrevealaddr": 0, "enotifusertalkpages": 1, "enotifwatchlistpages": 1, "extendwatchlist": 1, "fancysig": 0,
    "forceeditsummary": 0, "forcesafemode": 0, "gender": "unknown", "hidecategorization": 1, "hideminor": 0, "hidepatrolled": 0,
    "imagesize": 2, "minordefault": 0, "newpageshidepatrolled": 0, "nickname": "", "norollbackdiff": 0, "prefershttps": 1,
    "previewonfirst": 0, "previewontop": 1, "pst-cssjs": 1, "rcdays": 7, "rcenhancedfilters-disable": 0, "rclimit": 50,
    "requireemail": 0, "search-match-redirect": True, "search-special-page": "Search", "search-thumbnail-extra-namespaces": True,
    "searchlimit": 20, "showhiddencats": 0, "shownumberswatching": 1, "showrollbackconfirmation": 0, "skin": "wikigate",
    "skin-responsive": 1, "thumbsize": 5, "underline": 2, "useeditwarning": 1, "uselivepreview": 0, "usenewrc": 1, "watchcreations": 1,
    "watchdefault": 1, "watchdeletion": 0, "watchlistdays": 7, "watchlisthideanons": 0, "watchlisthidebots": 0,
    "watchlisthidecategorization": 1, "watchlisthideliu": 0, "watchlisthideminor": 0, "watchlisthideown": 0,
    "watchlisthidepatrolled": 0, "watchlistreloadautomatically": 0, "watchlistunwatchlinks": 0, "watchmoves": 0, "watchrollback": 0,
    "watchuploads": 1, "wlenhancedfilters-disable": 0, "wllimit": 250, "timecorrection": "System|0",
}  # fmt: skip
_LAST_NAMESPACE: Final = 15


def default_options(language: str) -> dict[str, int | str | bool]:
    """Return every preference with its default on a wiki in a language."""
    searched = {f"searchNs{number}": int(number == 0) for number in range(_LAST_NAMESPACE + 1)}
    return {**_OPTIONS, "language": language, "variant": language, **searched}
