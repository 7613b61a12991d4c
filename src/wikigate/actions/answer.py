"""From the result tree to the response: output format, status, headers, cookies (spec framework §5, §7, §8)."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from wikigate.actions.call import Call
from wikigate.actions.cors import CorsAnswer
from wikigate.actions.services import Services
from wikigate.i18n.markup import escape_wikitext
from wikigate.primitives.errors import ApiError, Issue, StoreUnavailable
from wikigate.primitives.message import ListParam, Message, message
from wikigate.primitives.timestamps import http_date
from wikigate.wire.coerce import coerce
from wikigate.wire.formats.base import OutputFormat, PageContext
from wikigate.wire.http import Response
from wikigate.wire.result import Map

_NOSNIFF = ("X-Content-Type-Options", "nosniff")
_PRIVATE = ("Cache-Control", "private, must-revalidate, max-age=0")
_SUPPRESSED = ("MediaWiki-Login-Suppressed", "true")
_NO_LATER = ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT")
_PAGE_CACHING = (("Vary", "Accept-Encoding, Cookie"), _NO_LATER)
# What may stand behind ``http_status``: MediaWiki sends no status that is not in its own table (spec framework §7).
_STATUSES = frozenset(status.value for status in HTTPStatus) - {HTTPStatus.IM_A_TEAPOT}
_UNKEPT = (_NO_LATER, ("Cache-Control", "private, max-age=0, s-maxage=0"))
_PATH_INFO_TEXT = b'api.php takes no path behind its name. Leave out what stands between "api.php" and "?".'


class Answerer:
    """Makes responses for one wiki; shared by all threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._registry = services.registry
        frame = services.api.frame_options
        self._frame: tuple[tuple[str, str], ...] = (("X-Frame-Options", frame),) if frame else ()
        self._api_url = f"{services.site.server}{services.site.script_path}/api.php"
        self._no_page = PageContext("", self._api_url, "", None, 200, text=lambda msg: msg.key)

    def answer(self, call: Call, cors: CorsAnswer) -> Response:
        """Make the response of a call that succeeded. Raises ``ApiError`` when the output format's own parameters are wrong."""
        output = self._registry.formats[call.main["format"]]
        if call.raw_body is None:
            self._warn_of_unused(call, output)
            if call.request.header("if-none-match") == "*" and call.request.method in {"GET", "HEAD"}:
                response = Response(304, [_NOSNIFF, _PRIVATE, ("X-Request-Id", call.request_id)])
                self._commit(call, response)
                return response
        # A module that prints itself does not mind what the format is told.
        options = (
            coerce(self._registry.param_set(output.name), call.form, call.coercion) if call.raw_body is None else {}
        )
        response = Response(200, self._headers(call, cors))
        if call.raw_body is None:
            for issue in output.warnings(options):
                call.warn(issue, output.name)
            response.headers += self._frame
            response.headers += _description(output.content_type(options), output.filename(options))
            page = self._page(call, output, 200) if output.is_html else self._no_page
            response.body = output.render(call.result, options, page)
        else:
            mime, name, response.body = call.raw_body
            response.headers += [
                ("Content-Type", mime), *self._frame, ("Content-Disposition", f"inline; filename={name}"),
                ("Content-Language", self._services.site.language), *_PAGE_CACHING,
            ]  # fmt: skip
        is_page = output.is_html and call.raw_body is None and _is_page(output, options)
        if is_page:
            response.headers.append(("Content-Language", self._services.site.language))
        response.headers += self._cache_headers(call, cors, is_page=is_page)
        response.headers.append(("X-Request-Id", call.request_id))
        self._commit(call, response)
        if call.cache == "public":
            _keep_cookies_private(response)
        return response

    def failure(self, call: Call, error: ApiError, cors: CorsAnswer, echo: dict[str, Any]) -> Response:
        """Make the response of a call that failed, in the format asked for, with the format's defaults if its parameters fail too.

        Warnings and errors that did not end the call are kept, and what ended it stands first, with the warnings found together with it
        before it; ``echo`` is what the caller wants to find again.
        """
        before = call.result
        tree = call.result = Map((name, before[name]) for name in ("warnings", "errors") if name in before)
        module = call.path if error.module is None else error.module
        for issue in error.issues:
            call.errors.add_error(tree, module, issue)
        for warning in error.warnings:
            call.errors.add_warning(tree, module, warning)
        if not error.issues[0].code.startswith("internal_api_error_"):
            call.errors.finish_error(tree, message("api-usage-docref", self._api_url))
        tree.update(echo)
        if self._services.api.show_host_names:
            tree["servedby"] = self._services.api.host_name
        output = self._wanted_format(call)
        options = self._error_options(call, output)
        for issue in output.warnings(options):
            call.warn(issue, output.name)
        codes = list(dict.fromkeys(issue.code for issue in error.issues))
        status = error.http_status if error.http_status in _STATUSES else 200
        response = Response(200 if output.is_html else status, self._headers(call, cors))
        response.headers += [*error.headers, ("MediaWiki-API-Error", ", ".join(codes)), *self._frame]
        response.headers += _description(output.content_type(options), output.filename(options))
        response.body = output.render(tree, options, self._page(call, output, status))
        if _is_page(output, options):
            response.headers += [("Content-Language", self._services.site.language), *_PAGE_CACHING]
        response.headers += [_PRIVATE, ("X-Request-Id", call.request_id)]
        self._commit_after_failure(call, error, response)
        return response

    def preflight(self, call: Call, cors: CorsAnswer) -> Response:
        """Answer OPTIONS: nothing is executed (spec framework §1 step 5)."""
        headers = [
            *self._headers(call, cors),
            ("Content-Type", "text/html; charset=UTF-8"),
            ("X-Request-Id", call.request_id),
        ]
        return Response(200, headers)

    @staticmethod
    def cors_refusal(call: Call) -> Response:
        """Answer a request whose ``origin`` parameter its ``Origin`` header does not bear out."""
        headers = [
            _NOSNIFF,
            ("Cache-Control", "no-cache"),
            *(() if call.same_origin else (_SUPPRESSED,)),
            ("Content-Type", "text/html; charset=UTF-8"),
            ("X-Request-Id", call.request_id),
        ]
        return Response(403, headers, b"'origin' parameter does not match Origin header\n")

    def path_info(self, query: str, request_id: str) -> Response:
        """Send a caller with path info back to the endpoint itself."""
        location = self._api_url + (f"?{query}" if query else "")
        headers = [
            _NOSNIFF,
            ("Location", location),
            ("Content-Type", "text/html; charset=UTF-8"),
            ("X-Request-Id", request_id),
        ]
        return Response(301, headers, _PATH_INFO_TEXT)

    # ---------------------------------------------------------------------------------------------------------------------

    def _commit_after_failure(self, call: Call, error: ApiError, response: Response) -> None:
        """Send the session's cookies with an error too, but touch nothing when the database is the trouble (spec security D-1)."""
        if error.issues[0].code == "dbunavailable":
            return
        try:
            if call.loaded_session is None and call.same_origin and call.request.headers.get("cookie") is not None:
                _ = call.session
            self._commit(call, response)
        except (StoreUnavailable, ApiError):
            # The database is away, or two kinds of login at once are what this answer is about.
            return

    def _error_options(self, call: Call, output: OutputFormat) -> dict[str, Any]:
        """Return how an error is to be printed: as the caller wants, or the format's own way where that is no way at all."""
        params = self._registry.param_set(output.name)
        try:
            return coerce(params, call.form, call.coercion)
        except ApiError as wrong:
            call.warn(Issue(Message("apiwarn-errorprinterfailed"), "errorprinterfailed"), "main")
            for issue in wrong.issues:
                call.warn(issue, call.printer or output.name)
            options = params.defaults()
            if "wrappedhtml" in options:
                # Whether the page is wrapped is read for itself: that still holds (measured).
                options["wrappedhtml"] = call.form.text("wrappedhtml") is not None
            return options

    def _wanted_format(self, call: Call) -> OutputFormat:
        formats = self._registry.formats
        name = call.main.get("format") or (call.form.text("format") if "format" in call.form else None)
        return formats.get(name or call.dialect.default_format) or formats["jsonfm"]

    def _commit(self, call: Call, response: Response) -> None:
        if call.loaded_session is None:
            return
        self._services.sessions.commit(call.loaded_session, response)
        cookie = self._services.block_cookie
        if call.known_user is not None or (call.cache == "private" and cookie.is_in(call.request)):
            cookie.write(call.user, call.request, response, call.now)

    def _warn_of_unused(self, call: Call, output: OutputFormat) -> None:
        unused = call.form.unused()
        if not unused:
            return
        excused = self._registry.param_set(output.name).names
        names = [
            name
            for name in unused
            if name not in excused and not (name == "_" and "callback" in excused and "callback" in call.form)
        ]
        if names:
            shown = ListParam(tuple(map(escape_wikitext, names)), "comma")
            call.warn(Issue(message("apierror-unrecognizedparams", shown, len(names)), "unrecognizedparams"), "main")

    def _headers(self, call: Call, cors: CorsAnswer) -> list[tuple[str, str]]:
        headers = [_NOSNIFF]
        if not call.same_origin:
            headers.append(_SUPPRESSED)
        headers += cors.headers
        headers += call.headers
        return headers

    def _page(self, call: Call, output: OutputFormat, status: int) -> PageContext:
        """Describe the page around an answer; only formats that make one look at it."""
        if not output.is_html:
            return self._no_page
        return PageContext(
            site_name=self._services.site.site_name,
            api_url=self._api_url,
            language=call.language,
            query=call.request.query if call.request.method != "POST" else None,
            status=status,
            text=lambda msg: self._services.catalog.html(msg, call.language),
            milliseconds=round((self._services.clock.now() - call.now) * 1000),
            styles=self._services.styles,
        )

    def _cache_headers(self, call: Call, cors: CorsAnswer, *, is_page: bool) -> list[tuple[str, str]]:
        """Say how long an answer may be kept, and by whom (spec framework §8.4)."""
        module = call.module
        if module is None or module.write:
            return [*_PAGE_CACHING, _PRIVATE] if is_page else [_PRIVATE]
        browser, shared = call.main["maxage"], call.main["smaxage"]
        if call.cache != "public" or not self._services.rights.everyone_can("read"):
            caching = ("Cache-Control", f"private, must-revalidate, max-age={browser}") if browser else _PRIVATE
            return [*_PAGE_CACHING, caching] if is_page else [caching]
        vary = ["Accept-Encoding", *(["Origin"] if cors.names_origin else []), "Treat-as-Untrusted", "Cookie"]
        headers = [("Vary", ", ".join(vary))]
        no_later = [_NO_LATER] if is_page else []
        if not browser and not shared:
            return [*headers, *no_later, _PRIVATE]
        if call.loaded_session is not None and call.loaded_session.persisted:
            return [*headers, *no_later, ("Cache-Control", f"private, must-revalidate, max-age={browser}")]
        # An answer that one of the two may not keep has expired for both, a second after the epoch as MediaWiki writes it.
        expires = http_date(call.now + min(browser, shared) if browser and shared else 1)
        return [*headers, ("Expires", expires), ("Cache-Control", f"s-maxage={shared}, max-age={browser}, public")]


@lru_cache(maxsize=32)
def _description(content_type: str, filename: str) -> tuple[tuple[str, str], ...]:
    return ("Content-Type", content_type), ("Content-Disposition", f"inline; filename={filename}")


def _keep_cookies_private(response: Response) -> None:
    """Let no cache keep for others an answer that sets or deletes a cookie (measured; MediaWiki's T127993)."""
    names = {name for name, _ in response.headers}
    if {"Set-Cookie", "Expires"} <= names:
        response.headers = [header for header in response.headers if header[0] not in {"Expires", "Cache-Control"}]
        response.headers += _UNKEPT


def _is_page(output: OutputFormat, options: dict[str, Any]) -> bool:
    """Whether the answer is a page to look at; ``wrappedhtml`` puts one into JSON, which is none."""
    return output.is_html and output.content_type(options).startswith("text/html")
