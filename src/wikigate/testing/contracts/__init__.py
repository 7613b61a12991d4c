"""Suites that hold an implementation to its contract; subclass one, give it the implementation, run it with pytest."""
