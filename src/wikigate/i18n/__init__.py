"""Message keys to texts: catalogues in MediaWiki's format, our own words, and their rendering."""
