"""``python -m wikigate``: the same as the command ``wikigate``."""

from wikigate.cli.main import main

main()
