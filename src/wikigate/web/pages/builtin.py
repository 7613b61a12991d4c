"""The built-in pages, by the names that MediaWiki's special pages have; the empty name is the main page's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from wikigate.auth.bot_password_changes import BotPasswordChanges
from wikigate.auth.email_change import EmailChange
from wikigate.auth.factor_changes import FactorChanges
from wikigate.auth.throttle_view import ThrottleView
from wikigate.store.audit import AuditTable
from wikigate.web.finding import Finding
from wikigate.web.page import PagePlugin
from wikigate.web.pages import (
    account_security,
    accounts,
    api_help,
    api_sandbox,
    audit_log,
    block,
    block_list,
    bot_passwords,
    captcha,
    change_credentials,
    change_email,
    confirm_email,
    create_account,
    health,
    home,
    link_accounts,
    login_history,
    openid_logout,
    openid_return,
    password_reset,
    pluggable_auth,
    preferences,
    remove_credentials,
    sessions,
    throttles,
    unlink_accounts,
    user_login,
    user_logout,
)

BUILT_IN: Final[tuple[PagePlugin, ...]] = (
    PagePlugin("", home.HomePage),
    PagePlugin(api_help.NAME, api_help.ApiHelpPage),
    PagePlugin(api_sandbox.NAME, api_sandbox.ApiSandboxPage),
    PagePlugin(captcha.NAME, captcha.make_page),
    PagePlugin(change_credentials.NAME, change_credentials.ChangeCredentialsPage),
    PagePlugin("ChangePassword", change_credentials.ChangePasswordPage),
    PagePlugin(confirm_email.NAME, confirm_email.ConfirmEmailPage),
    PagePlugin(create_account.NAME, create_account.make),
    PagePlugin(link_accounts.NAME, link_accounts.make),
    PagePlugin(password_reset.NAME, password_reset.PasswordResetPage),
    PagePlugin("RemoveCredentials", remove_credentials.RemoveCredentialsPage),
    PagePlugin(sessions.SessionsPage.name, sessions.SessionsPage),
    PagePlugin(preferences.NAME, preferences.PreferencesPage),
    PagePlugin("UnlinkAccounts", unlink_accounts.make),
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


def credential_pages(
    emails: EmailChange, bots: BotPasswordChanges | None, factors: FactorChanges | None
) -> tuple[PagePlugin, ...]:
    """Return the pages on which somebody changes how he logs in; None: there are no bot passwords, no second factors."""
    found = [PagePlugin(change_email.NAME, lambda parts: change_email.ChangeEmailPage(parts, emails))]
    if bots is not None:
        found.append(PagePlugin(bot_passwords.NAME, lambda parts: bot_passwords.BotPasswordsPage(parts, bots)))
    if factors is not None:
        page = account_security.AccountSecurityPage
        found.append(PagePlugin(account_security.NAME, lambda parts: page(parts, factors)))
        found += [PagePlugin(name, account_security.OtherName) for name in account_security.ALIASES]
    return tuple(found)
