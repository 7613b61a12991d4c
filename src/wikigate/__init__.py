"""Wikigate: the login side of the MediaWiki Action API as a service of its own."""
