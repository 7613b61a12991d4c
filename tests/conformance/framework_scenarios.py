"""Conversations about the framework's corners: what a printer cannot print, titles, raw messages, links; see ``scenarios.py``."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from wikigate.testing.recording import Exchange, Expected, Recording, Step

_VERSION_2 = "&format=json&formatversion=2"
_RAW = f"{_VERSION_2}&errorformat=raw"
# An answer in every shape that an error or a warning may take.
_SHAPES = (
    _VERSION_2,
    "&format=json",
    "&format=xml",
    f"{_VERSION_2}&errorformat=plaintext",
    f"{_VERSION_2}&errorformat=html",
    _RAW,
)


def scenarios() -> Iterator[Recording]:
    """Return every scenario."""
    for name, title, steps in (
        ("raw-messages", "what a caller sent, among the parameters of raw messages", _raw_messages()),
        (
            "failing-printers",
            "errors and warnings where the output format's own parameters are wrong",
            _failing_printers(),
        ),
        ("pretty-links", "pages of the formats for people: where they link, how they are kept", _pretty_links()),
        ("titles", "pages asked for: titles, special pages, generators, what continues", _titles()),
        ("described-notes", "what paraminfo says of modules that carry on a conversation", _described_notes()),
        ("empty-maps", "maps that have nothing left in JSON version 1", _empty_maps()),
    ):
        yield Recording(f"live/{name}", title, "core", tuple(steps))


def _get(query: str) -> Step:
    escaped = quote(query, safe="=&|%*[];'\"<>+_.~-:/ ").replace(" ", "+")
    return Step(escaped, Exchange(query=escaped), Expected())


def _raw_messages() -> Iterator[Step]:
    modules = (
        "nope",
        "query+nope",
        "login+x",
        "*+x",
        "<b>x</b>",
        "_x_",
        "~x~",
        "__x__",
        "a://b",
        "mailto:x",
        "!!",
        "+x",
        "-",
        "a;b='c'",
        "",
    )
    for module in modules:
        asked = quote(module, safe="")
        yield _get(f"action=paraminfo&modules={asked}{_RAW}")
        yield _get(f"action=help&modules={asked}{_RAW}")
        yield _get(f"action=query&assertuser={asked}{_RAW}")
        yield _get(f"action=query&{asked}=1{_RAW}")
    yield _get(f"action=help&modules=query+nope{_VERSION_2}&errorformat=plaintext")
    for query in (
        "meta=authmanagerinfo&amirequestsfor=nope", "meta=authmanagerinfo&amirequestsfor=login&amimessageformat=nope",
        "errorformat=nope", "assert=nope", "meta=tokens&type=nope", "list=users&ususers=Admin&usprop=nope",
    ):  # fmt: skip
        yield _get(f"action=query&{query}{_RAW}" if "errorformat" not in query else f"action=query&{query}{_VERSION_2}")


def _failing_printers() -> Iterator[Step]:
    for query in (
        "action=query&formatversion=3", "action=query&meta=nope&formatversion=3", "action=query&assert=user&formatversion=3",
        "action=query&requestid=%01&assert=user&formatversion=3", "action=help&modules=nope&formatversion=3",
        "action=query&requestid=%01&assert=user&formatversion=2", "action=query&requestid=%01&assert=nope&formatversion=2",
        "action=query&requestid=%01&maxlag=x&formatversion=2",
    ):  # fmt: skip
        for shape in ("json", "php", "jsonfm"):
            yield _get(f"{query}&format={shape}")
        for errors in ("plaintext", "raw", "none"):
            yield _get(f"{query}&format=json&errorformat={errors}")
    for query in (
        "action=query",
        "action=query&assert=user",
        "action=nope",
        "action=help&modules=nope",
        "action=query&meta=nope&assert=bot",
    ):
        for sheet in ("MediaWiki:Nope.xsl", "Nope", "<>", ""):
            yield _get(f"{query}&format=xml&xslt={sheet}")
            yield _get(f"{query}&format=xml&xslt={sheet}&errorformat=plaintext")
    yield _get("action=query&format=nope&requestid=%01")
    yield _get("action=query&requestid=%01&maxlag=x&format=xml")


def _pretty_links() -> Iterator[Step]:
    for query in (
        "action=query&meta=userinfo&uiprop=rights|groups",
        "action=query",
        "action=query&meta=nope",
        "action=query&meta=siteinfo&siprop=rightsinfo",
        "action=query&list=users&ususers=Admin",
        "action=paraminfo&modules=login",
        "action=query&requestid=a b+c%20d'\"<>!*()~;:@,/?#",
        "action=query&assert=anon&assert=anon",
        "action=query&x[]=1&x[]=2&y[a]=3",
        "action=query&a.b=1&title=Foo&7=x&servedby",
        "action=query&%C3%A4=%C3%BC",
    ):
        yield _get(query)
        for shape in ("jsonfm", "xmlfm", "phpfm"):
            yield _get(f"format={shape}&{query}")
        yield _get(f"{query}&format=jsonfm&maxage=60&smaxage=60")


def _titles() -> Iterator[Step]:
    for query in (
        "titles=Nope|User:Foo_bar|user:foo|Talk:|:|<>|a|a|A|Nope", "titles=Special:Userlogin|Special:Nope|Special:UserLogin/signup|Special:Userlogin",
        "titles=b|User:b|Talk:b|A|User:A|Talk:A|Special:Version", "titles=|", "titles=Special:", "titles=User:|Talk:Nope",
        "titles=Special:login|Special:USERLOGOUT|special:api_help/login|Special:CreateAccount/x y", "titles=%23x|x%23y|:User:x|User talk:x_",
        "titles=Nope&indexpageids", "titles=Special:Login|<>|Nope&indexpageids", "pageids=999|998|999", "pageids=0|-1", "revids=999|998", "titles=a&pageids=1",
        "generator=nope", "continue=x", "continue=a||b||c", "continue=x&rawcontinue=1",
        "continue=&meta=userinfo", "continue=-||userinfo&meta=userinfo", "continue=x&meta=userinfo", "titles=a..b|%41|x<y|x[y",
    ):  # fmt: skip
        for shape in _SHAPES:
            yield _get(f"action=query&{query}{shape}")


def _described_notes() -> Iterator[Step]:
    for module in (
        "createaccount",
        "linkaccount",
        "clientlogin",
        "changeauthenticationdata",
        "removeauthenticationdata",
        "unlinkaccount",
    ):
        for shape in (_VERSION_2, "&format=xml"):
            yield _get(f"action=paraminfo&helpformat=raw&modules={module}{shape}")


def _empty_maps() -> Iterator[Step]:
    for shape in (_VERSION_2, "&format=json", "&format=xml", "&format=php", "&format=php&formatversion=2"):
        yield _get(f"action=query&meta=siteinfo&siprop=autocreatetempuser{shape}")
