"""What a feature that is switched on brings along elsewhere: rights, API modules, names of extensions. A part of ``app.py``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wikigate.accounts.consumer_registration import GRANTS as OAUTH_GRANTS
from wikigate.accounts.consumer_registration import RIGHTS as OAUTH_RIGHTS
from wikigate.accounts.passwords.settings import DEFAULT_PROFILE
from wikigate.accounts.settings import with_rights
from wikigate.actions.extension import Extension
from wikigate.plugins import all_actions

if TYPE_CHECKING:
    from wikigate.actions.action import Action
    from wikigate.config import WikiSettings

_EXTENSIONS: Final = {"second-factor": "OATHAuth", "captcha": "ConfirmEdit"}
# What MediaWiki gives with its captchas (spec core §6, extensions §2.4).
_CAPTCHA_RIGHTS: Final = {"bot": ("skipcaptcha",), "sysop": ("skipcaptcha",)}
_CAPTCHA_GRANTS: Final = {"basic": ("skipcaptcha",)}
# What MediaWiki's OATHAuth gives to everybody with an account.
_FACTOR_RIGHTS: Final = {"user": ("oathauth-enable",)}


def fitted(settings: WikiSettings, *, shared: bool) -> WikiSettings:
    """Choose what was left to choose: beside a wiki, passwords in the form that the wiki itself makes; and the rights of a feature."""
    if "captcha" in settings.auth.providers:
        settings = replace(settings, accounts=with_rights(settings.accounts, _CAPTCHA_RIGHTS, _CAPTCHA_GRANTS))
    if "second-factor" in settings.auth.providers:
        settings = replace(settings, accounts=with_rights(settings.accounts, _FACTOR_RIGHTS, {}))
    if settings.oauth.enabled:
        settings = replace(settings, accounts=with_rights(settings.accounts, OAUTH_RIGHTS, OAUTH_GRANTS))
    if settings.passwords.profile:
        return settings
    profile = "mediawiki" if shared else DEFAULT_PROFILE
    return replace(settings, passwords=replace(settings.passwords, profile=profile))


def actions_of(settings: WikiSettings) -> tuple[Action, ...]:
    """Return the API modules that the wiki's features bring."""
    pictures = "captcha" in settings.auth.providers and settings.auth.captcha.kind == "image"
    second_factor = "second-factor" in settings.auth.providers
    reset = settings.auth.password_reset
    return all_actions(
        bot_passwords=settings.accounts.bot_passwords,
        pictures=pictures,
        second_factor=second_factor,
        reset_by_name=reset.by_name,
        reset_by_email=reset.by_email,
    )


def extensions_of(settings: WikiSettings) -> tuple[Extension, ...]:
    """Return what is switched on of that which clients look for by an extension's name."""
    found = [name for provider, name in _EXTENSIONS.items() if provider in settings.auth.providers]
    return tuple(Extension(name) for name in (*found, *(("OAuth",) if settings.oauth.enabled else ())))
