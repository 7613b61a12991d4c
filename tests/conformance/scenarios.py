"""Conversations that nobody recorded: what they are answered is asked of the real MediaWiki each time they are played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlencode

from wikigate.testing.recording import Exchange, Expected, Recording, Step

from ..wire.fixture import fixture  # noqa: TID252  both suites assume the same wikis
from . import account_scenarios, block_scenarios, captcha_scenarios, framework_scenarios, temporary_password_scenarios

PASSWORD = "CorePass12345!"
JSON = {"format": "json", "formatversion": "2"}
MODULES = (
    "main", "login", "clientlogin", "logout", "checktoken", "query", "query+tokens", "query+userinfo",
    "query+authmanagerinfo", "query+users", "query+siteinfo", "help", "paraminfo", "json", "xml", "php", "none",
)  # fmt: skip


def scenarios() -> Iterator[Recording]:
    """Return every scenario."""
    yield _scenario("names", "which spellings of a name log in", "core", _names())
    yield _scenario("user-list", "list=users: spellings, properties, limits", "core", _user_list())
    yield _scenario("passwords", "passwords: normalised, too long, with blanks at the end", "core", _passwords())
    yield _scenario("bot-names", "both spellings of bot passwords, and what is none", "core", _bot_names())
    yield _scenario("bad-input", "arrays, broken UTF-8, NUL, ugly cookies", "core", _bad_input())
    yield _scenario("presence", "presence booleans and empty parameters", "core", _presence())
    yield _scenario("tokens-checked", "checktoken: foreign, old, mangled tokens", "core", _tokens())
    yield _scenario("me", "userinfo: every property, for everybody", "core", _me())
    yield _scenario("errors-in-every-format", "one error, one warning, in every format", "core", _formats())
    yield _scenario("described", "paraminfo and help of each module", "core", _described())
    for kind in ("strict-cookies", "remember-always", "remember-never", "force-https"):
        yield _scenario(kind, f"cookies of a login: {kind.replace('-', ' ')}", f"core-{kind}", _cookies())
    yield _scenario(
        "short-sessions", "a session is renewed at half its life and ends when idle", "core-short-sessions", _idle()
    )
    yield _scenario(
        "short-throttle", "two throttle conditions, and success that clears them", "core-short-throttle", _throttled()
    )
    yield _scenario("grants", "the rights that each grant gives", "core-grants", _grants())
    yield _scenario("blocks", "blocks as userinfo and list=users tell them", "core-many-blocks", _blocks())
    yield _scenario("token-changed", "a changed user_token ends every session", "core", _token_changed())
    yield _scenario("another-user", "a visitor who is logged in logs in as somebody else", "core", _another_user())
    yield _scenario("site", "every siteinfo property", "core", _site())
    yield _scenario("needs", "authmanagerinfo: every stage and form", "core", _needs())
    yield _scenario("cors", "origins, allowed and not, and preflights", "core-cors", _cors())
    yield _scenario("headers", "request headers and methods that the API minds", "core", _headers())
    yield _scenario("private", "a private wiki before and after login", "core-private", _private())
    yield _scenario(
        "creation", "account creation: names, passwords, mails, by a visitor and by a user", "core", _creation()
    )
    yield _scenario("blocked-creation", "a blocked address makes no account", "core-ip-block", _blocked_creation())
    yield _scenario("private-creation", "accounts on a private wiki", "core-private", _private_creation())
    yield _scenario("credentials", "changing and removing credentials, well and badly", "core", _credentials())
    yield _scenario("judged-passwords", "validatepassword: names, rules, formats", "core", _judged_passwords())
    yield _scenario("operations", "authmanagerinfo of a visitor and of a user: every operation", "core", _operations())
    yield _scenario("languages", "uselang and errorlang: what is accepted and echoed", "core", _languages())
    yield _scenario(
        "printers", "errors whose printer fails too, and what stands in raw parameters", "core", _printers()
    )
    yield _scenario(
        "mixed-cookies",
        "cookies that do not belong together, and what may be kept of the answer",
        "core",
        _mixed_cookies(),
    )
    yield from captcha_scenarios.scenarios()
    yield from account_scenarios.scenarios()
    yield from block_scenarios.scenarios()
    yield from framework_scenarios.scenarios()
    yield from temporary_password_scenarios.scenarios()


def _scenario(name: str, title: str, wiki: str, steps: Iterable[Step]) -> Recording:
    return Recording(f"live/{name}", title, wiki, tuple(steps))


def _get(name: str, *, headers: dict[str, str] | None = None, raw: str = "", **params: str) -> Step:
    query = raw or urlencode(JSON | params)
    return Step(name, Exchange(query=query, headers=headers or {}), Expected())


def _post(name: str, *, headers: dict[str, str] | None = None, query: str = "", **params: str) -> Step:
    return Step(name, Exchange("POST", query=query, headers=headers or {}, form=JSON | params), Expected())


# The cookie of the newest session and the newest token.
SESSION = {"Cookie": "my_wiki_session=⟦session:last⟧"}
TOKEN = "⟦token:last⟧+\\"
FETCH = _get("login token", action="query", meta="tokens", type="login")


def _clientlogin(name: str, username: str, password: str, **more: str) -> list[Step]:
    """Log in from nothing."""
    given = {
        "username": username,
        "password": password,
        "logintoken": TOKEN,
        "loginreturnurl": "http://example.org/",
        **more,
    }
    return [FETCH, _post(name, headers=SESSION, action="clientlogin", **given)]


def _login(name: str, username: str, password: str) -> list[Step]:
    """Log in with ``action=login`` from nothing."""
    return [FETCH, _post(name, headers=SESSION, action="login", lgname=username, lgpassword=password, lgtoken=TOKEN)]


def _names() -> Iterator[Step]:
    good = (
        "Core Space", "core Space", "Core_Space", " Core  Space ", "User:Core Space", "user:core Space", "_Core_Space_",
        "Core\u200eSpace", "\u200eCore Space\u200f", "Core\u00a0Space", "Core Space", "USER:Core Space", "User: Core Space",
    )  # fmt: skip
    bad = (
        "CORE SPACE", "Core/x", ":Core Space", "Talk:Core Space", "Core Space#x", "Core%20Space", "Core<Space", "Core[Space]",
        "Core|Space", "Core{Space}", "CoreSpace", "127.0.0.1", "Special:Core Space", "wikipedia:Core Space", "x" * 300, "::1",
        "User:User:Core Space", "~2026-1", "MediaWiki default", "Core\u3000Space", "Core\tSpace", "\u00fcber", "1.2.3.xxx",
    )  # fmt: skip
    for number, name in enumerate(good):
        yield from _clientlogin(f"good {number}", name, PASSWORD)
    for number, name in enumerate(bad):
        yield from _clientlogin(f"bad {number}", name, PASSWORD)


def _user_list() -> Iterator[Step]:
    names = "CoreUser|coreUser|Core_User|Core Space|core_Space|Nobody Here|127.0.0.1|::1|a#b|Core@x|User:CoreUser|~2026-1|Admin|CoreBot"
    everything = "groups|groupmemberships|implicitgroups|rights|editcount|registration|gender|centralids|cancreate|blockinfo|emailable"
    for name, more in {
        "plain": {}, "groups": {"usprop": "groups|groupmemberships|implicitgroups"}, "all": {"usprop": everything},
        "unknown prop": {"usprop": "groups|nope"},
    }.items():  # fmt: skip
        for formatversion in ("1", "2"):
            yield _get(
                f"{name} {formatversion}",
                action="query",
                list="users",
                ususers=names,
                **more,
                formatversion=formatversion,
            )
        yield _get(f"{name} xml", action="query", list="users", ususers=names, **more, format="xml")
    yield _get("by id", action="query", list="users", ususerids="1|4|99999|0")
    yield _get("neither", action="query", list="users")
    yield _get("both", action="query", list="users", ususers="CoreUser", ususerids="4")
    yield _get("empty", action="query", list="users", ususers="")


def _passwords() -> Iterator[Step]:
    yield from _clientlogin("right", "CoreUser", PASSWORD)
    yield from _clientlogin("blank at the end", "CoreUser", PASSWORD + " ")
    yield from _clientlogin("4096 bytes", "CoreUser", "x" * 4096)
    yield from _clientlogin("4097 bytes", "CoreUser", "x" * 4097)
    yield from _clientlogin("4097 bytes, nobody", "CoreNobody", "x" * 4097)
    yield from _clientlogin("rememberMe=0", "CoreBot", "CoreBot12345!", rememberMe="0")
    yield from _clientlogin("rememberMe=", "CoreBot", "CoreBot12345!", rememberMe="")
    yield from _clientlogin("raw", "CoreAdmin", "wrong", loginmessageformat="raw")
    yield from _clientlogin("html", "CoreAdmin", "wrong", loginmessageformat="html")


def _bot_names() -> Iterator[Step]:
    secret = "81s7dqo393ledr3r3s0gpg82u4mt6ovs"
    for number, (name, password) in enumerate((
        ("CoreUser@core", secret), ("CoreUser", f"core@{secret}"), ("coreUser@core", secret),
        ("User:CoreUser@core", secret), ("CoreUser@Core", secret), ("CoreUser@core ", secret),
        ("CoreUser@nope", secret), ("Nobody@core", secret), ("CoreUser@", secret), ("@core", secret),
        ("CoreUser", f"@{secret}"), ("CoreUser", secret), ("CoreUser@core", secret.upper()),
        ("CoreUser@core", secret[:-1]), ("CoreUser@core@x", secret), ("CoreUser", f"core@x@{secret}"),
    )):  # fmt: skip
        yield from _login(f"try {number}", name, password)


def _bad_input() -> Iterator[Step]:
    yield _get("token array", raw="action=query&meta=tokens&type[]=login&format=json&formatversion=2")
    yield _get("action array", raw="action[]=query&format=json&formatversion=2")
    yield _get("format array", raw="action=query&meta=userinfo&format[]=json&formatversion=2")
    yield _get("broken utf-8", raw="action=query&list=users&ususers=%ff%fe|caf%e9&format=json&formatversion=2")
    yield _get("nul", raw="action=query&list=users&ususers=a%00b&format=json&formatversion=2")
    yield _get("overlong utf-8", raw="action=query&list=users&ususers=%c0%af&format=json&formatversion=2")
    yield _get("surrogate", raw="action=query&list=users&ususers=%ed%a0%80&format=json&formatversion=2")
    yield _get(
        "51 values", raw=f"action=query&meta=tokens&type={'|'.join(map(str, range(51)))}&format=json&formatversion=2"
    )
    yield _get("assert array", raw="action=query&assert[]=user&format=json&formatversion=2")
    yield _get(
        "requestid in every dress", raw="action=query&requestid=%3Cb%3E%22%27%26%0A%C3%A9&format=json&formatversion=2"
    )
    yield _get("requestid xml", raw="action=query&requestid=%3Cb%3E%22%27%26%0A%C3%A9&format=xml")
    for number, cookie in enumerate((
        "my_wiki_session=", "my_wiki_session", "=", ";;;", "my_wiki_session=a b", "my_wiki_session=%00", "my_wikiUserID=abc",
        "my_wikiUserID=-1", "my_wikiUserID=4; my_wikiToken=", "my_wiki_session=<script>", 'my_wiki_session="quoted"',
        "my_wiki_BPsession=short", "my_wiki_BPsession=" + "a" * 32, "my_wiki.session=" + "b" * 32, "my_wiki_session=" + "c" * 5000,
    )):  # fmt: skip
        yield _get(f"cookie {number}", headers={"Cookie": cookie}, action="query", meta="userinfo")
    yield _post("login with nothing", action="login")
    yield _post("clientlogin with nothing", action="clientlogin")
    yield _post("content type json", headers={"Content-Type": "application/json"}, action="query", meta="userinfo")
    yield _post("duplicate in query and body", query="assert=anon", action="query", **{"assert": "user"})


def _presence() -> Iterator[Step]:
    yield FETCH
    more = {"action": "clientlogin", "logintoken": TOKEN}
    yield _post("logincontinue empty", headers=SESSION, **more, logincontinue="")
    yield _post("logincontinue 0", headers=SESSION, **more, logincontinue="0")
    yield _post("return url empty", headers=SESSION, **more, loginreturnurl="")
    for number, url in enumerate(
        ("example", "//example.org/", "javascript:1", "ftp://example.org/", "mailto:a@b", "http://", "HTTPS://X/")
    ):
        yield _post(f"return url {number}", headers=SESSION, **more, loginreturnurl=url)
    yield _post("requests empty", headers=SESSION, **more, loginreturnurl="http://e.org/", loginrequests="")
    yield _post("requests unknown", headers=SESSION, **more, loginreturnurl="http://e.org/", loginrequests="Nope")
    yield _post("messageformat empty", headers=SESSION, **more, loginreturnurl="http://e.org/", loginmessageformat="")
    yield _get("type empty", action="query", meta="tokens", type="")
    yield _get("meta empty", action="query", meta="")
    yield _get("assert empty", action="query", **{"assert": ""})
    yield _get("modules empty", action="paraminfo", modules="")


def _tokens() -> Iterator[Step]:
    yield FETCH
    login = "⟦token:last⟧"
    for number, (kind, token) in enumerate((
        ("login", f"{login}+\\"), ("csrf", f"{login}+\\"), ("csrf", "+\\"), ("login", "+\\"), ("login", f"{login}%2B%5C"),
        ("login", f"{login} \\"), ("login", login), ("login", "x"), ("login", "0" * 40 + "+\\"), ("nope", "x"),
        ("createaccount", f"{login}+\\"),
    )):  # fmt: skip
        yield _get(f"check {number}", headers=SESSION, action="checktoken", type=kind, token=token)
    yield _get("without the cookie", action="checktoken", type="login", token=f"{login}+\\")
    yield _get("age 0", headers=SESSION, action="checktoken", type="login", token=f"{login}+\\", maxtokenage="0")
    yield _get("age -1", headers=SESSION, action="checktoken", type="login", token=f"{login}+\\", maxtokenage="-1")
    yield _get("age x", headers=SESSION, action="checktoken", type="login", token=f"{login}+\\", maxtokenage="x")


def _me() -> Iterator[Step]:
    props = (
        "groups|groupmemberships|implicitgroups|rights|changeablegroups|editcount|email|realname|registrationdate|"
        "acceptlang|centralids|cancreateaccount|ratelimits|theoreticalratelimits|hasmsg|latestcontrib|unreadcount|blockinfo"
    )
    accept = {"Accept-Language": "de-CH;q=0.7, en;q=0.5, fr"}
    yield _get("anonymous", headers=accept, action="query", meta="userinfo", uiprop=props)
    for name, password in (("Admin", "AdminPass12345!"), ("CoreBot", "CoreBot12345!"), ("CoreUser", PASSWORD)):
        yield from _clientlogin(name, name, password)
        ident = {"Admin": 1, "CoreBot": 7, "CoreUser": 4}[name]
        jar = {"Cookie": f"my_wiki_session=⟦session:last⟧; my_wikiUserID={ident}; my_wikiUserName={name}"}
        for more in ({}, {"formatversion": "1"}, {"format": "xml"}):
            yield _get(f"{name} {more}", headers=jar, action="query", meta="userinfo", uiprop=props, **more)
    yield from _login("bot", "CoreUser@core", "81s7dqo393ledr3r3s0gpg82u4mt6ovs")
    jar = {"Cookie": "my_wiki_BPsession=⟦session:last⟧"}
    yield _get("bot password", headers=jar, action="query", meta="userinfo", uiprop=props)


def _formats() -> Iterator[Step]:
    for format_ in ("json", "xml", "php", "none", "jsonfm", "xmlfm", "phpfm", "rawfm"):
        for errorformat in ("bc", "plaintext", "wikitext", "html", "raw", "none"):
            shown = {"format": format_, "errorformat": errorformat}
            version = {} if format_ in ("xml", "none", "xmlfm", "rawfm") else {"formatversion": "2"}
            yield _get(
                f"error {format_} {errorformat}",
                raw=urlencode({"action": "query", "assert": "user", **shown, **version}),
            )
            warned = {"action": "query", "meta": "tokens", "type": "x|y", **shown, **version}
            yield _get(f"warning {format_} {errorformat}", raw=urlencode(warned))


def _described() -> Iterator[Step]:
    for module in MODULES:
        if module not in ("main", "query", "paraminfo"):
            for format_ in ("json", "xml"):
                yield _get(f"{module} {format_}", action="paraminfo", modules=module, helpformat="raw", format=format_)
            yield _get(f"help {module}", raw=urlencode({"action": "help", "modules": module}))
    yield _get("helpformat html", action="paraminfo", modules="logout", helpformat="html")
    yield _get("helpformat wikitext", action="paraminfo", modules="logout", helpformat="wikitext")
    yield _get("twice", action="paraminfo", modules="logout|logout")
    yield _get("with a blank", action="paraminfo", modules="query tokens")


def _languages() -> Iterator[Step]:
    for number, code in enumerate(
        ("en", "EN", "qqx", "x-unknown", "", "a" * 129, "a/b", "a:b", "<x>", "qqq", "user", "content", "en-x-piglatin")
    ):
        shown = {"uselang": code, "responselanginfo": "1"}
        yield _get(f"uselang {number}", action="query", **shown)
        yield _get(f"errorlang {number}", action="query", errorlang=code, responselanginfo="1", errorformat="plaintext")


def _printers() -> Iterator[Step]:
    failing = (
        "action=query&assert=user&format=json&formatversion=3", "action=query&format=json&formatversion=&foo=1",
        "action=query&assert=user&format=xml&xslt=MediaWiki:X.xsl", "action=query&format=phpfm&formatversion=&wrappedhtml=1",
        "action=query&meta=tokens&type=x&format=php&formatversion=9", "action=help&modules=logout&format=json&formatversion=9",
    )  # fmt: skip
    for number, query in enumerate(failing):
        for form in ("bc", "plaintext", "raw"):
            yield _get(f"failing {number} {form}", raw=f"{query}&errorformat={form}")
    raw = (
        "action=query&format=nope", "action=query&meta=authmanagerinfo&amirequestsfor=x", "action=query&continue=x",
        "action=query&meta=authmanagerinfo&amirequestsfor=login&amimessageformat=x", "action=paraminfo&modules=x|login%2By|query%2Bx",
        "action=help&modules=x", "action=query&_=1&__=2&_a=3&a__b=1&a_=1&-x=1&~~~=1&!!=1", "action=query&assert=x",
    )  # fmt: skip
    for number, query in enumerate(raw):
        yield _get(f"raw {number}", raw=f"format=json&formatversion=2&{query}&errorformat=raw")
    yield _get("linked", raw="action=query&meta=tokens&type=x|y&foo=a%20b~&format=jsonfm")
    needs = {"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login"}
    yield _get("keys", **needs, uselang="qqx", amimessageformat="html")
    for form in ("raw", "html"):
        yield _post(f"password {form}", action="validatepassword", password="x", errorformat=form, format="xml")
    for value in ("", "0", "1"):
        yield _post(f"promise {value}", headers={"Promise-Non-Write-API-Action": value}, action="login", lgname="x")
    yield Step("linked after PUT", Exchange("PUT", query="action=query&format=jsonfm"), Expected())
    yield FETCH
    given = {"logintoken": TOKEN, "loginreturnurl": "http://example.org/", "username[]": "CoreUser", "password": "x"}
    yield _post("array field", headers=SESSION, action="clientlogin", **given)


def _mixed_cookies() -> Iterator[Step]:
    public = {"action": "query", "meta": "siteinfo", "siprop": "rightsinfo", "maxage": "60", "smaxage": "60"}
    asked = ({"action": "query", "meta": "userinfo"}, {"action": "query", "meta": "tokens", "type": "login"}, public)
    unknown = "my_wiki_session=" + "a" * 32
    for number, cookie in enumerate((
        "my_wikiUserID=4", "my_wikiUserID=4; my_wikiToken=x", "my_wikiToken=x", f"{unknown}; my_wikiUserID=4; my_wikiToken=x",
        f"{unknown}; my_wikiUserID=4; my_wikiUserName=CoreBot", unknown, "my_wikiUserName=CoreUser",
    )):  # fmt: skip
        for params in asked:
            yield _get(f"cookies {number} {params['meta']}", headers={"Cookie": cookie}, **params)
    yield FETCH
    yield _get(
        "a visitor's session and a user", headers=_jar(4, "CoreUser"), action="query", meta="tokens", type="login"
    )
    for number, name in enumerate(("_core Space", "\u200ecore Space", "\u00a0core_Space", "&auml;x")):
        yield from _clientlogin(f"name {number}", name, PASSWORD)


def _jar(ident: int, name: str, *, token: bool = False) -> dict[str, str]:
    """The cookies of an account's newest session."""
    more = "; my_wikiToken=⟦usertoken:last⟧" if token else ""
    return {"Cookie": f"my_wiki_session=⟦session:last⟧; my_wikiUserID={ident}; my_wikiUserName={name}{more}"}


