"""What ``siteinfo`` says that does not depend on this wiki: what a wiki as it comes would answer (spec framework §10).

Clients read these lists to learn how to write titles and links. Nothing here is kept or parsed, so the lists name what belongs to logging
in, and what clients cannot do without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# The oldest runtime that this release of MediaWiki takes: clients parse the numbers, nobody runs it.
PHP_VERSION: Final = "8.1.0"
PHP_SAPI: Final = "fpm-fcgi"

LEGAL_TITLE_CHARACTERS: Final = r""" %!"$&'()*,\-.\/0-9:;=?@A-Z\\^_`a-z~\x80-\xFF+"""
LINK_TRAIL: Final = "/^([a-z]+)(.*)$/sD"
THUMB_SIZES: Final = (120, 150, 180, 200, 250, 300)
IMAGE_SIZES: Final = ((320, 240), (640, 480), (800, 600), (1024, 768), (1280, 1024), (2560, 2048))
GALLERY: Final[Mapping[str, Any]] = {
    "imagesPerRow": 0,
    "imageWidth": 120,
    "imageHeight": 120,
    "captionLength": True,
    "showBytes": True,
    "showDimensions": True,
    "mode": "traditional",
}

PROTOCOLS: Final = (
    "bitcoin:", "ftp://", "ftps://", "geo:", "git://", "gopher://", "http://", "https://", "irc://", "ircs://", "magnet:", "mailto:",
    "matrix:", "mms://", "news:", "nntp://", "redis://", "sftp://", "sip:", "sips:", "sms:", "ssh://", "svn://", "tel:", "telnet://",
    "urn:", "worldwind://", "xmpp:", "//",
)  # fmt: skip
FILE_EXTENSIONS: Final = ("png", "gif", "jpg", "jpeg", "webp")
RESTRICTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "types": ("create", "edit", "move", "upload"),
    "levels": ("", "autoconfirmed", "sysop"),
    "cascadinglevels": ("sysop",),
    "semiprotectedlevels": ("autoconfirmed",),
}
# Name -> spellings, the first being the one to write; whether case matters.
MAGIC_WORDS: Final[Mapping[str, tuple[tuple[str, ...], bool]]] = {
    "!": (("!",), True),
    "=": (("=",), True),
    "defaultsort": (("DEFAULTSORT:", "DEFAULTSORTKEY:", "DEFAULTCATEGORYSORT:"), True),
    "forcetoc": (("__FORCETOC__",), False),
    "namespace": (("NAMESPACE",), True),
    "noeditsection": (("__NOEDITSECTION__",), False),
    "notoc": (("__NOTOC__",), False),
    "ns": (("NS:",), False),
    "pagename": (("PAGENAME",), True),
    "redirect": (("#REDIRECT",), False),
    "sitename": (("SITENAME",), True),
    "toc": (("__TOC__",), False),
}
SPECIAL_PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "ApiHelp": ("ApiHelp",),
    "ApiSandbox": ("ApiSandbox",),
    "BotPasswords": ("BotPasswords",),
    "ChangeCredentials": ("ChangeCredentials",),
    "CreateAccount": ("CreateAccount",),
    "PasswordReset": ("PasswordReset",),
    "RemoveCredentials": ("RemoveCredentials",),
    "Userlogin": ("UserLogin", "Login"),
    "Userlogout": ("UserLogout", "Logout"),
    "Version": ("Version",),
}
UPLOAD_DIALOG: Final[Mapping[str, Mapping[str, Any]]] = {
    "fields": {"description": True, "date": False, "categories": False},
    "licensemessages": {"local": "generic-local", "foreign": "generic-foreign"},
    "comment": {"local": "", "foreign": ""},
    "format": {"filepage": "$DESCRIPTION", "description": "$TEXT", "ownwork": "", "license": "", "uncategorized": ""},
}
