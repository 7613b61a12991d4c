"""Wikigate beside a real MediaWiki 1.43: the same conversations, the same database."""
