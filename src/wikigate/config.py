"""One TOML file becomes one ``Config``: the rooms' own settings, nothing described twice.

Each table of the file is one settings class; a field's name is its key. An unknown key is an error that names the key and its
neighbours; a wrong value is an error that names the key and what it may be. ``[wikis.<id>]`` repeats the tables of a wiki for several
wikis in one process; what a wiki does not say, the tables outside say for all. Secrets and addresses may come from the environment:
``WIKIGATE_SECRET`` (several separated by spaces, the first signs) and ``WIKIGATE_DATABASE``.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from wikigate.accounts.hashing import HashingSettings
from wikigate.accounts.passwords.settings import PasswordSettings
from wikigate.accounts.settings import AccountSettings, OAuthSettings
from wikigate.actions.settings import ApiSettings, SiteSettings
from wikigate.auth.settings import AuthSettings
from wikigate.dialects.settings import DialectSettings
from wikigate.outbound.settings import MailSettings
from wikigate.primitives.errors import ConfigError
from wikigate.sessions.settings import SessionSettings
from wikigate.web.settings import ServerSettings


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """The database.

    ``url``: where it is, ``sqlite:///relative`` or ``sqlite:////absolute``; empty: ``wikigate.sqlite`` in the data folder.
    ``prefix``: what stands before MediaWiki's table names (``$wgDBprefix``). ``busy_timeout``: seconds to wait for another writer.
    """

    url: str = ""
    prefix: str = ""
    busy_timeout: float = 5.0


@dataclass(frozen=True, slots=True)
class WikiSettings:
    """Everything that belongs to one wiki.

    ``host``: the host name that picks this wiki; empty: its script path does; with one wiki it is not needed.
    ``dialect``: the era of the API. ``database``, ``site``, ``api``, ``session``, ``accounts``, ``passwords``, ``hashing``,
    ``auth``, ``oauth``, ``mail``, ``dialects``: its tables.
    """

    host: str = ""
    dialect: str = "current"
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    site: SiteSettings = field(default_factory=SiteSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    accounts: AccountSettings = field(default_factory=AccountSettings)
    passwords: PasswordSettings = field(default_factory=PasswordSettings)
    hashing: HashingSettings = field(default_factory=HashingSettings)
    auth: AuthSettings = field(default_factory=AuthSettings)
    oauth: OAuthSettings = field(default_factory=OAuthSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    dialects: DialectSettings = field(default_factory=DialectSettings)

    def __post_init__(self) -> None:
        """Refuse a host that no request names."""
        if any(character in self.host for character in "/ @"):
            raise ValueError("“host” is a host name alone, like wiki.example.org")


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration: the server, and the wikis by id. ``data`` is the folder where everything kept lies."""

    data: Path
    server: ServerSettings = field(default_factory=ServerSettings)
    wikis: Mapping[str, WikiSettings] = field(default_factory=dict)


def load_config(path: Path | None, data: Path, *, database: str = "") -> Config:
    """Read the file (None: all defaults). ``database`` overrides the file's and the environment's address.

    Raises ``ConfigError`` with one sentence: what is wrong, where, and what to do.
    """
    return read_config(_read(path), data, source=str(path or "the configuration"), database=database)