def _cookies() -> Iterator[Step]:
    yield _get("fields", action="query", meta="authmanagerinfo", amirequestsfor="login", amimessageformat="none")
    yield from _clientlogin("login", "CoreUser", PASSWORD)
    yield _get("who", headers=_jar(4, "CoreUser"), action="query", meta="userinfo")
    yield from _clientlogin("login to remember", "CoreUser", PASSWORD, rememberMe="1")
    yield _get("who", headers=_jar(4, "CoreUser"), action="query", meta="userinfo")
    yield from _login("bot", "CoreUser@core", "81s7dqo393ledr3r3s0gpg82u4mt6ovs")
    yield from _login("main account", "CoreUser", PASSWORD)
    yield _get("csrf", headers=_jar(4, "CoreUser"), action="query", meta="tokens")
    yield _post("logout", headers=_jar(4, "CoreUser"), action="logout", token=TOKEN)


def _after(seconds: int, step: Step) -> Step:
    return replace(step, do=({"advance": seconds},))


def _idle() -> Iterator[Step]:
    yield from _clientlogin("login", "CoreUser", PASSWORD, rememberMe="1")
    who = _get("who", headers=_jar(4, "CoreUser"), action="query", meta="userinfo")
    yield who
    yield _after(11, replace(who, name="past half its life"))
    yield _after(11, replace(who, name="past half of its second life"))
    yield _after(21, replace(who, name="idle too long"))
    yield _after(
        21, _get("idle, but remembered", headers=_jar(4, "CoreUser", token=True), action="query", meta="userinfo")
    )


