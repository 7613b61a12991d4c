"""The API modules and output formats of one wiki, with everything that can be worked out at start.

Order matters: it is the order of documentation and of ``action``'s values. Submodule parameters (``action``, ``format``, ``meta`` …)
get their values from what is registered, so nothing is listed twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from wikigate.actions.action import Action, Group, Module
from wikigate.actions.format_module import format_module
from wikigate.actions.main_module import MAIN
from wikigate.primitives.errors import ConfigError
from wikigate.wire.coerce import ParamSet
from wikigate.wire.formats.base import OutputFormat
from wikigate.wire.params import Param


class ActionRegistry:
    """Actions by name, query submodules by name, output formats by name.

    ``main`` is the main module's declaration; ``find`` gives any module's declaration by its path, with the values of submodule
    parameters filled in. Raises ``ConfigError`` where two modules claim one path.
    """

    def __init__(
        self, actions: Iterable[Action], formats: Iterable[OutputFormat], *, default_format: str = "jsonfm"
    ) -> None:
        self.actions: dict[str, Action] = {}
        self.query: dict[str, Action] = {}
        self.formats: dict[str, OutputFormat] = {}
        for action in actions:
            room = self.actions if action.module.group == "action" else self.query
            if action.module.name in room:
                raise ConfigError(f"Two API modules are called “{action.module.path}”; switch one of the plug-ins off.")
            room[action.module.name] = action
        for output in formats:
            self.formats[output.name] = output
        main = replace(MAIN, params=tuple(_defaulting(param, default_format) for param in MAIN.params))
        declared = [main, *(a.module for a in self.actions.values()), *(a.module for a in self.query.values())]
        declared += [format_module(output) for output in self.formats.values()]
        self._modules: Mapping[str, Module] = {module.path: self._fill_in(module) for module in declared}
        self._param_sets: Mapping[str, ParamSet] = {
            path: ParamSet(path, module.prefix, module.all_params, group=module.group)
            for path, module in self._modules.items()
        }
        self.main = self._modules["main"]
        self.action_params: Mapping[str, ParamSet] = {
            name: self._param_sets[action.module.path] for name, action in self.actions.items()
        }
        self.query_params: Mapping[str, ParamSet] = {
            name: self._param_sets[action.module.path] for name, action in self.query.items()
        }

    def query_group(self, group: Group) -> dict[str, Action]:
        """Return the query submodules of one group (``prop``, ``list``, ``meta``) in order."""
        return {name: action for name, action in self.query.items() if action.module.group == group}

    def find(self, path: str) -> Module | None:
        """Return the declaration of the module at a path (``main``, ``login``, ``query+tokens``, ``json``)."""
        return self._modules.get(path)

    def param_set(self, module: Module | str) -> ParamSet:
        """Return a module's compiled parameters."""
        return self._param_sets[module if isinstance(module, str) else module.path]

    def _fill_in(self, module: Module) -> Module:
        return replace(module, params=tuple(self._with_values(param) for param in module.params))

    def _with_values(self, param: Param) -> Param:
        """Fill in the names of a group of modules: sorted as documents show them, formats as they are registered (measured)."""
        if not param.group:
            return param
        return replace(param, values=tuple(self.formats if param.group == "format" else self.members(param.group)))

    def members(self, group: str) -> dict[str, Module]:
        """Return the declarations of a group of modules by name, sorted; ``query`` stands for all its submodules."""
        modules: Iterable[Module]
        if group == "format":
            modules = map(format_module, self.formats.values())
        else:
            actions = self.actions if group == "action" else self.query
            modules = (a.module for a in actions.values() if group in {"query", a.module.group})
        return {module.name: module for module in sorted(modules, key=lambda module: module.name)}


def _defaulting(param: Param, default_format: str) -> Param:
    """Give ``format`` the dialect's default."""
    return replace(param, default=default_format) if param.name == "format" else param
