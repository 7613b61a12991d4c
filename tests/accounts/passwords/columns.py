"""What the password tests share: columns recorded from the real MediaWiki, and recipes that cost nothing."""

import json
from pathlib import Path

from wikigate.accounts.passwords.argon2 import Argon2Recipe
from wikigate.accounts.passwords.encrypted import EncryptedRecipe
from wikigate.accounts.passwords.pbkdf2 import Pbkdf2Recipe
from wikigate.accounts.passwords.settings import EncryptionSettings

RECORDED = json.loads((Path(__file__).parent / "stored_columns.json").read_text(encoding="utf-8"))
ENCRYPTIONS = {
    name: EncryptionSettings(made["type"], tuple(made["secrets"]), made["cipher"])
    for name, made in RECORDED["encryption"].items()
}
CHEAP_RECIPES = {
    "pbkdf2-sha512": Pbkdf2Recipe("sha512", 2, 64),
    "pbkdf2-sha256": Pbkdf2Recipe("sha256", 1, 128),
    "argon2id": Argon2Recipe(memory=8, passes=1, lanes=1),
    "argon2i": Argon2Recipe(memory=16, passes=1, lanes=2, variant="argon2i"),
    "encrypted-cbc": EncryptedRecipe(ENCRYPTIONS["secure"], "aes-256-cbc", 1, Pbkdf2Recipe("sha512", 2, 64)),
    "encrypted-ctr": EncryptedRecipe(ENCRYPTIONS["wrapped"], "aes-128-ctr", 0, Argon2Recipe(8, 1, 1)),
}
