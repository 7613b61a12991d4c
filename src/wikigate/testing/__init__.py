"""Tools for tests: a wiki in this process, recorded conversations, contract suites for plug-ins."""
