"""Stored passwords: MediaWiki's column formats, one family a file, and the scheme that chooses among them."""
