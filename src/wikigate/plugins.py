"""Built-ins and plug-ins take the same way: found here, made only where the configuration wants them.

Entry points of other distributions: ``wikigate.providers`` (each a ``ProviderPlugin``), ``wikigate.actions`` (each a callable without
arguments that gives an ``Action``). An entry point that cannot be loaded is a ``ConfigError`` that names its distribution.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from wikigate.actions.action import Action
from wikigate.actions.builtin import built_in_actions
from wikigate.auth.plugin import ProviderPlugin
from wikigate.primitives.errors import ConfigError
from wikigate.providers.builtin import BUILT_IN as PROVIDERS


def all_providers() -> tuple[ProviderPlugin, ...]:
    """Return every authentication provider to be had, the built-in ones first."""
    return (*PROVIDERS, *(_load(point) for point in entry_points(group="wikigate.providers")))


def all_actions(*, bot_passwords: bool = True, **features: bool) -> tuple[Action, ...]:
    """Return every API module, the built-in ones first; what they depend on: see ``built_in_actions``."""
    return (
        *built_in_actions(bot_passwords=bot_passwords, **features),
        *(_load(point)() for point in entry_points(group="wikigate.actions")),
    )


def _load(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:
        origin = point.dist.name if point.dist else "an unknown distribution"
        raise ConfigError(
            f"The plug-in “{point.name}” of {origin} cannot be loaded ({error}); mend or uninstall it."
        ) from error
