"""Bytes to values and back, exactly as MediaWiki and PHP have it; knows nothing of users or databases."""
