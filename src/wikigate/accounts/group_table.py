"""MediaWiki's groups and their rights as ``$wgGroupPermissions`` has them by default (spec core §17; recorded from ``siteinfo``).

The order is that of the wire. Rights that extensions bring are not here; the configuration adds them with the feature.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EVERYONE: Final = "*"
USER: Final = "user"
AUTOCONFIRMED: Final = "autoconfirmed"
TEMPORARY: Final = "temp"
IMPLICIT_GROUPS: Final = (EVERYONE, USER, AUTOCONFIRMED)
"""Groups that nobody is put into: they follow from who one is."""

DEFAULT_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "*": (
        "createaccount", "read", "edit", "createpage", "createtalk", "viewmyprivateinfo", "editmyprivateinfo", "editmyoptions",
    ),
    "user": (
        "move", "move-subpages", "move-rootuserpages", "move-categorypages", "movefile", "read", "edit", "createpage", "createtalk",
        "upload", "reupload", "reupload-shared", "minoredit", "editmyusercss", "editmyuserjson", "editmyuserjs", "editmyuserjsredirect",
        "sendemail", "applychangetags", "changetags", "editcontentmodel", "viewmywatchlist", "editmywatchlist",
    ),
    "autoconfirmed": ("autoconfirmed", "editsemiprotected"),
    "bot": ("bot", "autoconfirmed", "editsemiprotected", "nominornewtalk", "autopatrol", "suppressredirect", "apihighlimits"),
    "sysop": (
        "block", "createaccount", "delete", "bigdelete", "deletedhistory", "deletedtext", "undelete", "editinterface", "editsitejson",
        "edituserjson", "import", "importupload", "move", "move-subpages", "move-rootuserpages", "move-categorypages", "patrol",
        "autopatrol", "protect", "editprotected", "rollback", "upload", "reupload", "reupload-shared", "unwatchedpages", "autoconfirmed",
        "editsemiprotected", "ipblock-exempt", "blockemail", "markbotedits", "apihighlimits", "browsearchive", "noratelimit", "movefile",
        "unblockself", "suppressredirect", "mergehistory", "managechangetags", "deletechangetags",
    ),
    "interface-admin": (
        "editinterface", "editsitecss", "editsitejson", "editsitejs", "editusercss", "edituserjson", "edituserjs",
    ),
    "bureaucrat": ("userrights", "noratelimit", "renameuser"),
    "suppress": ("hideuser", "suppressrevision", "viewsuppressed", "suppressionlog", "deleterevision", "deletelogentry"),
}  # fmt: skip
