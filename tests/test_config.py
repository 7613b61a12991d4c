"""The configuration is strict everywhere, and what it refuses it names."""

import os
from pathlib import Path
from typing import Any

import pytest

from wikigate.config import Config, load_config, read_config
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
        ({"server": {"port": 65536}}, "[server]: “port” is 0 to 65535"),
        ({"server": {"workers": 0}}, "[server]: “workers” and “threads” are 1 or more"),
        ({"server": {"trusted_proxies": ["10.0.0.0/33"]}}, "“10.0.0.0/33” is neither an address nor a range"),
        ({"accounts": {"private": 1}}, "the value of “accounts.private” is wrong"),
        ({"passwords": {"profile": "md5"}}, "the value of “passwords.profile” is wrong: it may be “"),
        ({"mail": {"security": "ssl"}}, "“mail.security” is wrong: it may be “starttls”, “tls”, “none”."),
        ({"mail": {"server": "mail.example.org:25"}}, "[mail]: “server” is a host name or address alone"),
        ({"site": {"server": "wiki.example.org"}}, "[site]: “server” is scheme, host and port"),
        ({"site": {"server": "https://wiki.example.org/"}}, "[site]: “server” is scheme, host and port"),
        ({"site": {"script_path": "w"}}, "[site]: “script_path” begins with a slash"),
        ({"site": {"script_path": "/w/"}}, "[site]: “script_path” begins with a slash"),
        ({"site": {"article_path": "/wiki/"}}, "[site]: “article_path” begins with a slash and holds $1"),
        ({"site": {"main_page": " "}}, "[site]: “main_page” is a title"),
        ({"site": {"language": "English"}}, "[site]: “language” is a language code"),
        ({"host": "https://wiki.example.org"}, "“host” is a host name alone"),
        ({"accounts": {"groups": [{"name": ""}]}}, "[accounts.groups]: “name” is the name of a group"),
        ({"wikis": {"red": {"sight": {}}}}, "unknown key “sight” at [wikis.red]; did you mean “site”?"),
        ({"wikis": {"red": {"server": {}}}}, "unknown key “server” at [wikis.red]"),
        ({"session": {"lifetime": 1}}, "[session]: “lifetime” must be 10 seconds or more"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tables: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tables)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "site",
    [
        {"server": "http://[::1]:8080", "script_path": ""},
        {"server": "https://xn--bcher-kva.example", "article_path": "/w/index.php?title=$1"},
        {"language": "zh-hans"},
        {"language": "be-x-old"},
    ],
)
def test_what_a_wiki_may_be_is_taken(site: dict[str, Any]) -> None:
    assert read({"site": site}).wikis["my_wiki"].site


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


def test_an_unknown_key_is_told_with_its_neighbours() -> None:
    with pytest.raises(ConfigError) as refused:
        read({"server": {"prot": 80}})
    assert str(refused.value) == (
        "wikigate.toml: unknown key “prot” at [server]; did you mean “port”? Known keys: host, port, threads, trusted_proxies, workers."
    )


def test_a_key_like_no_other_is_told_without_a_guess() -> None:
    with pytest.raises(ConfigError, match=r"unknown key “zzz” at \[server\]; Known keys: host"):
        read({"server": {"zzz": 1}})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[site\n", "is not TOML: "),
        (b"[site]\n[site]\n", "is not TOML: "),
        (b'[site]\nsite_name = "\xff"\n', "is not TOML: it is not written in UTF-8."),
    ],
    ids=["syntax", "twice", "encoding"],
)
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "wikigate.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load_config(file, tmp_path)
    assert str(refused.value).startswith(f"The configuration file {file} {said}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"There is no configuration file .*/none\.toml; give --config a file that exists"
    ):
        load_config(tmp_path / "none.toml", tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder stands for it: whoever runs this may be allowed to read every file."""
    with pytest.raises(ConfigError, match=rf"The configuration file {tmp_path} cannot be read \({os.strerror(21)}\)"):
        load_config(tmp_path, tmp_path)


def test_without_a_file_there_is_one_wiki_in_the_data_folder(tmp_path: Path) -> None:
    config = load_config(None, tmp_path)
    assert list(config.wikis) == ["my_wiki"]
    assert config.wikis["my_wiki"].database.url == f"sqlite:///{tmp_path}/wikigate.sqlite"
    assert (config.server.host, config.server.port, config.server.workers) == ("127.0.0.1", 8080, 1)


def test_arrays_of_tables_become_settings(tmp_path: Path) -> None:
    file = tmp_path / "wikigate.toml"
    file.write_text(
        "[[accounts.groups]]\nname = 'reader'\nrights = ['read']\n\n[[accounts.groups]]\nname = 'user'\nwithout = ['edit']\n\n"
        "[[auth.throttle.conditions]]\ncount = 3\nseconds = 60\nall_ips = true\n"
    )
    wiki = load_config(file, tmp_path).wikis["my_wiki"]
    assert [(group.name, group.rights, group.without) for group in wiki.accounts.groups] == [
        ("reader", ("read",), ()),
        ("user", (), ("edit",)),
    ]
    assert [(c.count, c.seconds, c.all_ips) for c in wiki.auth.throttle.conditions] == [(3, 60, True)]


def test_two_wikis_of_one_id_are_refused(tmp_path: Path) -> None:
    tables = {"site": {"wiki_id": "same"}, "wikis": {"one": {}, "two": {}}}
    with pytest.raises(ConfigError, match=r"two wikis have the “site\.wiki_id” “same”"):
        read_config(tables, tmp_path)
