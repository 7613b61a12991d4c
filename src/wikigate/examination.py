"""What is looked at to tell whether all is well with a wiki, wherever it is told: ``wikigate doctor``, Special:Health.

Promises that it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from wikigate.accounts.post import Post
from wikigate.auth.settings import AuthSettings
from wikigate.auth.throttle_view import ThrottleView
from wikigate.config import WikiSettings
from wikigate.dialects.old_services import configured
from wikigate.i18n.catalog import Catalog
from wikigate.plugins import all_providers
from wikigate.primitives.errors import ConfigError
from wikigate.web.finding import Finding

_NEWEST = 1000


def of_throttles(throttles: ThrottleView) -> Iterator[Finding]:
    """Say whether anybody is refused for now."""
    refusing = sum(held.refuses for held in throttles.counts())
    if refusing:
        yield Finding("warning", f"{refusing} throttles refuse attempts at present", "see Special:Throttles")
    else:
        yield Finding("ok", "no throttle refuses attempts at present")


def of_mail(settings: WikiSettings, post: Post) -> Iterator[Finding]:
    """Say where mails go, and which of the newest did not."""
    mail = settings.mail
    if not mail.enabled:
        yield Finding("ok", "no mail is sent, and no password can be asked for by mail")
        return
    if not mail.server:
        yield Finding("warning", "mails stay in the outbox", "set mail.server; until then see “wikigate outbox”")
    else:
        yield Finding("ok", f"mails go to {mail.server}:{mail.port} ({mail.security})")
    stuck = sum(row.state in {"failed", "unsure"} for row in post.rows.newest(_NEWEST))
    if stuck:
        yield Finding("warning", f"{stuck} mails did not go out, or nobody knows", "see “wikigate outbox list”")


def of_settings(settings: WikiSettings) -> Iterator[Finding]:
    """Say what of the configuration an operator should know."""
    if not settings.site.server:
        yield Finding(
            "warning", "site.server is not set", "set it to the address that users see; links in answers are made of it"
        )
    elif settings.site.server.startswith("http://"):
        host = settings.site.server.removeprefix("http://").partition("/")[0].rpartition(":")[0]
        if host not in {"127.0.0.1", "localhost", "[::1]"}:
            yield Finding(
                "warning", f"site.server is {settings.site.server}", "passwords travel in the clear; serve it by https"
            )
    language = settings.site.language
    spoken = Catalog.load().spoken(language)
    if spoken != language:
        yield Finding(
            "warning", f"site.language is “{language}”, and there are no texts in it", f"people read “{spoken}”"
        )
    yield from _dialects(settings)
    yield from _providers(settings.auth)
    if settings.accounts.private:
        yield Finding("ok", "private: everything but logging in needs a login")
    if settings.site.read_only:
        yield Finding(
            "warning", f"read-only: {settings.site.read_only}", "nobody can log in; empty site.read_only to let them"
        )


def _providers(auth: AuthSettings) -> Iterator[Finding]:
    """Say where nobody's name and password, or whatever else he has, is looked at."""
    try:
        primaries = {one.name for one in all_providers() if one.kind == "primary"}
    except ConfigError as error:
        yield Finding("fault", "a plug-in cannot be loaded", str(error))
        return
    if not auth.ldap.domains:
        primaries.discard("ldap")
    if primaries.isdisjoint(auth.providers):
        yield Finding(
            "warning",
            "nobody can log in (bot passwords aside): no provider in auth.providers judges who somebody is",
            "add “local-password” to them, or a directory or an OpenID provider that is configured",
        )


def _dialects(wiki: WikiSettings) -> Iterator[Finding]:
    """Say what it means that a dialect asks for no login token (spec security H11)."""
    settings = wiki.dialects
    own = f"{wiki.site.script_path}/api.php"
    hosts = {f"{host}{own}": name for host, name in settings.hosts.items()}
    for place, name in {own: wiki.dialect, **settings.offered(wiki.site.script_path), **hosts}.items():
        try:
            dialect = configured(name, settings, wiki.site.server)
        except ConfigError as error:
            yield Finding("fault", f"{place} cannot speak dialect “{name}”", str(error))
            continue
        if not dialect.is_old:
            continue
        if not dialect.is_tokenless:
            yield Finding("ok", f"{place} speaks dialect “{name}”")
            continue
        yield Finding(
            "warning",
            f"{place} speaks dialect “{name}”, which asks for no login token: browsers too old to say where a request comes from can"
            " be made to log in as somebody else",
            f"it answers {', '.join(settings.addresses)} alone"
            if settings.addresses
            else "keep it to clients’ addresses with dialects.addresses",
        )
