"""``serve --demo``: an account and a bot password to try, made at the first start and kept in the data folder.

The passwords are random, shown at every start, and stand in ``demo.json`` in the data folder, readable by its owner alone: this is a wiki
to play with, and ``serve`` without ``--demo`` never makes or shows an account.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urljoin

from wikigate.accounts.hashing import InlineHasher
from wikigate.accounts.registration import AccountRefused
from wikigate.app import open_wiki
from wikigate.config import Config
from wikigate.primitives.errors import ConfigError
from wikigate.primitives.ids import random_id
from wikigate.wire.dialect import Dialect

NAME = "Demo"
APP = "first-bot"


@dataclass(frozen=True, slots=True)
class Demo:
    """The account to try; ``repr`` keeps the passwords to itself."""

    username: str
    password: str
    bot_username: str
    bot_password: str

    def __repr__(self) -> str:
        return f"<Demo {self.username}>"

    def text(self, url: str, dialect: Dialect) -> str:
        """Tell a newcomer what to do first, in the dialect that is spoken at ``url``."""
        requests = _REQUESTS[dialect.login_token].format(name=self.bot_username, password=self.bot_password)
        return f"""
  account       {self.username}
  password      {self.password}
  bot password  {self.bot_username}  {self.bot_password}

Try it (bash): a login as a bot does it, in {"two" if dialect.is_tokenless else "three"} requests

  API={url}
{requests}

Or open {urljoin(url, "/")} in a browser: its pages, the documentation of the API, and a sandbox.

Stop the server with Ctrl+C.
"""


# By how a dialect guards a login. A token of today ends in ``+\\``; ``sed`` leaves that end away.
_WHO: Final = """\
  curl -s -b jar "$API?action=query&meta=userinfo&uiprop=groups|rights&format=json\""""
_REQUESTS: Final[Mapping[str, str]] = {
    "today": """\
  TOKEN=$(curl -s -c jar "$API?action=query&meta=tokens&type=login&format=json" | sed 's/.*token":"\\([^"\\\\]*\\).*/\\1/')
  curl -s -b jar -c jar "$API" -d action=login -d format=json -d lgname={name} \\
       -d lgpassword={password} --data-urlencode "lgtoken=$TOKEN\\\\"
"""
    + _WHO,
    "handshake": """\
  LOGIN="-d action=login -d format=json -d lgname={name} -d lgpassword={password}"
  TOKEN=$(curl -s -c jar "$API" $LOGIN | sed 's/.*"token":"\\([0-9a-f]*\\)".*/\\1/')
  curl -s -b jar -c jar "$API" $LOGIN -d lgtoken=$TOKEN
"""
    + _WHO,
    "none": """\
  curl -s -c jar "$API" -d action=login -d format=json -d lgname={name} -d lgpassword={password}
"""
    + _WHO,
}


def prepare_demo(config: Config) -> Demo:
    """Make the demo account and its bot password in the first wiki, or read what an earlier start made. Raises ``ConfigError``."""
    file = config.data / "demo.json"
    if file.exists():
        try:
            return Demo(**json.loads(file.read_text()))
        except (OSError, ValueError, TypeError):
            raise ConfigError(
                f"{file} cannot be read as what --demo wrote; leave --demo out, or give --data a new folder."
            ) from None
    wiki = open_wiki(config, next(iter(config.wikis)), hasher=InlineHasher())
    try:
        password = random_id(wiki.services.random_bytes)
        try:
            account = wiki.registration.create(NAME, password, groups=("sysop", "bureaucrat"))
        except AccountRefused as refusal:
            raise ConfigError(
                f"The account “{NAME}” cannot be made ({refusal}) and {file} is missing; leave --demo out, or give --data a new folder."
            ) from refusal
        grants = tuple(grant.name for grant in wiki.services.rights.grants if grant.name != "basic")
        bot = wiki.services.bot_passwords.create(account, APP, grants=grants)
        demo = Demo(account.name, password, f"{account.name}@{APP}", bot.password)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(asdict(demo), out)
    finally:
        wiki.close()
    return demo
