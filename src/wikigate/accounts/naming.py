"""The user name rules of one wiki, made of its settings."""

from __future__ import annotations

from dataclasses import replace

from wikigate.accounts.settings import AccountSettings
from wikigate.primitives.names import NameRules


def name_rules(settings: AccountSettings, site_name: str = "") -> NameRules:
    """Make the rules; the site's name is also the name of its project namespace, which no user name may begin with."""
    rules = NameRules()
    project = _prefix(site_name)
    return replace(
        rules,
        user_namespaces=rules.user_namespaces | {_prefix(word) for word in settings.user_namespaces},
        namespaces=rules.namespaces
        | {_prefix(word) for word in settings.namespaces}
        | ({project, f"{project} talk"} if project else set()),
        reserved=rules.reserved | set(settings.reserved_names),
        invalid_characters=settings.invalid_name_characters,
        has_temporary=settings.temporary_accounts,
    )


def _prefix(word: str) -> str:
    return word.replace("_", " ").strip().lower()
