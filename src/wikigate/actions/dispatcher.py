"""The one straight way of an API call: MediaWiki's checks in MediaWiki's order, one a line, then the module, then the answer.

The order decides which error a caller sees (spec framework §1, core §1); ``_steps`` is that list and nothing else happens elsewhere.
Whatever goes wrong on the way becomes an answer in the format that was asked for: an ``ApiError`` with its code, a database that
does not answer with 503 (and no cookie touched), anything else with ``internal_api_error_…`` and no details.
"""

from __future__ import annotations

import logging
from typing import Any

from wikigate.actions.action import Action
from wikigate.actions.answer import Answerer
from wikigate.actions.answer_era import EraAnswerer
from wikigate.actions.assertion import check_assertions
from wikigate.actions.call import Call
from wikigate.actions.cors import CorsAnswer, CorsRules, is_same_origin
from wikigate.actions.csrf import check_token
from wikigate.actions.era_errors import EraErrors
from wikigate.actions.request_id import request_id
from wikigate.actions.services import Services
from wikigate.i18n.catalog import sanitise_language
from wikigate.primitives.errors import ApiError, Issue, StoreUnavailable, api_error
from wikigate.primitives.message import PlainText, message
from wikigate.primitives.timestamps import iso8601
from wikigate.wire.coerce import coerce, must_post, warn_of_repair
from wikigate.wire.dialect import Dialect
from wikigate.wire.errorformat import ErrorFormatter
from wikigate.wire.http import Request, Response
from wikigate.wire.phpform import Form, FormLimits, parse_form

_LOG = logging.getLogger("wikigate.api")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_ERROR_FORMATS = frozenset({"plaintext", "wikitext", "html", "raw", "none", "bc"})
# Names that few callers send: one look at the form tells that none of them is there.
_OF_LANGUAGES = frozenset({"uselang", "errorformat", "errorlang"})
_ECHOED = frozenset({"requestid", "servedby", "curtimestamp", "responselanginfo"})


