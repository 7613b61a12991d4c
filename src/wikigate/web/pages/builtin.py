"""The built-in pages, by the names that MediaWiki's special pages have; the empty name is the main page's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from wikigate.auth.throttle_view import ThrottleView
from wikigate.store.audit import AuditTable
from wikigate.web.finding import Finding
from wikigate.web.page import PagePlugin
from wikigate.web.pages import (
    accounts,
    api_help,
    api_sandbox,
    audit_log,
    block,
    block_list,
    captcha,
    confirm_email,
    health,
    home,
    login_history,
    openid_logout,
    openid_return,
    pluggable_auth,
    preferences,
    sessions,
    throttles,
    user_login,
    user_logout,
)

BUILT_IN: Final[tuple[PagePlugin, ...]] = (
    PagePlugin("", home.HomePage),
    PagePlugin(api_help.NAME, api_help.ApiHelpPage),
    PagePlugin(api_sandbox.NAME, api_sandbox.ApiSandboxPage),
    PagePlugin(captcha.NAME, captcha.make_page),
    PagePlugin(confirm_email.NAME, confirm_email.ConfirmEmailPage),
    PagePlugin(sessions.SessionsPage.name, sessions.SessionsPage),
    PagePlugin(preferences.NAME, preferences.PreferencesPage),
    PagePlugin(user_login.NAME, user_login.UserLoginPage),
    PagePlugin(user_logout.NAME, user_logout.UserLogoutPage),
    PagePlugin("OpenIDConnectReturn", openid_return.make),
    PagePlugin("OpenIDConnectLogout", openid_logout.make),
    PagePlugin("PluggableAuthLogin", pluggable_auth.make),
)


def fitted_pages(
    audit: AuditTable, counts: ThrottleView, examine: Callable[[], Sequence[Finding]]
) -> tuple[PagePlugin, ...]:
    """Return the pages that look at more than every page is given: the audit, the throttles, the server itself."""
    return (
        PagePlugin("Accounts", accounts.AccountsPage),
        PagePlugin("AuditLog", lambda parts: audit_log.AuditLogPage(parts, audit)),
        PagePlugin("Block", lambda parts: block.BlockPage(parts, audit)),
        PagePlugin("BlockList", block_list.BlockListPage),
        PagePlugin("LoginHistory", lambda parts: login_history.LoginHistoryPage(parts, audit)),
        PagePlugin("Health", lambda parts: health.HealthPage(parts, examine)),
        PagePlugin("Throttles", lambda parts: throttles.ThrottlesPage(parts, counts)),
    )
