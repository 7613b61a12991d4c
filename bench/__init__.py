"""How fast Wikigate is: ratios against the same work without it, never absolute figures."""
