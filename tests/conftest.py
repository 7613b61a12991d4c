"""What holds for every test: no time limit for an example of hypothesis, since a busy machine makes any example slow."""

from hypothesis import settings

settings.register_profile("wikigate", deadline=None)
settings.load_profile("wikigate")
