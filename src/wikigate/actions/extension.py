"""A feature as clients look for it: by the name of the MediaWiki extension that brings it (spec framework §10, ``extensions``)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extension:
    """One entry of the list. ``name`` is the extension's (``OATHAuth``); ``type`` one of MediaWiki's kinds."""

    name: str
    version: str = ""
    url: str = ""
    type: str = "other"
