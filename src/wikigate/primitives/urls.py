"""Addresses of the web (RFC 3986)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit, urlunsplit


def with_query(url: str, fields: Mapping[str, str]) -> str:
    """Add fields to a URL's query, before its fragment."""
    parts = urlsplit(url)
    added = urlencode(fields, quote_via=quote)
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))
