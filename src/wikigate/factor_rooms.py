"""How second factors lie in their rows, and security keys, made by the configuration. A part of ``app.py``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wikigate.accounts.factor_form import FactorForm, SealedForm, WikiForm
from wikigate.accounts.secretbox import SecretBox
from wikigate.accounts.security_keys import SecurityKeys, relying_party
from wikigate.primitives.errors import ConfigError
from wikigate.primitives.seal import Seal

if TYPE_CHECKING:
    from wikigate.accounts.factors import Factors
    from wikigate.config import WikiSettings
    from wikigate.primitives.ids import RandomBytes
    from wikigate.primitives.secrets import KeyRing
    from wikigate.store.engine import Database


def factor_form(keys: KeyRing, database: Database, random_bytes: RandomBytes, *, shared: bool) -> FactorForm:
    """Choose how second factors lie in their rows. Raises ``ConfigError`` where a wiki's key for them is none."""
    if not shared:
        return SealedForm(Seal(keys.derive("second factors"), random_bytes))
    secret = os.environ.get("WIKIGATE_OATH_SECRET_KEY", "").strip()
    try:
        box = SecretBox(secret) if secret else None
    except ValueError as error:
        raise ConfigError(f"WIKIGATE_OATH_SECRET_KEY is not the wiki's $wgOATHSecretKey: {error}.") from error
    return WikiForm(random_bytes, box, separate=database.has_table(database.tables.oathauth_user_handles.name))


def open_security_keys(settings: WikiSettings, factors: Factors, random_bytes: RandomBytes) -> SecurityKeys | None:
    """Make the security keys; none on a wiki that does not know its own address."""
    party = relying_party(settings.site.server, settings.site.site_name)
    return SecurityKeys(factors, party, random_bytes) if party else None