class Dispatcher:
    """Answers API requests of one wiki in one dialect; shared by all threads."""

    def __init__(self, services: Services, dialect: Dialect) -> None:
        self._services = services
        self._dialect = dialect
        self._registry = services.registry
        self._main = services.registry.param_set("main")
        self._cors = CorsRules(services.api.cross_site_domains, services.api.cross_site_exceptions)
        self._limits = FormLimits(max_params=services.api.max_params)
        self._answerer = EraAnswerer(services, dialect) if dialect.is_old else Answerer(services)
        self._usual_errors = ErrorFormatter("bc", "en", services.catalog)
        if dialect.is_old:
            api_url = f"{services.site.server}{services.site.script_path}/api.php"
            self._usual_errors = EraErrors(dialect, services.catalog, api_url)

    def handle(self, request: Request) -> Response:
        """Answer one request; never raises."""
        refusal: ApiError | None = None
        try:
            form = parse_form(request, self._limits)
        except ApiError as error:
            form, refusal = Form.of_query(request), error
        ident = request_id(self._services, request)
        call = self._open(request, form, ident)
        cors = self._cors.answer(request, form)
        if cors.refused:
            return self._answerer.cors_refusal(ident)
        if request.method == "OPTIONS":
            return self._answerer.preflight(call, cors)
        try:
            self._steps(call, refusal)
        except ApiError as error:
            return self._failure(call, error, cors)
        except StoreUnavailable as error:
            _LOG.error("request %s: the database does not answer: %s", ident, error)
            return self._failure(call, _unavailable(), cors)
        except Exception as error:  # noqa: BLE001  the last resort of spec security H8
            _LOG.exception("request %s failed", ident)
            return self._failure(call, _internal(error, ident), cors)
        return self._finish(call, cors)

    def _steps(self, call: Call, refusal: ApiError | None) -> None:
        if "authorization" in call.request.headers:
            # Who proves himself with the request is told that it does not hold, before anything else (spec extensions §3.3).
            _ = call.session
        call.result.update(self._echo(call))
        if "requestid" in call.form:
            warn_of_repair(call.form, "requestid", "main", call.coercion)
        self._refuse_oversized(call, refusal)
        call.main = coerce(self._main, call.form, call.coercion)
        if self._dialect.asserts or not self._dialect.strict:
            check_assertions(call)
        action = self._module(call)
        self._module_parameters(call, action)
        self._token(call)
        self._may_read(call)
        self._may_write(call)
        self._lag(call)
        self._method(call)
        self._https(call)
        action.run(call, self._services)

    # -- the steps, in order ----------------------------------------------------------------------------------------------

    def _open(self, request: Request, form: Form, request_id: str) -> Call:
        """Read what the errors themselves depend on: raw values, judged again among the main parameters."""
        content = self._services.site.language
        if form.lacks(_OF_LANGUAGES):
            return self._call(request, form, request_id, self._usual_errors, None)
        uselang = form.text("uselang") if "uselang" in form else None
        language = None if uselang in {None, "user"} else _language(uselang, content)
        error_format = (form.text("errorformat") if "errorformat" in form else None) or "bc"
        if error_format not in _ERROR_FORMATS:
            error_format = "bc"
        wanted = form.text("errorlang") if "errorlang" in form else None
        call: Call

        def of_texts() -> str:
            return call.language

        error_language = of_texts if wanted in {None, "uselang"} else _language(wanted, content)
        errors = ErrorFormatter(error_format, error_language, self._services.catalog)
        call = self._call(request, form, request_id, errors, language)
        return call

    def _call(
        self, request: Request, form: Form, request_id: str, errors: ErrorFormatter, language: str | None
    ) -> Call:
        return Call(
            request,
            form,
            self._dialect,
            self._services,
            same_origin=is_same_origin(request, form),
            errors=errors,
            language=language,
            request_id=request_id,
        )

    def _echo(self, call: Call) -> dict[str, Any]:
        """Return what the caller wants to find again in the answer, in errors too."""
        form = call.form
        echo: dict[str, Any] = {}
        if form.lacks(_ECHOED):
            return echo
        if "requestid" in form and (text := form.text("requestid")) is not None:
            echo["requestid"] = text
        if self._services.api.show_host_names and "servedby" in form:
            echo["servedby"] = self._services.api.host_name
        if "curtimestamp" in form:
            echo["curtimestamp"] = iso8601(call.now)
        if "responselanginfo" in form:
            echo["uselang"] = call.language
            echo["errorlang"] = call.errors.language
        return echo

    @staticmethod
    def _refuse_oversized(call: Call, refusal: ApiError | None) -> None:
        if refusal is not None:
            raise refusal
        if call.request.oversized:
            size = call.services.api.max_body
            raise api_error(
                "apierror-http-contenttoolarge",
                PlainText(_megabytes(size)),
                code="http-contenttoolarge",
                http_status=413,
                module="main",
            )

    def _module(self, call: Call) -> Action:
        action = self._registry.actions[call.main["action"]]
        call.module = action.module
        return action

    def _module_parameters(self, call: Call, action: Action) -> None:
        call.args = coerce(self._registry.action_params[action.module.name], call.form, call.coercion)

    def _token(self, call: Call) -> None:
        module = call.module
        if module is None or not module.token:
            return
        must_post(call.form, module.prefix + "token")
        if not check_token(call, module.token, call.args["token"]):
            raise api_error("apierror-badtoken", module=module.path)

    def _may_read(self, call: Call) -> None:
        module = call.module
        if (
            module is not None
            and module.read
            and (module.reads is None or module.reads(call))
            and not self._services.performers.everyone_reads(call)
            and not call.user.can("read")
        ):
            raise api_error("apierror-readapidenied", module="main")

    def _may_write(self, call: Call) -> None:
        module = call.module
        if module is None or not module.write:
            return
        if call.request.headers.get("promise-non-write-api-action") is not None:
            raise api_error("apierror-promised-nonwrite-api", module="main")
        if self._services.site.read_only:
            raise api_error("apierror-readonly", data={"readonlyreason": self._services.site.read_only}, module="main")

    def _lag(self, call: Call) -> None:
        allowed = call.main["maxlag"]
        lag = self._services.api.database_lag
        if allowed is None or lag <= allowed or call.module is None or not call.module.lag_checked:
            return
        shown = int(lag) if lag == int(lag) else lag
        named = self._services.api.show_host_names
        host = self._services.api.database_host
        raise ApiError(
            Issue(
                message("apierror-maxlag", shown, host) if named else message("apierror-maxlag-generic", shown),
                "maxlag",
                {"host": host, "lag": shown, "type": "db"},
            ),
            headers=(("Retry-After", str(max(int(allowed), 5))), ("X-Database-Lag", str(int(lag)))),
            module="main",
        )

    @staticmethod
    def _method(call: Call) -> None:
        method = call.request.method
        if method not in _METHODS:
            raise api_error("apierror-invalidmethod", http_status=405, module="main")
        module = call.module
        if method != "POST":
            if module is not None and module.must_be_posted:
                raise api_error("apierror-mustbeposted", module.name, module="main")
        elif not call.request.header("content-type"):
            call.deprecate(
                message("apiwarn-deprecation-post-without-content-type"), "post-without-content-type", "main"
            )

    def _https(self, call: Call) -> None:
        """Warn where the wiki or the visitor asks for https and the request came without (spec framework §8.6)."""
        if call.request.scheme == "https":
            return
        asked = self._services.sessions.force_https
        if asked or (call.request.headers.get("cookie") is not None and call.session.force_https):
            call.deprecate(message("apiwarn-deprecation-httpsexpected"), "https-expected", "main")

    # -- the answer -------------------------------------------------------------------------------------------------------

    def _finish(self, call: Call, cors: CorsAnswer) -> Response:
        try:
            self._keep_session(call)
            return self._answerer.answer(call, cors)
        except ApiError as error:
            # Of the session, or a parameter of the output format itself.
            return self._failure(call, error, cors)
        except StoreUnavailable as error:
            _LOG.error("request %s: the session could not be kept: %s", call.request_id, error)
            return self._failure(call, _unavailable(), cors)

    def _failure(self, call: Call, error: ApiError, cors: CorsAnswer) -> Response:
        return self._answerer.failure(call, error, cors, self._echo(call))

    @staticmethod
    def _keep_session(call: Call) -> None:
        """Look at the session even where the module did not: a cookie that names none must be answered (spec core §4.4)."""
        if call.loaded_session is None and call.same_origin and call.request.headers.get("cookie") is not None:
            _ = call.session


def _language(wanted: str | None, content: str) -> str:
    return content if wanted == "content" else sanitise_language(wanted or "", content)


def _megabytes(size: int) -> str:
    return f"{size / (1024 * 1024):g} MB"


def _unavailable() -> ApiError:
    return api_error(
        "wikigate-dbunavailable", code="dbunavailable", http_status=503, headers=(("Retry-After", "1"),), module="main"
    )


def _internal(error: Exception, request_id: str) -> ApiError:
    name: Any = type(error).__name__
    return ApiError(
        Issue(
            message("apierror-exceptioncaughttype", PlainText(request_id), PlainText(name)),
            f"internal_api_error_{name}",
            {"errorclass": name},
        ),
        module="",
    )