def _throttled() -> Iterator[Step]:
    for number in range(4):
        yield from _clientlogin(f"wrong {number}", "CoreThr", f"wrong {number}")
    yield from _clientlogin("right while throttled", "CoreThr", PASSWORD)
    fetch, right = _clientlogin("right after the first window", "CoreThr", PASSWORD)
    yield from (_after(5, fetch), right)
    yield from _clientlogin("wrong after success", "CoreThr", "wrong")
    yield from _clientlogin("raw", "CoreThr", "wrong", loginmessageformat="raw")
    yield from _clientlogin("throttled again", "CoreThr", "wrong", loginmessageformat="raw")
    yield from _login("and by action=login", "CoreThr", PASSWORD)


def _grants() -> Iterator[Step]:
    secret = "81s7dqo393ledr3r3s0gpg82u4mt6ovs"
    jar = {"Cookie": "my_wiki_BPsession=⟦session:last⟧"}
    for bot in fixture("core-grants").bot_passwords:
        name = f"{bot['user']}@{bot['app']}"
        yield from _login(name, name, secret)
        if bot["app"] != "elsewhere":
            yield _get(f"{name} may", headers=jar, action="query", meta="userinfo", uiprop="rights|groups|ratelimits")
            yield _get(
                f"{name} limits", headers=jar, action="query", meta="siteinfo", siprop="|".join(["rightsinfo"] * 51)
            )


