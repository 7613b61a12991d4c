"""The servers that Wikigate is measured against."""
