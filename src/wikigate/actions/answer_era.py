"""Answers in the shape of an old era: what was not said yet is taken out, headers are those of the time (spec legacy §6, §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wikigate.actions.answer import Answerer
from wikigate.actions.era_errors import error_of_era
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.cors import CorsAnswer
    from wikigate.actions.services import Services
    from wikigate.primitives.errors import ApiError
    from wikigate.wire.dialect import Dialect
    from wikigate.wire.http import Response

_LATER_CACHING: Final = frozenset({"Cache-Control", "Expires", "Vary"})
_EPOCH: Final = [
    ("Expires", "Thu, 01 Jan 1970 00:00:01 GMT"),
    ("Cache-Control", "s-maxage=0, must-revalidate, max-age=0"),
]
# The first release that marked blocked browsers.
_BLOCK_COOKIE: Final = (1, 29)


class EraAnswerer(Answerer):
    """Makes responses in one old dialect; shared by all threads."""

    def __init__(self, services: Services, dialect: Dialect) -> None:
        super().__init__(services)
        self._dialect = dialect

    def answer(self, call: Call, cors: CorsAnswer) -> Response:
        """See ``Answerer``."""
        self._reshape(call.result)
        return self._dated(super().answer(call, cors))

    def failure(self, call: Call, error: ApiError, cors: CorsAnswer, echo: dict[str, Any]) -> Response:
        """See ``Answerer``."""
        if call.errors.format == "bc":
            error = error_of_era(error, self._dialect)
        return self._dated(super().failure(call, error, cors, echo))

    def _dated(self, response: Response) -> Response:
        """Send the headers of the time."""
        dialect = self._dialect
        dropped = set()
        if not dialect.nosniff:
            dropped.add("X-Content-Type-Options")
        if not dialect.frame_options:
            dropped.add("X-Frame-Options")
        if not dialect.disposition:
            dropped.add("Content-Disposition")
        if dialect.caching != "today":
            dropped |= _LATER_CACHING
        headers = [header for header in response.headers if header[0] not in dropped]
        if dialect.caching == "epoch":
            headers += _EPOCH
        elif dialect.caching == "private":
            headers.append(("Cache-Control", "private"))
        response.headers = headers
        return response

    def _commit(self, call: Call, response: Response) -> None:
        if call.loaded_session is not None and self._dialect.release < _BLOCK_COOKIE:
            self._services.sessions.commit(call.loaded_session, response)
        else:
            super()._commit(call, response)

    # -- the tree ---------------------------------------------------------------------------------------------------------

    def _reshape(self, tree: Map) -> None:
        dialect = self._dialect
        if not dialect.batchcomplete:
            tree.pop("batchcomplete", None)
        query = tree.get("query")
        if not isinstance(query, dict):
            return
        if isinstance(user := query.get("userinfo"), Map):
            self._reshape_user(user)
        if dialect.general and isinstance(general := query.get("general"), Map):
            query["general"] = Map({name: self._fact(name, general) for name in dialect.general}, bc_bools=())

    @staticmethod
    def _fact(name: str, general: Map) -> Any:
        absent: dict[str, Any] = {"rights": "", "writeapi": True, "rev": 0, "timezone": "UTC", "timeoffset": 0}
        return general.get(name, absent.get(name, ""))

    def _reshape_user(self, user: Map) -> None:
        dialect = self._dialect
        if dialect.text_ids:
            user["id"] = str(user["id"])
        if dialect.text_edit_count and "editcount" in user:
            user["editcount"] = str(user["editcount"])
        if not dialect.implicit_groups and isinstance(groups := user.get("groups"), list):
            implicit = self._services.rights.implicit_groups
            user["groups"] = List((group for group in groups if group not in implicit), "g")
        if dialect.block_details:
            for name in [name for name in user if name.startswith("block") and name not in dialect.block_details]:
                del user[name]