def _blocks() -> Iterator[Step]:
    names = {"CoreBlocked": 8, "CoreThr": 14, "CoreHash": 16, "CoreLogout": 18}
    for name, ident in names.items():
        yield from _clientlogin(name, name, PASSWORD)
        for more in ({}, {"format": "xml"}, {"formatversion": "1"}):
            yield _get(
                f"{name} {more}",
                headers=_jar(ident, name),
                action="query",
                meta="userinfo",
                uiprop="blockinfo|rights",
                **more,
            )
    everybody = "|".join([*names, "CoreBot", "CoreUser"])
    yield _get("list", action="query", list="users", ususers=everybody, usprop="blockinfo")
    yield _get("list xml", action="query", list="users", ususers=everybody, usprop="blockinfo", format="xml")


def _token_changed() -> Iterator[Step]:
    yield from _clientlogin("login", "CoreUser", PASSWORD, rememberMe="1")
    who = _get("who", headers=_jar(4, "CoreUser", token=True), action="query", meta="userinfo")
    yield who
    yield replace(who, name="changed", do=({"change_user_token": {"user": "CoreUser"}},))
    yield _get("without Token", headers=_jar(4, "CoreUser"), action="query", meta="userinfo")


def _another_user() -> Iterator[Step]:
    yield from _clientlogin("first", "CoreUser", PASSWORD, rememberMe="1")
    jar = _jar(4, "CoreUser", token=True)
    yield _get("token", headers=jar, action="query", meta="tokens", type="login")
    yield _post(
        "second", headers=jar, action="clientlogin", username="CoreBot", password="CoreBot12345!", logintoken=TOKEN,
        loginreturnurl="http://example.org/",
    )  # fmt: skip
    yield _get("who", headers=_jar(7, "CoreBot"), action="query", meta="userinfo", uiprop="groups")
    yield _get("assertuser", headers=_jar(7, "CoreBot"), action="query", assertuser="CoreUser")


