"""The accounts that the benchmark logs in with: main password and bot password each, in a data folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wikigate.accounts.user import Account
from wikigate.app import Wiki, open_wiki
from wikigate.config import load_config

# The hash is MediaWiki's own, so that what is compared is everything else. Throttles stay on: each conversation comes from an address of
# its own, believed from the load generator; what all addresses together may do with one name is raised, since a flood is part of the plan.
CONFIGURATION = """
[server]
trusted_proxies = ["127.0.0.1"]

[passwords]
profile = "mediawiki"

[auth.throttle]
per_name = 0

[session]
max_per_account = 0

[auth]
verified_bot_passwords = {verified}
"""


def prepare_wikigate(
    data: Path, count: int, *, verified: int = 0, database: Path | None = None
) -> list[dict[str, Any]]:
    """Write a configuration and make accounts; ``verified`` is the number of bot passwords that need no hash again.

    ``database`` is a real MediaWiki's SQLite file: the accounts are then written into that, and are its own.
    """
    data.mkdir(parents=True, exist_ok=True)
    file = data / "wikigate.toml"
    file.write_text(CONFIGURATION.format(verified=verified))
    config = load_config(file, data, database=f"sqlite:///{database}" if database else "")
    wiki = open_wiki(config, next(iter(config.wikis)))
    try:
        users = []
        for number in range(count):
            password = f"bench password {number} of many"
            account = wiki.registration.create(f"Bench{number}", password)
            bot = wiki.registration.create_bot_password(account, "bench", grants=["highvolume", "editpage"])
            users.append(
                {
                    "name": account.name,
                    "password": password,
                    "bot_name": bot.login,
                    "bot_password": bot.password,
                    "bearer": _bearer(wiki, account),
                }
            )
        return users
    finally:
        wiki.close()


def _bearer(wiki: Wiki, account: Account) -> str:
    if wiki.oauth is None:  # a wiki's own database without OAuth
        return ""
    made = wiki.oauth.registration.create_owner_only(
        account, "bench", oauth_version=2, grants=["highvolume", "editpage"]
    )
    return made.access_token
