"""API modules, one a file, and the one straight way that a call takes through them."""