def _site() -> Iterator[Step]:
    kept = (
        "general", "namespaces", "namespacealiases", "usergroups", "rightsinfo", "restrictions", "dbrepllag", "autocreatetempuser",
        "autopromote", "autopromoteonce", "statistics", "protocols",
    )  # fmt: skip
    for name in (
        *kept,
        "specialpagealiases",
        "magicwords",
        "interwikimap",
        "extensions",
        "libraries",
        "languages",
        "skins",
    ):
        yield _get(name, action="query", meta="siteinfo", siprop=name)
        yield _get(f"{name} xml", action="query", meta="siteinfo", siprop=name, format="xml")
    yield _get("unknown", action="query", meta="siteinfo", siprop="general|nope")


def _needs() -> Iterator[Step]:
    for stage in ("login", "login-continue", "link", "unlink", "nope", ""):
        for form in ("wikitext", "html", "raw", "none"):
            yield _get(
                f"{stage} {form}", action="query", meta="authmanagerinfo", amirequestsfor=stage, amimessageformat=form
            )
    for operation in ("ChangeCredentials", "Nope", ""):
        yield _get(
            f"operation {operation}", action="query", meta="authmanagerinfo", amisecuritysensitiveoperation=operation
        )
    yield from _clientlogin("login", "CoreUser", PASSWORD)
    jar = _jar(4, "CoreUser")
    asked = {"action": "query", "meta": "authmanagerinfo", "amisecuritysensitiveoperation": "ChangeCredentials"}
    yield _get("operation logged in", headers=jar, **asked)
    yield _get("login again", headers=jar, **asked, amirequestsfor="login", format="xml")


