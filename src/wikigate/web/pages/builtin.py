"""The built-in pages, by the names that MediaWiki's special pages have; the empty name is the main page's."""

from __future__ import annotations

from typing import Final

from wikigate.web.page import PagePlugin
from wikigate.web.pages import (
    captcha,
    confirm_email,
    home,
    openid_logout,
    openid_return,
    pluggable_auth,
    user_login,
    user_logout,
)

BUILT_IN: Final[tuple[PagePlugin, ...]] = (
    PagePlugin("", home.HomePage),
    PagePlugin(captcha.NAME, captcha.make_page),
    PagePlugin(confirm_email.NAME, confirm_email.ConfirmEmailPage),
    PagePlugin(user_login.NAME, user_login.UserLoginPage),
    PagePlugin(user_logout.NAME, user_logout.UserLogoutPage),
    PagePlugin("OpenIDConnectReturn", openid_return.make),
    PagePlugin("OpenIDConnectLogout", openid_logout.make),
    PagePlugin("PluggableAuthLogin", pluggable_auth.make),
)
