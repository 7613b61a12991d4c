"""What was typed on a page, on its way round a login: whoever must log in first finds it again when he comes back.

It travels in the address of the page that is led back to (``kept``), sealed, so that no log shows it and nobody can make up what a page
fills in. A page names the fields that are kept; passwords, codes and keys are never among them. Opened on the same page alone and
for a day. Nothing is done by coming back: the form is shown filled in, and its sender looks at it and sends it once more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.primitives.seal import Seal
    from wikigate.web.visit import Visit

NAME: Final = "kept"
_COMES_BACK: Final = Message("wikigate-form-kept")
_EMPTY: Final = Message("wikigate-form-sent-away")
_MOST: Final = 2000
"""Characters of a form that are kept: what fits into an address everywhere."""
_SECONDS: Final = 24 * 3600


class KeptForms:
    """Seals and opens them, for one wiki; shared by all threads."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def keep(self, visit: Visit, names: Iterable[str]) -> str:
        """Return what a posted form holds under the names; one that ends in ``-`` stands for all that begin so.

        One that ends in ``[]`` may have several values.
        """
        wanted = tuple(names)
        fields = {
            name: visit.text(name)
            for name in visit.form.body
            if name in wanted or any(one.endswith("-") and name.startswith(one) for one in wanted)
        }
        lists = {name: visit.texts(name) for name in wanted if name.endswith("[]")}
        text = json.dumps([int(visit.now), fields, lists], ensure_ascii=False, separators=(",", ":"))
        if len(text) > _MOST:
            text = json.dumps([int(visit.now), {}, {}])
        return self._seal.close(text, _context(visit))

    def give_back(self, visit: Visit) -> None:
        """Put what was kept into the visit's form, and say above the page why it is there; what does not open is left alone."""
        sealed = visit.form.text(NAME)
        if not sealed:
            return
        try:
            moment, fields, lists = json.loads(self._seal.open(sealed, _context(visit)))
        except ValueError:
            return
        if visit.now - moment > _SECONDS:
            return
        visit.form.body.update(fields)
        visit.kept_lists = lists
        visit.typed_before = bool(fields)
        visit.notice = _COMES_BACK if fields else _EMPTY


def _context(visit: Visit) -> str:
    return f"kept form of {visit.special}"
