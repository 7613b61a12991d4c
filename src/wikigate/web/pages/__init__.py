"""The special pages, one a file."""
