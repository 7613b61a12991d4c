"""``action=query&meta=siteinfo``: what wiki this is (spec framework §10).

Real values for what Wikigate owns, a stock wiki's for the rest. What does not change is made once; a call adds the time and reads the
counts it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from wikigate.actions import siteinfo_facts as facts
from wikigate.actions.action import Example, Module
from wikigate.actions.default_options import default_options
from wikigate.actions.namespaces import ALIASES, NAMESPACES, shown_name
from wikigate.auth.temporary_accounts import PATTERN
from wikigate.i18n.language import NAMES, bcp47, direction, fallbacks
from wikigate.primitives.timestamps import iso8601, ts14
from wikigate.wire.params import Param
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from wikigate.accounts.rights import Group, Rights
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services
    from wikigate.actions.settings import SiteSettings

_PROPS: Final = (
    "general", "namespaces", "namespacealiases", "specialpagealiases", "magicwords", "interwikimap", "dbrepllag", "statistics",
    "usergroups", "autocreatetempuser", "clientlibraries", "libraries", "extensions", "fileextensions", "rightsinfo", "restrictions",
    "languages", "languagevariants", "skins", "extensiontags", "functionhooks", "showhooks", "variables", "protocols",
    "defaultoptions", "uploaddialog", "autopromote", "autopromoteonce",
)  # fmt: skip
_SYSOP: Final = "sysop"


class SiteInfoAction:
    """Tells of the wiki."""

    module = Module(
        "siteinfo",
        "meta",
        prefix="si",
        params=(
            Param("prop", "enum", default="general", multi=True, values=_PROPS, value_help={}),
            Param("filteriw", "enum", values=("local", "!local")),
            Param("showalldb", "boolean"),
            Param("numberingroup", "boolean"),
            Param("inlanguagecode"),
        ),
        cache="public",
        classname=r"MediaWiki\Api\ApiQuerySiteinfo",
        examples=(
            Example(
                "action=query&meta=siteinfo&siprop=general|namespaces|namespacealiases|statistics",
                "apihelp-query+siteinfo-example-simple",
            ),
            Example(
                "action=query&meta=siteinfo&siprop=interwikimap&sifilteriw=local",
                "apihelp-query+siteinfo-example-interwiki",
            ),
            Example(
                "action=query&meta=siteinfo&siprop=dbrepllag&sishowalldb=", "apihelp-query+siteinfo-example-replag"
            ),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Siteinfo",),
    )

    def __init__(self) -> None:
        # By what the dialect calls itself; nodes that nobody changes.
        self._ready: dict[str, Mapping[str, Any]] = {}

    def run(self, call: Call, services: Services) -> None:
        """Add one node for each value of ``prop``, in the order asked for.

        Raises ``ApiError`` ``includeAllDenied`` where all databases are asked for and hosts have no names.
        """
        generator = call.dialect.generator
        ready = self._ready.get(generator)
        if ready is None:
            ready = self._ready[generator] = _constants(services, generator)
        for name in call.args["prop"] or ():
            made = _ON_DEMAND.get(name)
            node = ready[name] if made is None else made(ready, call, services)
            call.query()[name] = node


# -- what a call makes for itself ------------------------------------------------------------------------------------------------


def _general(ready: Mapping[str, Any], call: Call, _services: Services) -> Map:
    node = Map(ready["general"], bc_bools=("variantarticlepath",))
    node["time"] = iso8601(call.now)
    return node


def _statistics(_ready: Mapping[str, Any], call: Call, services: Services) -> Map:
    counts = services.site_rows.counts()
    return Map(
        {
            "pages": counts.pages,
            "articles": counts.articles,
            "edits": counts.edits,
            "images": counts.images,
            "users": counts.users,
            "activeusers": counts.active_users,
            "admins": services.site_rows.group_sizes(ts14(call.now)).get(_SYSOP, 0),
            "jobs": 0,
        }
    )


def _usergroups(ready: Mapping[str, Any], call: Call, services: Services) -> List:
    if not call.args["numberingroup"]:
        return ready["usergroups"]  # type: ignore[no-any-return]  # made below
    sizes = services.site_rows.group_sizes(ts14(call.now))
    users = services.site_rows.counts().users
    implicit = services.rights.implicit_groups
    numbers = {g.name: sizes.get(g.name, 0) for g in services.rights.groups if g.name not in implicit} | {"user": users}
    return _groups(services.rights, numbers)


def _dbrepllag(_ready: Mapping[str, Any], call: Call, services: Services) -> List:
    api = services.api
    if call.args["showalldb"] and not api.show_host_names:
        raise call.error("apierror-siteinfo-includealldenied", code="includeAllDenied")
    lag = int(api.database_lag) if api.database_lag == int(api.database_lag) else api.database_lag
    return List([Map({"host": api.database_host if api.show_host_names else "", "lag": lag})], "db")


_ON_DEMAND: Final[Mapping[str, Callable[[Mapping[str, Any], Call, Services], Any]]] = {
    "general": _general,
    "statistics": _statistics,
    "usergroups": _usergroups,
    "dbrepllag": _dbrepllag,
}

# -- what is made once -------------------------------------------------------------------------------------------------------------


def _constants(services: Services, generator: str) -> Mapping[str, Any]:
    options = default_options(services.site.language)
    return {
        "general": _general_constants(services, generator),
        "namespaces": _namespaces(services.site.site_name),
        "namespacealiases": List(
            (Map({"id": number, "alias": name}, content="alias") for number, name in ALIASES), "ns"
        ),
        "specialpagealiases": List(
            (Map({"realname": n, "aliases": List(a, "alias")}) for n, a in facts.SPECIAL_PAGES.items()), "specialpage"
        ),
        "magicwords": List(
            (
                Map({"name": name, "aliases": List(aliases, "alias"), "case-sensitive": exact})
                for name, (aliases, exact) in facts.MAGIC_WORDS.items()
            ),
            "magicword",
        ),
        "interwikimap": List((), "iw"),
        "usergroups": _groups(services.rights, {}),
        "autocreatetempuser": _temporary_accounts(services),
        "clientlibraries": List((), "library"),
        "libraries": List((), "library"),
        "extensions": _extensions(services),
        "fileextensions": List((Map({"ext": ext}) for ext in facts.FILE_EXTENSIONS), "fe"),
        "rightsinfo": Map({"url": "", "text": ""}),
        "restrictions": Map(
            (kind, List(values, "type" if kind == "types" else "level")) for kind, values in facts.RESTRICTIONS.items()
        ),
        "languages": _languages({*services.catalog.languages, services.site.language}),
        "languagevariants": Map(element="lang"),
        "skins": List([Map({"code": options["skin"], "name": "Wikigate", "default": True}, content="name")], "skin"),
        "extensiontags": List((), "t"),
        "functionhooks": List((), "h"),
        "showhooks": List((), "hook"),
        "variables": List((), "v"),
        "protocols": List(facts.PROTOCOLS, "p"),
        "defaultoptions": Map(options, bc_bools=options),
        "uploaddialog": Map((name, Map(values)) for name, values in facts.UPLOAD_DIALOG.items()),
        "autopromote": Map({"autoconfirmed": _autoconfirmed(services.rights)}),
        "autopromoteonce": Map({"onEdit": List()}),
    }


def _general_constants(services: Services, generator: str) -> dict[str, Any]:
    """Return the members of ``general`` in the order of the wire; ``time`` keeps its place."""
    site = services.site
    read_only = {"readonlyreason": site.read_only} if site.read_only else {}
    return {
        "mainpage": site.main_page,
        "base": f"{site.server}{_page_path(site, site.main_page)}",
        "sitename": site.site_name,
        "mainpageisdomainroot": False,
        "logo": f"{site.server}{site.script_path}/resources/assets/change-your-logo.svg",
        "generator": generator,
        "phpversion": facts.PHP_VERSION,
        "phpsapi": facts.PHP_SAPI,
        "dbtype": services.site_rows.kind,
        "dbversion": "",
        "imagewhitelistenabled": False,
        "langconversion": True,
        "linkconversion": True,
        "titleconversion": True,
        "linkprefixcharset": "",
        "linkprefix": "",
        "linktrail": facts.LINK_TRAIL,
        "legaltitlechars": facts.LEGAL_TITLE_CHARACTERS,
        "invalidusernamechars": services.directory.rules.invalid_characters,
        "allunicodefixes": False,
        "fixarabicunicode": True,
        "fixmalayalamunicode": True,
        "case": "first-letter",
        "lang": site.language,
        "fallback": List((Map({"code": code}) for code in fallbacks(site.language)), "lang"),
        "rtl": direction(site.language) == "rtl",
        "fallback8bitEncoding": "windows-1252",
        "readonly": bool(site.read_only),
        **read_only,
        "writeapi": True,
        "maxarticlesize": 2 * 1024 * 1024,
        "timezone": "UTC",
        "timeoffset": 0,
        "articlepath": site.article_path,
        "scriptpath": site.script_path,
        "script": f"{site.script_path}/index.php",
        "variantarticlepath": False,
        "server": site.server,
        "servername": urlsplit(site.server).hostname or "",
        "wikiid": site.wiki_id,
        "time": "",
        "misermode": False,
        "uploadsenabled": False,
        "maxuploadsize": 100 * 1024 * 1024,
        "minuploadchunksize": 1024,
        "galleryoptions": Map(facts.GALLERY),
        "thumblimits": List(facts.THUMB_SIZES, "limit", "BCassoc"),
        "imagelimits": List(
            (Map({"width": width, "height": height}) for width, height in facts.IMAGE_SIZES), "limit", "BCassoc"
        ),
        "favicon": f"{site.server}/favicon.ico",
        "centralidlookupprovider": "local",
        "allcentralidlookupproviders": List(["local"]),
        "interwikimagic": True,
        "magiclinks": Map({"ISBN": False, "PMID": False, "RFC": False}, type="default"),
        "categorycollation": "uppercase",
        "nofollowlinks": True,
        "nofollownsexceptions": List(),
        "nofollowdomainexceptions": List(["mediawiki.org"]),
        "externallinktarget": False,
    }


def _namespaces(site_name: str) -> Map:
    nodes = Map(element="ns")
    for namespace in NAMESPACES:
        node = Map({"id": namespace.id, "case": "first-letter"}, content="name")
        node["name"] = shown_name(namespace, site_name)
        node["subpages"] = namespace.subpages
        if namespace.name:
            node["canonical"] = namespace.name
        node["content"] = namespace.id == 0
        node["nonincludable"] = False
        if namespace.name == "MediaWiki":
            node["namespaceprotection"] = "editinterface"
        nodes[str(namespace.id)] = node
    return nodes


def _temporary_accounts(services: Services) -> Map:
    enabled = services.temporary_accounts.enabled
    return Map({"enabled": enabled, **({"matchPatterns": [PATTERN]} if enabled else {})}, type="default")


def _groups(rights: Rights, numbers: Mapping[str, int]) -> List:
    return List((_group(group, numbers.get(group.name)) for group in rights.groups), "group")


def _group(group: Group, number: int | None) -> Map:
    node = Map({"name": group.name, "rights": List(group.rights, "permission")})
    if number is not None:
        node["number"] = number
    changes = group.changeable
    kinds = {
        "add": changes.add,
        "remove": changes.remove,
        "add-self": changes.add_self,
        "remove-self": changes.remove_self,
    }
    node.update({kind: List(names, "group") for kind, names in kinds.items() if names})
    return node


def _extensions(services: Services) -> List:
    """List the enabled features under the names that clients look for."""
    nodes = List((), "ext")
    for extension in services.extensions:
        node = Map({"type": extension.type, "name": extension.name})
        node.update({key: value for key in ("url", "version") if (value := getattr(extension, key))})
        nodes.append(node)
    return nodes


def _languages(codes: Iterable[str]) -> List:
    return List((_language(code) for code in sorted(codes)), "lang")


def _language(code: str) -> Map:
    return Map({"code": code, "bcp47": bcp47(code), "name": NAMES.get(code, code)}, content="name")


def _autoconfirmed(rights: Rights) -> Map:
    conditions = (("APCOND_EDITCOUNT", rights.autoconfirm_edits), ("APCOND_AGE", rights.autoconfirm_age))
    node = Map({"operand": "&"})
    for index, (name, value) in enumerate(conditions):
        node[str(index)] = Map({"condname": name, "params": List([value])})
    return node


def _page_path(site: SiteSettings, title: str) -> str:
    return site.article_path.replace("$1", quote(title.replace(" ", "_"), safe="/:@!$*(),;~"))