def _cors() -> Iterator[Step]:
    who = urlencode({"action": "query", "meta": "userinfo", **JSON})
    origins = (
        "https://a.example.org", "http://a.example.org", "https://example.org", "https://a.b.example.org", "https://bad.example.org",
        "https://exact.example.net", "https://exact.example.net:8080", "null", "https://evil.test", "https://a.example.org.evil.test",
    )  # fmt: skip
    for origin in origins:
        asked = f"{who}&{urlencode({'origin': origin})}"
        yield Step(f"get {origin}", Exchange(query=asked, headers={"Origin": origin}), Expected())
        preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        yield Step(f"preflight {origin}", Exchange("OPTIONS", query=asked, headers=preflight), Expected())
    asked = f"{who}&origin=https://a.example.org"
    for names in ("content-type", "Api-User-Agent, Authorization", "x-evil", "content-type, x-evil", ""):
        preflight = {
            "Origin": origins[0],
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": names,
        }
        yield Step(f"preflight for {names}", Exchange("OPTIONS", query=asked, headers=preflight), Expected())
    yield Step("options without a method", Exchange("OPTIONS", query=asked, headers={"Origin": origins[0]}), Expected())
    yield Step("no Origin header", Exchange(query=asked), Expected())
    yield Step("another Origin header", Exchange(query=asked, headers={"Origin": "https://b.example.org"}), Expected())
    yield Step("an Origin header alone", Exchange(query=who, headers={"Origin": origins[0]}), Expected())
    yield Step("star", Exchange(query=f"{who}&origin=*", headers={"Origin": origins[0]}), Expected())
    yield Step(
        "an error",
        Exchange(query="action=nope&format=json&origin=https://a.example.org", headers={"Origin": origins[0]}),
        Expected(),
    )
    public = f"action=query&meta=siteinfo&siprop=rightsinfo&smaxage=60&maxage=60&format=json&{urlencode({'origin': origins[0]})}"
    yield Step("a public answer", Exchange(query=public, headers={"Origin": origins[0]}), Expected())


