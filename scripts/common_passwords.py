# ruff: noqa: INP001, T201
"""Makes ``src/wikigate/accounts/common_passwords.bin`` of the list of common passwords that MediaWiki uses.

Usage: ``python scripts/common_passwords.py .cache/mediawiki/usr/share/mediawiki/vendor/wikimedia/common-passwords/src/common.php``
(``scripts/mediawiki.sh`` brings that file). The list is the 100,000 most used passwords of SecLists
(``10_million_password_list_top_100000.txt``); both it and the package that holds it are under the MIT licence. Only fingerprints are kept.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from wikigate.accounts.common_passwords import fingerprint_of

OUT = Path(__file__).parents[1] / "src/wikigate/accounts/common_passwords.bin"
_LINE = re.compile(rb"^'((?:[^'\\]|\\.)*)' => 1,$", re.MULTILINE)


def main() -> None:
    """Read the list and write the fingerprints in order."""
    found = _LINE.findall(Path(sys.argv[1]).read_bytes())
    passwords = (re.sub(rb"\\([\\'])", rb"\1", text).decode("utf-8") for text in found)
    OUT.write_bytes(b"".join(sorted({fingerprint_of(password) for password in passwords})))
    print(f"{len(found)} passwords, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
