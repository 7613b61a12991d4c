"""What mail consists of, made and joined: the post that keeps letters, and the sender that carries them. A part of ``app.py``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wikigate.accounts.mail_sender import MailSender
from wikigate.accounts.post import Post
from wikigate.outbound.smtp import Carrier, SmtpCarrier
from wikigate.primitives.emails import is_email
from wikigate.primitives.errors import ConfigError
from wikigate.primitives.seal import Seal
from wikigate.store.outbox import OutboxRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from wikigate.config import WikiSettings
    from wikigate.i18n.catalog import Catalog
    from wikigate.outbound.settings import MailSettings
    from wikigate.primitives.clock import Clock
    from wikigate.primitives.ids import RandomBytes
    from wikigate.primitives.secrets import KeyRing
    from wikigate.store.engine import Database


def open_post(
    settings: WikiSettings,
    keys: KeyRing,
    database: Database,
    catalog: Catalog,
    *,
    clock: Clock,
    random_bytes: RandomBytes,
    chosen: Callable[[int], str | None],
) -> Post:
    """Make what writes letters to users; ``chosen`` tells the language of an account that has chosen one."""
    site = settings.site
    return Post(
        OutboxRows(database),
        Seal(keys.derive("outbox"), random_bytes),
        clock,
        catalog,
        language=site.language,
        chosen=chosen,
        index=f"{site.server}{site.script_path}/index.php",
        enabled=settings.mail.enabled,
    )


def open_mail_sender(
    settings: WikiSettings, post: Post, carrier: Carrier | None, clock: Clock, random_bytes: RandomBytes
) -> MailSender | None:
    """Make what sends them; none where there is no mail server. Raises ``ConfigError``."""
    mail = settings.mail
    if not mail.enabled or not (carrier or mail.server):
        return None
    sender = mail.sender or f"wikigate@{urlsplit(settings.site.server).hostname or 'localhost'}"
    if not is_email(sender):
        raise ConfigError(f"“{sender}” is no address to send mails from; set mail.sender.")
    return MailSender(
        post,
        carrier or _carrier(mail),
        clock,
        random_bytes,
        sender=sender,
        sender_name=settings.site.site_name,
        retry_for=mail.retry_for,
        keep=mail.keep,
    )


def _carrier(mail: MailSettings) -> SmtpCarrier:
    """Make the way to the mail server; its password is the environment's or a file's. Raises ``ConfigError``."""
    password = os.environ.get("WIKIGATE_SMTP_PASSWORD", "")
    try:
        if mail.password_file and not password:
            password = Path(mail.password_file).read_text("utf-8").partition("\n")[0].rstrip("\r")
        return SmtpCarrier(mail, password)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"mail.password_file or mail.ca_file cannot be read ({type(error).__name__}); give a file that may be read."
        ) from error