def read_config(
    tables: Mapping[str, Any], data: Path, *, source: str = "the configuration", database: str = ""
) -> Config:
    """Build a ``Config`` from tables already read; see ``load_config``."""
    tables = dict(tables)
    server = _build(ServerSettings, _table(tables.pop("server", {}), "server", source), "server", source)
    several = _table(tables.pop("wikis", {}), "wikis", source)
    known = {f.name for f in fields(WikiSettings)}
    for key in tables:
        if key not in known:
            raise ConfigError(_unknown(key, sorted(known | {"server", "wikis"}), "", source))
    wikis: dict[str, WikiSettings] = {}
    for wiki_id, own in (several or {"": {}}).items():
        where = f"wikis.{wiki_id}" if wiki_id else ""
        merged = _merge(tables, _table(own, where, source))
        wiki = _build(WikiSettings, merged, where, source)
        if wiki_id and "wiki_id" not in merged.get("site", {}):
            wiki = replace(wiki, site=replace(wiki.site, wiki_id=wiki_id))
        url = database or os.environ.get("WIKIGATE_DATABASE", "") or wiki.database.url
        file_name = (wiki_id or "wikigate") + ".sqlite"
        url = url or f"sqlite:///{(data / file_name).absolute()}"
        key_file = wiki.oauth.key_file or str(data / "oauth2.pem")
        wiki = replace(wiki, database=replace(wiki.database, url=url), oauth=replace(wiki.oauth, key_file=key_file))
        if wiki.site.wiki_id in wikis:
            raise ConfigError(f"{source}: two wikis have the “site.wiki_id” “{wiki.site.wiki_id}”; give each its own.")
        wikis[wiki.site.wiki_id] = wiki
    return Config(data, server, wikis)


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError(
            f"There is no configuration file {path}; give --config a file that exists, or leave it out."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"The configuration file {path} cannot be read ({error.strerror}); give it read permission."
        ) from error
    except UnicodeDecodeError:
        raise ConfigError(f"The configuration file {path} is not TOML: it is not written in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The configuration file {path} is not TOML: {error}.") from error


def _table(value: Any, where: str, source: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{source}: “{where}” must be a table, written [{where}].")
    return value


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _build(cls: Any, table: Mapping[str, Any], where: str, source: str) -> Any:
    """Make a settings object of a table; fields that are settings themselves are tables below it."""
    hints = get_type_hints(cls)
    for key in table:
        if key not in hints:
            raise ConfigError(_unknown(key, sorted(hints), where, source))
    values: dict[str, Any] = {}
    for key, value in table.items():
        place = f"{where}.{key}" if where else key
        wanted = hints[key]
        if (below := _settings_class(wanted)) is not None:
            values[key] = _build(below, _table(value, place, source), place, source)
        elif (item := _item_class(wanted)) is not None:
            if not isinstance(value, list):
                raise ConfigError(f"{source}: “{place}” must be an array of tables, written [[{place}]].")
            values[key] = tuple(_build(item, _table(entry, place, source), place, source) for entry in value)
        else:
            values[key] = _convert(value, wanted, place, source)
    for needed in fields(cls):
        if needed.default is MISSING and needed.default_factory is MISSING and needed.name not in values:
            raise ConfigError(f"{source}: [{where}] lacks the key “{needed.name}”.")
    try:
        return cls(**values)
    except ValueError as error:
        raise ConfigError(f"{source}: [{where}]: {error}") from error


def _settings_class(wanted: Any) -> Any:
    """Return the settings class of ``Settings`` or ``Settings | None``, None for anything else."""
    if get_origin(wanted) is tuple:
        return None
    return next((candidate for candidate in (wanted, *get_args(wanted)) if is_dataclass(candidate)), None)


def _item_class(wanted: Any) -> Any:
    """Return the settings class of a ``tuple[Settings, ...]``, None for anything else."""
    arguments = get_args(wanted)
    return arguments[0] if get_origin(wanted) is tuple and arguments and is_dataclass(arguments[0]) else None


def _convert(value: Any, wanted: Any, place: str, source: str) -> Any:
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        reason = str(error).replace("`", "“", 1).replace("`", "”", 1)
        if choices := _choices(wanted):
            reason = f"it may be {', '.join(choices)}"
        raise ConfigError(f"{source}: the value of “{place}” is wrong: {reason}.") from error


def _choices(wanted: Any) -> list[str]:
    """Return what may be written where the values are counted, nothing where they are not."""
    if get_origin(wanted) is Literal:
        return [f"“{choice}”" for choice in get_args(wanted)]
    if get_origin(wanted) in {Union, UnionType}:
        several = [_choices(one) for one in get_args(wanted)]
        return [choice for choices in several for choice in choices] if all(several) else []
    return []


def _unknown(key: str, known: list[str], where: str, source: str) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f" did you mean “{near[0]}”?" if near else ""
    place = f"[{where}]" if where else "the top level"
    return f"{source}: unknown key “{key}” at {place};{hint} Known keys: {', '.join(known)}."
