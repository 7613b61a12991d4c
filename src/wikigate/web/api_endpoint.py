"""``api.php``: path info is sent away, everything else goes to the dispatcher."""

from __future__ import annotations

from typing import Final

from wikigate.actions.answer import Answerer
from wikigate.actions.dispatcher import Dispatcher
from wikigate.actions.request_id import request_id
from wikigate.actions.services import Services
from wikigate.primitives.addresses import Networks
from wikigate.wire.dialect import Dialect
from wikigate.wire.http import Request, Response

_NOT_FROM_HERE: Final = b"This dialect of the API is not offered to your address.\n"


class ApiEndpoint:
    """Answers requests to ``api.php`` of one wiki in one dialect; ``only_from``: the addresses that are answered, None: all."""

    def __init__(self, services: Services, dialect: Dialect, *, only_from: Networks | None = None) -> None:
        self._only_from = only_from
        self._dispatcher = Dispatcher(services, dialect)
        self._answerer = Answerer(services)
        self._services = services

    def __call__(self, request: Request) -> Response:
        """Answer one request; never raises."""
        if self._only_from is not None and request.address not in self._only_from:
            return Response(403, [("Content-Type", "text/plain; charset=utf-8")], _NOT_FROM_HERE)
        if request.path_info:
            return self._answerer.path_info(request.query, request_id(self._services, request))
        return self._dispatcher.handle(request)
