"""Recorded conversations with a real MediaWiki, played against Wikigate."""
