"""``index.php`` and the article path: finds the special page that a title names, and lets it answer.

A title comes as the parameter ``title``, or as the path behind ``index.php`` or the article path. Only special pages are here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from wikigate.actions.request_id import HEADER, request_id
from wikigate.actions.services import Services
from wikigate.actions.siteinfo_facts import SPECIAL_PAGES
from wikigate.primitives.errors import ApiError, StoreUnavailable, api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.sessions.oauth import carries_oauth
from wikigate.web.frame import Frame, redirect
from wikigate.web.kept_form import KeptForms
from wikigate.web.links import instead_url
from wikigate.web.page import Page, PageParts, PagePlugin
from wikigate.web.page_language import PageLanguage
from wikigate.web.visit import Visit
from wikigate.wire.http import Request, Response
from wikigate.wire.phpform import Form, FormLimits, parse_form

_LOG = logging.getLogger("wikigate.pages")
_NAMESPACE: Final = "special"
_ERROR: Final = Message("errorpagetitle")


class PageEndpoint:
    """Answers requests to the pages of one wiki; ``names`` are those that there are, the empty one being the main page."""

    def __init__(
        self,
        plugins: Iterable[PagePlugin],
        parts: PageParts,
        language: PageLanguage,
        kept_forms: KeptForms | None = None,
    ) -> None:
        self._services: Services = parts.services
        self._frame: Frame = parts.frame
        self._language = language
        self._kept_forms = kept_forms
        self._limits = FormLimits(max_params=parts.services.api.max_params)
        made = {plugin.name: page for plugin in plugins if (page := plugin.make(parts)) is not None}
        self.names: tuple[str, ...] = tuple(made)
        self._frame.offer(self.names)
        self._pages: dict[str, Page] = made
        # Every spelling of a page's name, folded -> the one to write.
        self._spellings: dict[str, str] = {name.lower(): name for name in made}
        for name, *others in SPECIAL_PAGES.values():
            if name in made:
                self._spellings |= {other.lower(): name for other in others}

    def __bool__(self) -> bool:
        """Whether there is any page."""
        return bool(self._pages)

    def at(self, name: str) -> Callable[[Request], Response] | None:
        """Return what answers as one special page does, for an address of its own; None where there is no such page."""
        if name not in self._pages:
            return None
        return lambda request: self(replace(request, path_info=f"/Special:{name}"))

    def __call__(self, request: Request) -> Response:
        """Answer one request; never raises."""
        refusal: ApiError | None = None
        try:
            form = parse_form(request, self._limits)
        except ApiError as error:
            form, refusal = Form.of_query(request), error
        title = request.path_info.lstrip("/") or form.text("title") or ""
        written, _, subpage = self._named(title).partition("/")
        name = self._spellings.get(_folded(written), _NAMESPACE)
        page = self._pages.get(name)
        if page is not None and name:
            title = f"Special:{name}" + (f"/{subpage}" if subpage else "")
        visit = Visit(
            request,
            form,
            self._services,
            subpage,
            self._language,
            special=name if page is not None and name else None,
            title=title if name else "",
            kept_forms=self._kept_forms,
            request_id=request_id(self._services, request),
        )
        response = self._answer(name, page, visit, refusal, is_well_spelled=page is None or _joined(written) == name)
        response.headers.append((HEADER, visit.request_id))
        return response

    def _answer(
        self, name: str, page: Page | None, visit: Visit, refusal: ApiError | None, *, is_well_spelled: bool
    ) -> Response:
        try:
            if not is_well_spelled and refusal is None and visit.request.method in {"GET", "HEAD"}:
                return redirect(instead_url(visit, visit.title))
            response = self._ask(page, visit, refusal)
            self._commit(visit, response)
            self._language.keep(visit, response)
        except ApiError as error:
            return self._frame.tell(visit, _ERROR, error.issues[0].message, status=max(error.http_status, 400))
        except StoreUnavailable as error:
            _LOG.error("request %s: page %s: the database does not answer: %s", visit.request_id, name, error)
            return self._frame.tell(visit, _ERROR, Message("wikigate-dbunavailable"), status=503)
        except Exception:  # noqa: BLE001  the last resort of spec security H8
            _LOG.exception("request %s: page %s failed", visit.request_id, name)
            return self._frame.tell(visit, _ERROR, Message("internalerror"), status=500)
        return response

    def _named(self, title: str) -> str:
        """Return the page's name with its subpage: empty for the main page, nothing that is a page's for any other title."""
        if not title or title.replace("_", " ") == self._services.site.main_page:
            return ""
        return _special(title) or _NAMESPACE

    def _ask(self, page: Page | None, visit: Visit, refusal: ApiError | None) -> Response:
        if refusal is not None:
            raise refusal
        if carries_oauth(visit.request.header("authorization")) and not getattr(page, "takes_oauth", False):
            raise api_error("mwoauth-not-api")
        if page is None:
            return self._frame.tell(visit, Message("nosuchspecialpage"), Message("nospecialpagetext"), status=404)
        if visit.request.oversized:
            most = PlainText(f"{self._services.api.max_body / (1024 * 1024):g} MB")
            raise api_error("apierror-http-contenttoolarge", most, code="http-contenttoolarge", http_status=413)
        match visit.request.method:
            case "GET" | "HEAD":
                if self._kept_forms is not None:
                    self._kept_forms.give_back(visit)
                return page.get(visit)
            case "POST":
                return page.post(visit)
        response = self._frame.tell(visit, _ERROR, Message("apierror-invalidmethod"), status=405)
        response.headers.append(("Allow", "GET, HEAD, POST"))
        return response

    def _commit(self, visit: Visit, response: Response) -> None:
        if visit.loaded_session is None:
            return
        self._services.sessions.commit(visit.loaded_session, response)
        cookie = self._services.block_cookie
        if visit.known_user is not None or cookie.is_in(visit.request):
            cookie.write(visit.user, visit.request, response, visit.now)


def _special(title: str) -> str:
    """Return the name behind ``Special:``, as it was written, with its subpage; empty for any other title."""
    page, slash, subpage = title.partition("/")
    space, _, name = page.partition(":")
    return name + slash + subpage if _folded(space) == _NAMESPACE else ""


def _folded(text: str) -> str:
    return _joined(text).lower()


def _joined(text: str) -> str:
    return text.replace("_", "").replace(" ", "")
