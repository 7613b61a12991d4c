"""The oldest API: one request logs in, no token is asked for (1.12 to 1.15.2; spec legacy §1, §3.3, §3.4).

``1.12`` is what the manuals of 2008 and 2009 describe: the behaviour of 1.14 to 1.15.2, ``Blocked``, and the XML declaration that they
print. ``1.12-strict`` is the release 1.12.0 itself, with its back-off. Any release of the era can be asked for by its number.
"""

from __future__ import annotations

from typing import Final

from wikigate.wire.dialect import Dialect, Era

_FORMATS: Final = (
    "json", "jsonfm", "php", "phpfm", "wddx", "wddxfm", "xml", "xmlfm", "yaml", "yamlfm", "rawfm", "txt", "txtfm", "dbg", "dbgfm",
)  # fmt: skip
_GENERAL: Final = ("mainpage", "base", "sitename", "generator", "case", "rights", "lang")

_BASE: Final = Dialect(
    name="1.12",
    generator="",
    default_format="xmlfm",
    formats=_FORMATS,
    login_token="none",  # noqa: S106  the name of a way
    words="specific",
    session_fields=True,
    back_off=True,
    blocked=False,
    create_blocked=False,
    callback_aborts=False,
    secrets_in_query=True,
    lost_fails=False,
    cookie_days=30,
    http_only=False,
    keeps_session_id=True,
    session_alone=True,
    logout_token=False,
    logged_out="stamp",
    empty_list=True,
    callback_comment=False,
    callback_script=False,
    xml_encoding=True,
    wddx_compact=True,
    xml_preserve=False,
    yaml_is_json=False,
    indexed_pages=False,
    usage="none",
    old_codes=True,
    old_texts=True,
    strict_values=True,
    batchcomplete=False,
    unknown_parameters=False,
    asserts=False,
    announces_deprecations=False,
    login_advice=False,
    caching="epoch",
    nosniff=False,
    frame_options=False,
    disposition=False,
    private_hides=True,
    implicit_groups=False,
    block_details=("blockedby", "blockreason"),
    text_edit_count=True,
    intoken=True,
    start_timestamp=False,
    long_edit_tokens=False,
    tokens_deprecated=False,
    content_fields=(),
    general=_GENERAL,
)

V1_12: Final = Era(
    _BASE,
    first=(1, 12),
    last=(1, 15, 2),
    usual=(1, 15, 0),
    changes=(
        ((1, 13), {"http_only": True, "back_off_exact": True, "create_blocked": True, "strict_values": False, "text_ids": True}),
        (
            (1, 14),
            {
                "back_off": False,
                "xml_encoding": False,
                "wddx_compact": False,
                "start_timestamp": True,
                "general": (*_GENERAL, "fallback8bitEncoding", "writeapi", "timezone", "timeoffset"),
            },
        ),
        ((1, 15), {"xml_preserve": True, "text_ids": False, "text_edit_count": False, "private_hides": False}),
    ),
    usual_traits={"generator": "MediaWiki 1.12.0", "xml_encoding": True, "blocked": True},
)  # fmt: skip

V1_12_STRICT: Final = Era(
    Dialect(**{**{name: getattr(_BASE, name) for name in Dialect.__dataclass_fields__}, "name": "1.12-strict"}),
    first=(1, 12, 0),
    last=(1, 12, 0),
    usual=(1, 12, 0),
)
