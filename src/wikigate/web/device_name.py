"""What a ``User-Agent`` says in two words: “Firefox, Linux”. For people who look where they are logged in; nothing may depend on it."""

from __future__ import annotations

import re
from typing import Final

# The order matters: most browsers name those that they want to be taken for as well.
_PROGRAMS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi", "Vivaldi"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chromium", "Chromium"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)  # fmt: skip
_FIRST: Final = re.compile(r"[^\s/(;]+")
_LONGEST: Final = 40


def device_name(agent: str) -> str:
    """Return program and system; of a program that is no browser the name that it gives itself; empty for nothing."""
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    program = next((name for mark, name in _PROGRAMS if mark in agent), "")
    if not program and (found := _FIRST.match(agent)) is not None:
        program = found[0][:_LONGEST]
    return ", ".join(word for word in (program, system) if word)
