"""What a wiki does not use it does not load: memory of a worker (P13), and the start of every command."""

from __future__ import annotations

import subprocess
import sys

_PLAIN = """
import sys
from wikigate.testing.wiki import TestWiki
with TestWiki() as wiki:
    wiki.create_user("Alice", "correct horse battery")
    wiki.browser().log_in("Alice", "correct horse battery")
print(*sorted({"httpx", "ldap", "PIL", "captcha"} & set(sys.modules)))
"""


def test_p13_a_wiki_without_pictures_directories_and_other_servers_loads_no_library_for_them():
    told = subprocess.run([sys.executable, "-c", _PLAIN], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


def test_the_package_is_a_command_too():
    by_module = subprocess.run([sys.executable, "-m", "wikigate", "--help"], capture_output=True, text=True, check=True)
    assert "bot-password" in by_module.stdout
