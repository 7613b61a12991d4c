"""The configuration is strict everywhere, and what it refuses it names."""

from pathlib import Path
from typing import Any

import pytest

from wikigate.config import Config, read_config
from wikigate.primitives.errors import ConfigError


def read(tables: dict[str, Any]) -> Config:
    return read_config(tables, Path("data"), source="wikigate.toml")


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"sight": {}}, "wikigate.toml: unknown key “sight” at the top level; did you mean “site”?"),
        ({"site": {"sitename": "x"}}, "unknown key “sitename” at [site]; did you mean “site_name”?"),
        (
            {"passwords": {"encryption": {"type": "x", "secrets": ["y"], "wrp": True}}},
            "“wrp” at [passwords.encryption]",
        ),
        ({"passwords": {"encryption": {"type": "x"}}}, "[passwords.encryption] lacks the key “secrets”"),
        ({"accounts": {"groups": [{"rights": ["edit"]}]}}, "[accounts.groups] lacks the key “name”"),
        ({"auth": {"throttle": {"conditions": [{"count": 3}]}}}, "[auth.throttle.conditions] lacks the key “seconds”"),
        ({"auth": {"throttle": {"conditions": 5}}}, "“auth.throttle.conditions” must be an array of tables"),
        ({"site": "x"}, "“site” must be a table"),
        ({"server": {"port": "80"}}, "the value of “server.port” is wrong"),
        ({"session": {"lifetime": 1}}, "[session]: “lifetime” must be 10 seconds or more"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tables: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tables)
    assert said in str(refused.value)


def test_a_wiki_takes_from_the_top_what_it_does_not_say() -> None:
    config = read(
        {
            "session": {"lifetime": 60, "cookies": {"prefix": "all"}},
            "wikis": {"blue": {"session": {"cookies": {"path": "/blue"}}}, "red": {"site": {"wiki_id": "rouge"}}},
        }
    )
    blue, red = config.wikis["blue"], config.wikis["rouge"]
    assert (blue.session.lifetime, blue.session.cookies.prefix, blue.session.cookies.path) == (60, "all", "/blue")
    assert (red.session.lifetime, red.session.cookies.path, red.site.wiki_id) == (60, "/", "rouge")
    assert blue.database.url.endswith("/data/blue.sqlite")


def test_the_address_given_wins_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {"database": {"url": "sqlite:///file"}}
    monkeypatch.setenv("WIKIGATE_DATABASE", "sqlite:///environment")
    assert read_config(tables, Path("data")).wikis["my_wiki"].database.url == "sqlite:///environment"
    given = read_config(tables, Path("data"), database="sqlite:///given")
    assert given.wikis["my_wiki"].database.url == "sqlite:///given"
    monkeypatch.delenv("WIKIGATE_DATABASE")
    assert read_config(tables, Path("data")).wikis["my_wiki"].database.url == "sqlite:///file"
