"""Rows in MediaWiki's own tables, and in ours beside them; no rule of who may do what."""
