"""Second factors: the provider that asks for one, and the kinds of code that answer it, one a file."""
