"""Captchas: the check that asks for one, the kinds there are, one a file, and the counters that make one necessary."""
