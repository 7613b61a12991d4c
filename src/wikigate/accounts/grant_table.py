"""MediaWiki's grants: what a bot password or an app may be given, and the rights that each stands for (spec core §6.4).

The rights of a session that has grants are those of the account that one of its grants has too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_EDIT: Final = ("edit", "minoredit", "applychangetags", "changetags", "editcontentmodel")
_SITE_JSON: Final = ("editinterface", "edituserjson", "editsitejson")
_DELETED: Final = ("browsearchive", "deletedhistory", "deletedtext")


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant. ``hidden``: always given and never asked for."""

    name: str
    rights: tuple[str, ...]
    hidden: bool = False


BASIC: Final = "basic"

DEFAULT_GRANTS: Final = (
    Grant(
        BASIC,
        (
            "autocreateaccount", "autoconfirmed", "autopatrol", "editsemiprotected", "ipblock-exempt", "nominornewtalk", "patrolmarks",
            "read", "unwatchedpages",
        ),
        hidden=True,
    ),
    Grant("highvolume", ("bot", "apihighlimits", "noratelimit", "markbotedits")),
    Grant("import", ("import", "importupload")),
    Grant("editpage", (*_EDIT, "pagelang")),
    Grant("editprotected", (*_EDIT, "editprotected")),
    Grant("editmycssjs", (*_EDIT, "editmyusercss", "editmyuserjson", "editmyuserjs")),
    Grant("editmyoptions", ("editmyoptions", "editmyuserjson")),
    Grant("editinterface", (*_EDIT, *_SITE_JSON)),
    Grant("editsiteconfig", (*_EDIT, *_SITE_JSON, "editusercss", "edituserjs", "editsitecss", "editsitejs")),
    Grant(
        "createeditmovepage",
        (
            *_EDIT, "createpage", "createtalk", "delete-redirect", "move", "move-rootuserpages", "move-subpages", "move-categorypages",
            "suppressredirect",
        ),
    ),
    Grant("uploadfile", ("upload", "reupload-own")),
    Grant(
        "uploadeditmovefile",
        ("upload", "reupload-own", "reupload", "reupload-shared", "upload_by_url", "movefile", "suppressredirect"),
    ),
    Grant("patrol", ("patrol",)),
    Grant("rollback", ("rollback",)),
    Grant("blockusers", ("block", "blockemail")),
    Grant("viewdeleted", _DELETED),
    Grant("viewrestrictedlogs", ("suppressionlog",)),
    Grant("delete", (*_EDIT, *_DELETED, "delete", "bigdelete", "deletelogentry", "deleterevision", "undelete")),
    Grant("oversight", ("suppressrevision", "viewsuppressed")),
    Grant("protect", (*_EDIT, "editprotected", "protect")),
    Grant("viewmywatchlist", ("viewmywatchlist",)),
    Grant("editmywatchlist", ("editmywatchlist",)),
    Grant("sendemail", ("sendemail",)),
    Grant("createaccount", ("createaccount",)),
    Grant("privateinfo", ("viewmyprivateinfo",)),
    Grant("mergehistory", ("mergehistory",)),
)  # fmt: skip
