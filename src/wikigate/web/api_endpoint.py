"""``api.php``: path info is sent away, everything else goes to the dispatcher."""

from __future__ import annotations

from wikigate.actions.answer import Answerer
from wikigate.actions.dispatcher import Dispatcher
from wikigate.actions.services import Services
from wikigate.wire.dialect import Dialect
from wikigate.wire.http import Request, Response


class ApiEndpoint:
    """Answers requests to ``api.php`` of one wiki in one dialect."""

    def __init__(self, services: Services, dialect: Dialect) -> None:
        self._dispatcher = Dispatcher(services, dialect)
        self._answerer = Answerer(services)
        self._random_bytes = services.random_bytes

    def __call__(self, request: Request) -> Response:
        """Answer one request; never raises."""
        if request.path_info:
            return self._answerer.path_info(request.query, self._random_bytes(12).hex())
        return self._dispatcher.handle(request)
