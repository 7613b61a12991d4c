"""Authentication providers, one a file; they never import one another."""
