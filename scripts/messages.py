"""Puts the message catalogues in order: keys sorted, those that English no longer has dropped, those that a language lacks listed.

usage: python scripts/messages.py     exit status 1 where a language lacks a text
"""

# ruff: noqa: INP001  a script of its own

from __future__ import annotations

import json
import sys
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "src" / "wikigate" / "i18n" / "messages"


def main() -> int:
    """Rewrite every catalogue; return the exit status."""
    english: dict[str, str] = json.loads((_FOLDER / "en.json").read_text("utf-8"))
    lacking = False
    for file in sorted(_FOLDER.glob("*.json")):
        texts: dict[str, str] = json.loads(file.read_text("utf-8"))
        kept = {key: texts[key] for key in sorted(texts) if key in english}
        file.write_text(json.dumps(kept, ensure_ascii=False, indent="\t") + "\n", "utf-8")
        for key in sorted(set(english) - set(kept)):
            lacking = True
            sys.stdout.write(f"{file.stem}\t{key}\t{english[key]!r}\n")
    return int(lacking)


if __name__ == "__main__":
    sys.exit(main())
