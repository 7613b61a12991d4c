"""The token handshake: a first request is told ``NeedToken``, the second brings it (1.15.3 to 1.26; spec legacy §3.5)."""

from __future__ import annotations

from typing import Final

from wikigate.wire.dialect import Dialect, Era

_FORMATS: Final = (
    "json", "jsonfm", "php", "phpfm", "wddx", "wddxfm", "xml", "xmlfm", "yaml", "yamlfm", "rawfm", "txt", "txtfm", "dbg", "dbgfm",
)  # fmt: skip
_DUMP: Final = ("dump", "dumpfm")
_NONE: Final = ("none",)
_GENERAL: Final = (
    "mainpage", "base", "sitename", "generator", "case", "rights", "lang", "fallback8bitEncoding", "writeapi", "timezone", "timeoffset",
)  # fmt: skip

NEEDTOKEN: Final = Era(
    Dialect(
        name="1.16",
        generator="",
        default_format="xmlfm",
        formats=_FORMATS,
        login_token="handshake",  # noqa: S106  the name of a way
        words="specific",
        session_fields=True,
        blocked=False,
        callback_aborts=False,
        secrets_in_query=True,
        lost_fails=False,
        cookie_days=30,
        keeps_session_id=True,
        session_alone=True,
        logout_token=False,
        logged_out="stamp",
        empty_list=True,
        callback_comment=False,
        callback_script=False,
        yaml_is_json=False,
        indexed_pages=False,
        usage="none",
        old_codes=True,
        old_texts=True,
        batchcomplete=False,
        unknown_parameters=False,
        asserts=False,
        announces_deprecations=False,
        login_advice=False,
        caching="epoch",
        nosniff=False,
        frame_options=False,
        disposition=False,
        implicit_groups=False,
        block_details=("blockedby", "blockreason"),
        intoken=True,
        long_edit_tokens=False,
        tokens_deprecated=False,
        content_fields=(),
        general=_GENERAL,
    ),
    first=(1, 15, 3),
    last=(1, 26),
    usual=(1, 15, 5),
    changes=(
        ((1, 15, 5), {"handshake_fields": True, "caching": "private"}),
        (
            (1, 16),
            {"blocked": True, "general": (*_GENERAL, "phpversion", "phpsapi", "dbtype", "dbversion", "rev")},
        ),
        ((1, 17), {"implicit_groups": True, "callback_script": True, "formats": (*_FORMATS, *_DUMP)}),
        ((1, 18), {"nosniff": True, "yaml_is_json": True}),
        ((1, 19), {"cookie_days": 180}),
        (
            (1, 20),
            {"frame_options": True, "token_action": True, "block_details": ("blockid", "blockedby", "blockedbyid", "blockreason")},
        ),
        ((1, 21), {"content_fields": ("contentmodel", "pagelanguage")}),
        (
            (1, 22),
            {
                "formats": (*_FORMATS, *_DUMP, *_NONE),
                "unknown_parameters": True,
                "callback_aborts": True,
                "logged_out": "seconds",
                "drops_https_cookie": True,
            },
        ),
        ((1, 23), {"asserts": True, "callback_comment": True}),
        ((1, 24), {"tokens_deprecated": True}),
        (
            (1, 25),
            {
                "default_format": "jsonfm",
                "empty_list": False,
                "caching": "today",
                "usage": "see",
                "indexed_pages": True,
                "long_edit_tokens": True,
            },
        ),
        (
            (1, 26),
            {
                "formats": (
                    "json", "jsonfm", "php", "phpfm", "xml", "xmlfm", "yaml", "yamlfm", "rawfm", "txt", "txtfm", "dbg", "dbgfm", "none",
                ),
                "batchcomplete": True,
                "block_fields": True,
                "renews_session": True,
                "block_details": ("blockid", "blockedby", "blockedbyid", "blockreason", "blockedtimestamp", "blockexpiry"),
            },
        ),
    ),
    usual_traits={"generator": "MediaWiki 1.16.0", "blocked": True},
)  # fmt: skip
