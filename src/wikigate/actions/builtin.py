"""The built-in API modules in the order of the documentation; a new one is one file and one line here."""

from __future__ import annotations

from wikigate.actions.action import Action
from wikigate.actions.checktoken import CheckTokenAction
from wikigate.actions.clientlogin import ClientLoginAction
from wikigate.actions.createaccount import CreateAccountAction
from wikigate.actions.credentials import (
    ChangeAuthenticationDataAction,
    LinkAccountAction,
    RemoveAuthenticationDataAction,
)
from wikigate.actions.fancycaptchareload import FancyCaptchaReloadAction
from wikigate.actions.help import HelpAction
from wikigate.actions.list_users import UsersAction
from wikigate.actions.login import LoginAction
from wikigate.actions.logout import LogoutAction
from wikigate.actions.meta_authmanagerinfo import AuthManagerInfoAction
from wikigate.actions.meta_oath import OathAction
from wikigate.actions.meta_siteinfo import SiteInfoAction
from wikigate.actions.meta_tokens import TokensAction
from wikigate.actions.meta_userinfo import UserInfoAction
from wikigate.actions.oathvalidate import OathValidateAction
from wikigate.actions.paraminfo import ParamInfoAction
from wikigate.actions.query import QueryAction
from wikigate.actions.resetpassword import ResetPasswordAction
from wikigate.actions.validatepassword import ValidatePasswordAction
from wikigate.actions.webauthn import WebAuthnAction


def built_in_actions(
    *,
    bot_passwords: bool,
    pictures: bool = False,
    second_factor: bool = True,
    reset_by_name: bool = True,
    reset_by_email: bool = True,
) -> tuple[Action, ...]:
    """Make the modules; ``login`` presents itself as deprecated on a wiki without bot passwords.

    ``pictures``: whether the wiki has captchas that are pictures; without, there is nothing to reload.
    ``second_factor``: whether the wiki asks for second factors. ``reset_by_name``, ``reset_by_email``: how a forgotten password may be
    asked for.
    """
    return (
        ChangeAuthenticationDataAction(),
        CheckTokenAction(),
        ClientLoginAction(),
        CreateAccountAction(),
        *((FancyCaptchaReloadAction(),) if pictures else ()),
        HelpAction(),
        LinkAccountAction(),
        LoginAction(bot_passwords=bot_passwords),
        LogoutAction(),
        ParamInfoAction(),
        QueryAction(),
        RemoveAuthenticationDataAction(),
        RemoveAuthenticationDataAction(unlink=True),
        ResetPasswordAction(by_name=reset_by_name, by_email=reset_by_email),
        ValidatePasswordAction(),
        *((OathValidateAction(), WebAuthnAction()) if second_factor else ()),
        UsersAction(),
        AuthManagerInfoAction(),
        SiteInfoAction(),
        TokensAction(),
        UserInfoAction(),
        *((OathAction(),) if second_factor else ()),
    )
