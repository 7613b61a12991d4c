"""What an examination of the server finds; ``wikigate doctor`` prints it, and Special:Health shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and what to do where it is not well."""

    state: Literal["ok", "warning", "fault"]
    what: str
    advice: str = ""