def _headers() -> Iterator[Step]:
    who = {"action": "query", "meta": "userinfo"}
    site = {"action": "query", "meta": "siteinfo", "siprop": "rightsinfo"}
    yield _get("untrusted", headers={"Treat-as-Untrusted": "0"}, **who)
    yield _get("own request id", headers={"X-Request-Id": "abc"}, **who)
    yield _get("any match", headers={"If-None-Match": "*"}, **site)
    yield _get("some match", headers={"If-None-Match": '"x"'}, **site)
    yield _get("modified since", headers={"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}, **site)
    for more in (
        {"maxage": "60"},
        {"smaxage": "60"},
        {"maxage": "60", "smaxage": "30"},
        {"maxage": "-1"},
        {"maxage": "x"},
    ):
        yield _get(f"public {more}", **site, **more)
        yield _get(f"private {more}", **who, **more)
    for method in ("HEAD", "PUT", "DELETE", "PATCH"):
        yield Step(method, Exchange(method, query=urlencode(JSON | who)), Expected())
    yield Step("post without content type", Exchange("POST", query=urlencode(JSON | who), body="x=1"), Expected())
    yield Step("post of nothing", Exchange("POST", query=urlencode(JSON | who)), Expected())
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded; charset=latin-1",
        "multipart/form-data",
        "APPLICATION/X-WWW-FORM-URLENCODED",
    ):
        headers = {"Content-Type": kind}
        yield Step(
            f"content type {kind}",
            Exchange("POST", query=urlencode(JSON | who), headers=headers, body="uiprop=groups"),
            Expected(),
        )
    for maxlag in ("0", "-1", "-2", "5", "x", ""):
        yield _get(f"maxlag {maxlag}", **who, maxlag=maxlag)
    yield _post("promise", headers={"Promise-Non-Write-API-Action": "true"}, action="login", lgname="x", lgpassword="y")
    yield _post("promise kept", headers={"Promise-Non-Write-API-Action": "true"}, **who)
    yield _get("bearer", headers={"Authorization": "Bearer abc"}, **who)


def _private() -> Iterator[Step]:
    open_to_all = (
        {"action": "paraminfo", "modules": "login"},
        {"action": "query", "meta": "tokens|authmanagerinfo"},
        {"action": "query"},
    )
    closed = (
        {"action": "query", "meta": "userinfo"}, {"action": "query", "meta": "siteinfo"},
        {"action": "query", "list": "users", "ususers": "Admin"},
        {"action": "query", "meta": "tokens", "titles": "X"}, {"action": "query", "meta": "tokens", "continue": ""},
        {"action": "checktoken", "type": "csrf", "token": "x"}, {"action": "query", "meta": "tokens", "rawcontinue": "1"},
        {"action": "query", "meta": "tokens|nope"},
    )  # fmt: skip
    for number, asked in enumerate((*open_to_all, *closed)):
        yield _get(f"anonymous {number}", **asked)
    yield _get("maxage", action="query", meta="tokens", maxage="60", smaxage="60")
    yield from _clientlogin("login", "CoreUser", PASSWORD)
    for number, asked in enumerate((*open_to_all, *closed[:2])):
        yield _get(f"logged in {number}", headers=_jar(4, "CoreUser"), **asked, maxage="60", smaxage="60")
    yield from _login("bot", "CoreUser@core", "81s7dqo393ledr3r3s0gpg82u4mt6ovs")
    yield _get("bot may read", headers={"Cookie": "my_wiki_BPsession=⟦session:last⟧"}, action="query", meta="userinfo")


CREATE_TOKEN = _get("createaccount token", action="query", meta="tokens", type="createaccount")
CSRF = "⟦token:last⟧+\\"


def _create(name: str, jar: dict[str, str] | None = None, **given: str) -> list[Step]:
    """Make an account, from nothing or as whoever the cookies say."""
    fetch = CREATE_TOKEN if jar is None else replace(CREATE_TOKEN, request=replace(CREATE_TOKEN.request, headers=jar))
    form = {"createreturnurl": "http://example.org/", "createtoken": TOKEN, **given}
    return [fetch, _post(name, headers=jar or SESSION, action="createaccount", **form)]


def _new(username: str, password: str = "Str0ngPassw0rd!", **more: str) -> dict[str, str]:
    return {"username": username, "password": password, "retype": password, **more}


def _creation() -> Iterator[Step]:
    yield from _create("good", **_new("Live made"))
    yield from _create("taken", **_new("Live made"))
    yield from _create("taken, other spelling", **_new("live_made"))
    for number, name in enumerate((
        "a#b", "127.0.0.1", "Talk:X", "User:X", "MediaWiki default", "~2026-1", "x" * 256, "A@b", "A/b", "<b>", "A|b", "  ", ":X", "::1",
    )):  # fmt: skip
        yield from _create(f"name {number}", **_new(name))
    for number, password in enumerate((
        "short", "a", "12345678", "password", "Live judged", "livejudged1", "x" * 4096, "x" * 4097,
    )):  # fmt: skip
        yield from _create(f"password {number}", **_new("Live judged", password))
    yield from _create("mismatch", **_new("Live mismatch") | {"retype": "An0therPassw0rd!"})
    yield from _create("no retype", username="Live none", password="Str0ngPassw0rd!")
    yield from _create("no password", username="Live none")
    yield from _create("nothing")
    yield from _create("empty password", **_new("Live none", ""))
    for number, mail in enumerate(
        ("no address", "a@b", "a@example.org", "a b@example.org", "@example.org", "a@@example.org")
    ):
        yield from _create(f"mail {number}", **_new(f"Live mail {number}", email=mail))
    yield from _create("real name", **_new("Live real name", realname="Real \u00dc Name"))
    yield from _create("long real name", **_new("Live long name", realname="x" * 256))
    yield from _create("raw", **_new("Live made", createmessageformat="raw"))
    yield from _create("merged", username="Live none", createmergerequestfields="1")
    yield from _create(
        "one request", **_new("Live one", createrequests=r"MediaWiki\Auth\PasswordAuthenticationRequest")
    )
    yield from _create("continue nothing", createcontinue="1")
    yield from _create("preserve nothing", **_new("Live preserve", createpreservestate="1"))
    yield from _create("no return", **_new("Live return", createreturnurl="javascript:1"))
    yield FETCH
    yield _post(
        "wrong token",
        headers=SESSION,
        action="createaccount",
        createtoken=TOKEN,
        **_new("Live token", createreturnurl="http://e.org/"),
    )
    yield _get("by get", action="createaccount")
    yield from _clientlogin("in", "CoreUser", PASSWORD)
    jar = _jar(4, "CoreUser")
    yield from _create("by a user", jar, **_new("Live by user"))
    yield from _create("by a user, with a reason", jar, **_new("Live by reason", reason="because"))
    yield from _create("by a user, taken", jar, **_new("Live made"))
    yield _get("who", headers=jar, action="query", meta="userinfo")


def _blocked_creation() -> Iterator[Step]:
    yield _get("can he", action="query", meta="authmanagerinfo", amirequestsfor="create")
    for form in ("wikitext", "raw"):
        yield from _create(f"blocked {form}", **_new("Live blocked", createmessageformat=form))
    yield from _create("blocked, taken", **_new("CoreUser"))
    yield from _create("blocked, bad name", **_new("a#b"))
    yield _get("name", action="query", list="users", ususers="Live blocked", usprop="cancreate")


def _private_creation() -> Iterator[Step]:
    yield _get("can he", action="query", meta="authmanagerinfo", amirequestsfor="create")
    yield _get("help", action="help", modules="createaccount")
    yield from _create("private", **_new("Live private"))
    yield from _create("private, taken", **_new("CoreUser"))
    yield _post("judged", action="validatepassword", password="Str0ngPassw0rd!", user="Live private")
    yield from _create("private, again", **_new("Live private"))


def _change(name: str, jar: dict[str, str], action: str = "changeauthenticationdata", **given: str) -> list[Step]:
    """Change or remove a credential, with a token fetched for it."""
    kind = "changeauthtoken" if action == "changeauthenticationdata" else "token"
    fetch = _get("csrf token", headers=jar, action="query", meta="tokens")
    return [fetch, _post(name, headers=jar, action=action, **{kind: CSRF, **given})]


def _credentials() -> Iterator[Step]:
    password, temporary = (rf"MediaWiki\Auth\{kind}AuthenticationRequest" for kind in ("Password", "TemporaryPassword"))
    new = {"password": "NewCorePass1!", "retype": "NewCorePass1!"}
    yield FETCH
    yield from _change("visitor", SESSION, changeauthrequest=password, **new)
    yield from _change("visitor removes", SESSION, "removeauthenticationdata", request=temporary)
    yield from _clientlogin("in", "CoreUser", PASSWORD)
    jar = _jar(4, "CoreUser")
    for name, given in {
        "no request": {}, "unknown": {"changeauthrequest": "Nope", **new}, "nothing": {"changeauthrequest": password},
        "mismatch": {"changeauthrequest": password, "password": "NewCorePass1!", "retype": "x"},
        "short": {"changeauthrequest": password, "password": "short", "retype": "short"},
        "common": {"changeauthrequest": password, "password": "password", "retype": "password"},
        "temporary": {"changeauthrequest": temporary, "mailpassword": "1"},
        "name": {"changeauthrequest": password, "username": "CoreBot", "password": "CoreUser", "retype": "CoreUser"},
    }.items():  # fmt: skip
        yield from _change(name, jar, **given)
    for name, request in {"password": password, "nobody's": "Nope", "temporary": temporary}.items():
        yield from _change(f"remove {name}", jar, "removeauthenticationdata", request=request)
    yield from _change("remove nothing", jar, "removeauthenticationdata")
    yield from _change("unlink", jar, "unlinkaccount", request=password)
    yield _post(
        "bad token",
        headers=jar,
        action="changeauthenticationdata",
        changeauthtoken="x",
        changeauthrequest=password,
        **new,
    )
    yield _get("by get", headers=jar, action="changeauthenticationdata")
    yield from _change("good", jar, changeauthrequest=password, **new)
    yield from _clientlogin("old", "CoreUser", PASSWORD)
    yield from _clientlogin("new", "CoreUser", new["password"])


def _judged_passwords() -> Iterator[Step]:
    for number, password in enumerate((
        "Str0ngPassw0rd!", "short", "a", "", "password", "12345678", "x" * 4096, "x" * 4097, "\u00fc" * 8, "        ",
    )):  # fmt: skip
        yield _post(f"password {number}", action="validatepassword", password=password)
    for number, name in enumerate(("New one", "CoreUser", "a#b", "127.0.0.1", "", "coreUser", "Talk:X", "~2026-1")):
        yield _post(f"name {number}", action="validatepassword", password="Str0ngPassw0rd!", user=name)
    yield _post("as named", action="validatepassword", password="New one here", user="New one here")
    yield _post("mail", action="validatepassword", password="Str0ngPassw0rd!", user="New one", email="x", realname="y")
    for form in ("raw", "html", "none", "plaintext", "bc"):
        yield _post(f"errors {form}", action="validatepassword", password="short", errorformat=form)
    yield _post("xml", action="validatepassword", password="short", user="a#b", format="xml")
    yield _get("by get", action="validatepassword", password="x")
    yield _post("nothing", action="validatepassword")
    yield from _clientlogin("in", "CoreUser", PASSWORD)
    yield _post("own", headers=_jar(4, "CoreUser"), action="validatepassword", password="CoreUser")


def _operations() -> Iterator[Step]:
    operations = (
        "login", "login-continue", "create", "create-continue", "link", "link-continue", "change", "remove", "unlink", "nope", "",
    )  # fmt: skip
    yield from _clientlogin("in", "CoreUser", PASSWORD)
    for who, jar in (("visitor", {}), ("user", _jar(4, "CoreUser"))):
        for operation in operations:
            for merged in ("", "1"):
                more = {"amimergerequestfields": merged} if merged else {}
                yield _get(
                    f"{who} {operation or 'empty'} {merged}",
                    headers=jar,
                    action="query",
                    meta="authmanagerinfo",
                    amirequestsfor=operation,
                    **more,
                )
        for operation in ("ChangeCredentials", "LinkAccounts", "UnlinkAccount", "nope", ""):
            yield _get(
                f"{who} sensitive {operation}",
                headers=jar,
                action="query",
                meta="authmanagerinfo",
                amisecuritysensitiveoperation=operation,
            )
