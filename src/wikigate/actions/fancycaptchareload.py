"""``action=fancycaptchareload``: another picture in place of one that cannot be read (spec extensions §2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import caller_of
from wikigate.auth.provider import Renewing
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


class FancyCaptchaReloadAction:
    """Makes a new captcha and tells its id; there is no limit to it but that of wrong captchas."""

    module = Module(
        "fancycaptchareload",
        internal=True,
        classname=r"MediaWiki\Extension\ConfirmEdit\FancyCaptcha\ApiFancyCaptchaReload",
        examples=(Example("action=fancycaptchareload", "apihelp-fancycaptchareload-example-1"),),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``fancycaptchareload``; an ``index`` that is the number 0 where there were too many."""
        captcha = services.flow.providers.by_id.get("captcha")
        index = captcha.renew(caller_of(call)) if isinstance(captcha, Renewing) else None
        call.add("fancycaptchareload", Map({"index": 0 if index is None else index}))
