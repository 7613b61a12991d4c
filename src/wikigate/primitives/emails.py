"""E-mail addresses as MediaWiki takes them: what HTML calls a valid one (HTML, "valid e-mail address"), in ASCII."""

from __future__ import annotations

import re
from typing import Final

_EMAIL: Final = re.compile(r"[\w!#$%&'*+\-/=?^`{|}~.]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*", re.IGNORECASE | re.ASCII)
_LONGEST: Final = 254  # RFC 5321 §4.5.3.1.3


def is_email(text: str) -> bool:
    """Whether a text can be an e-mail address; no header or command can be smuggled in such a one."""
    return len(text) <= _LONGEST and _EMAIL.fullmatch(text) is not None
