"""What holds for every test."""

from hypothesis import settings

# How long an example takes says something of the machine's other work, nothing of the program.
settings.register_profile("wikigate", deadline=None)
settings.load_profile("wikigate")
