# ruff: noqa: INP001, T201
"""Carries transcripts of a real MediaWiki over into recordings without prose (see ``src/wikigate/testing/recorder.py``).

usage: convert_recordings.py TRANSCRIPTS MEDIAWIKI OUT

TRANSCRIPTS has two folders of JSON files. ``core/<scenario>.json``: ``{description, port, steps: [{n, note, request: {method, url,
headers, form}, response: {status, headers, body}}]}``. ``framework/NNN-<name>.json``: ``{id, title, server, setup, request:
{method, target, headers, body}, response}``, one exchange each. MEDIAWIKI is that MediaWiki's folder: its catalogue tells which
message a text is. OUT is ``tests/wire/recordings``. What later issues bring is left out here, by scenario and by action: take a
name off the lists below and run again.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from wikigate.testing.bodies import Float, write_json
from wikigate.testing.recorder import Recorder
from wikigate.testing.recording import dump
from wikigate.testing.texts import Form, Texts
from wikigate.testing.transport import Answer

# Actions and query modules of later issues: such a step is left out of its scenario.
LATER_ACTIONS = frozenset({
    "edit", "unblock", "block",
})  # fmt: skip
# Fixtures whose wikis have a module that edits.
WITH_PAGES = frozenset({"core-pages", "core-temporary"})
LATER_QUERIES = frozenset({"allusers"})
FIXTURES = {
    8151: "core-captcha", 8152: "core-private", 8153: "core-block-disables-login", 8154: "core-no-bot-passwords", 8155: "core",
    8159: "core-one-account", 8160: "core-argon2", 8161: "core-outside", 8163: "core-no-registration",
    8164: "core-read-only", 8165: "core-domains", 8166: "core-login-only", 8167: "core-no-reset",
}  # fmt: skip
# What happened to the wiki before a step, known from the transcript's notes.
CHANGES: dict[tuple[str, int], list[dict[str, Any]]] = {
    ("botpw_invalidate", 4): [{"renew_bot_password_token": {"user": "CoreReset", "app": "r1"}}],
    ("botpw_invalidate", 7): [{"invalidate_bot_passwords": {"user": "CoreReset"}}],
    ("clientlogin_expired_password", 5): [{"expire_password": {"user": "CoreExp", "seconds_ago": 864000}}],
    ("checktoken", 3): [{"advance": 2}],
}
# What the fixture's automatic block says instead of MediaWiki's sentence: a reason is data, whoever wrote it.
_AUTOBLOCK = "Autoblock of CoreBlocked: bad behaviour"
# Scenarios of extensions with their fixtures, by the port of the wiki where one scenario tells of several: ``{description, transcript:
# [{note, request: {method, url, params, headers, cookies}, status, headers, body}]}``.
EXTENSIONS: dict[str, str | dict[int, tuple[str, str]]] = {
    "captcha_fancy": "extensions-captcha-image", "captcha_questy_badloginperuser": "extensions-captcha-questions",
    "captcha_simple_badlogin": "extensions-captcha", "captcha_simple_createaccount": "extensions-captcha",
    "captcha_turnstile": "extensions-captcha-turnstile",
    "example22_lab_provider": "extensions-example-22",
    "example22_restart_link": {
        8351: ("example22_restart_link", "extensions-example-22-linking"),
        8352: ("example22_closed", "extensions-example-22-closed"),
    },
    "ldap_domain_field": "extensions-domains",
    "pluggableauth_clientlogin": "extensions-pluggable-auth",
    "oath_api_modules": "extensions", "oath_totp_clientlogin": "extensions",
}  # fmt: skip
# A step that looks back to another scenario.
EXTENSIONS_LEFT_OUT = frozenset({("oath_api_modules", "throttled")})
# The framework's groups: first number, name; a transcript belongs to the last group that begins before it.
GROUPS = (
    (1, "formats"), (101, "parsing"), (135, "types"), (301, "shapes"), (311, "errors"), (345, "pipeline"), (362, "private"),
    (373, "maxlag"), (383, "caching"), (396, "request-id"), (399, "cors"), (416, "main-parameters"), (418, "assert"),
    (501, "http-status"), (506, "auth-methods"), (520, "query"), (526, "tokens"), (533, "session"), (556, "help"),
    (596, "siteinfo"), (630, "paraminfo"), (701, "extras"), (733, "admin-session"), (745, "extras"), (764, "clientlogin-return"),
    (768, "extras"),
)  # fmt: skip
# Pages, REST, a proxy's own page, an extension's veto, style sheets, modules of later issues.
FRAMEWORK_LEFT_OUT = frozenset({359, *range(580, 590), 591, 594, 723, 724, 727, 731, 738, 741, 742, 774, 775})
# The modules of this issue: the others are taken out of answers that describe many.
MODULES = frozenset({
    "main", "login", "clientlogin", "logout", "checktoken", "query", "query+tokens", "query+userinfo",
    "query+authmanagerinfo", "query+users", "query+siteinfo", "help", "paraminfo", "json", "jsonfm", "xml", "xmlfm", "php",
    "phpfm", "none", "rawfm",
})  # fmt: skip


def main(transcripts: Path, mediawiki: Path, out: Path) -> None:
    """Convert both folders; say which texts no message explains."""
    texts = Texts(
        {"en": _catalogue(mediawiki, "en"), "de": _catalogue(mediawiki, "de"), "fr": _catalogue(mediawiki, "fr")}
    )
    unknown: list[tuple[str, str, str]] = []
    count = 0
    for name, title, fixture, exchanges in (
        *_core(transcripts / "core"),
        *_framework(transcripts / "framework"),
        *_extensions(transcripts / "extensions"),
    ):
        recorder = Recorder(texts, _bases(exchanges), "20261121")
        steps = [_step(recorder, item) for item in exchanges]
        if not steps:
            continue
        target = out / f"{name}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dump(title, fixture, steps), "utf-8")
        unknown += [(name, *item) for item in recorder.unknown]
        count += 1
    print(f"{count} recordings")
    for item in sorted(set(unknown)):
        print("unknown:", *item)


def _catalogue(mediawiki: Path, language: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for root in ("languages", "includes", "extensions-core/ConfirmEdit", "extensions-core/OATHAuth"):
        for path in sorted((mediawiki / root).rglob(f"i18n/**/{language}.json")):
            if "installer" not in path.parts:
                data = json.loads(path.read_text("utf-8"))
                out.update({key: value for key, value in data.items() if isinstance(value, str)})
    # What the documentation's Example 22 prints, which no MediaWiki has among its messages.
    own = json.loads((Path(__file__).parents[1] / "src/wikigate/i18n/messages/en.json").read_text("utf-8"))
    return out | {key: value for key, value in own.items() if key.startswith(("openidconnect-", "pluggableauth-"))}


def _bases(exchanges: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple({f"http://127.0.0.1:{item['port']}" for item in exchanges})


def _core(folder: Path) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    for path in sorted(folder.glob("*.json")):
        scenario = path.stem
        family = re.sub(r"_(fv1|fv2|fv2plain|xml)$", "", scenario)
        text = path.read_text("utf-8")
        if family == "createaccount":
            # The wiki of those recordings had more accounts by then than the fixture has.
            text = re.sub(r"my_wikiUserID=(25|30)\b", "my_wikiUserID=20", text)
        if family == "clientlogin_redirect":
            text = re.sub(r"my_wikiUserID=(38|39|40)\b", "my_wikiUserID=20", text)
        if family == "temp_accounts":
            # Each variant was recorded after the one before, on one wiki.
            text = re.sub(r"~2026-[123]\b", "~2026-1", text)
            text = re.sub(r"(my_wikiUserID=|\\\"id\\\":|<userinfo id=\\\")(35|36|37)\b", r"\g<1>20", text)
        data = json.loads(text)
        fixture = {
            "blocked_user": "core-blocked",
            "ip_block": "core-ip-block",
            "autoblock_trigger": "core-blocked-anew",
            "anon_edit": "core-pages",
            "temp_accounts": "core-temporary",
        }.get(family) or FIXTURES[data["port"]]
        steps = [_core_step(family, data["port"], step) for step in data["steps"] if "request" in step]
        _rehash_checks(family, data["steps"], steps)
        yield (
            f"core/{scenario}",
            data["description"],
            fixture,
            [step for step in steps if fixture in WITH_PAGES or not _later(step)],
        )


def _core_step(family: str, port: int, step: Mapping[str, Any]) -> dict[str, Any]:
    request = step["request"]
    parts = urlsplit(request["url"])
    hash_of = re.match(r"[\w() ,]+: (.*)$", step["note"]) if family.startswith("password_hash") else None
    changes = (
        [{"store_hash": {"user": "CoreHash", "hash": hash_of[1]}}] if hash_of else CHANGES.get((family, step["n"]), [])
    )
    note = re.sub(r":\s.*", "", step["note"]) if hash_of else re.sub(r"^\{.*?\} ", "", step["note"])
    if family == "paraminfo_auth":
        return _own_modules(port, step)
    return {
        "port": port, "name": f"{step['n']} {note}", "do": changes, "method": request["method"], "path": parts.path,
        "query": parts.query, "form": request["form"], "body": None, "headers": request["headers"], "response": step["response"],
    }  # fmt: skip


def _own_modules(port: int, step: Mapping[str, Any]) -> dict[str, Any]:
    """Keep, of an answer about many modules, the modules of this issue."""
    parts = urlsplit(step["request"]["url"])
    query = dict(parse_qsl(parts.query))
    query["modules"] = "|".join(name for name in query["modules"].split("|") if name in MODULES)
    response = dict(step["response"])
    if query["format"] == "xml":
        blocks = re.findall(r'<module name="[^"]*" classname="[^"]*" path="([^"]*)".*?</module>', response["body"])
        for path in (path for path in blocks if path not in MODULES):
            response["body"] = re.sub(
                rf'<module name="[^"]*" classname="[^"]*" path="{re.escape(path)}".*?</module>', "", response["body"]
            )
    else:
        tree = json.loads(response["body"])
        tree["paraminfo"]["modules"] = [m for m in tree["paraminfo"]["modules"] if m["path"] in MODULES]
        response["body"] = write_json(tree, escaped=True)
    return {
        "port": port, "name": f"{step['n']} {query['format']}{query.get('formatversion', '')}", "do": [], "method": "GET",
        "path": parts.path, "query": urlencode(query), "form": None, "body": None, "headers": {}, "response": response,
    }  # fmt: skip


def _rehash_checks(family: str, recorded: list[dict[str, Any]], steps: list[dict[str, Any]]) -> None:
    """Ask, at the step after each login, what became of the stored hash (only where the transcript waited for it)."""
    table = next((step["table"] for step in recorded if "table" in step), {})
    if not family.startswith("password_hash_formats_"):
        return
    outcomes = {name: item for name, item in table.items() if isinstance(item, dict)}
    for before, after in pairwise(steps):
        label = before["name"].partition(" ")[2]
        if before["do"] and label in outcomes:
            stored = outcomes[label]["after"]
            after["do"] = [
                {"expect_hash": {"user": "CoreHash", "type": stored.split(":")[1] if stored.startswith(":") else ""}}
            ]


def _later(step: Mapping[str, Any]) -> bool:
    values = dict(parse_qsl(step["query"])) | (step["form"] or {})
    return values.get("action") in LATER_ACTIONS or values.get("list") in LATER_QUERIES


def _extensions(folder: Path) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    for scenario, fixture in EXTENSIONS.items():
        data = json.loads((folder / f"{scenario}.json").read_text("utf-8"))
        kept = [step for step in data["transcript"] if (scenario, step["note"]) not in EXTENSIONS_LEFT_OUT]
        steps = [_extension_step(number, step) for number, step in enumerate(kept, 1)]
        steps = [step for step in steps if _is_played(step)]
        title = data["description"] or scenario.replace("_", " ")
        wikis = fixture if isinstance(fixture, dict) else {0: (scenario, fixture)}
        for port, (name, wiki) in wikis.items():
            yield f"extensions/{name}", title, wiki, [step for step in steps if port in {0, step["port"]}]


def _extension_step(number: int, item: Mapping[str, Any]) -> dict[str, Any]:
    request = item["request"]
    parts = urlsplit(request["url"])
    is_form = request["method"] == "POST"
    params = request["params"] or {}
    body = item["body"]
    if not isinstance(body, str):
        body = write_json(body, escaped=params.get("formatversion") != "2")
    headers = dict(request["headers"]) | ({"Cookie": request["cookies"]} if request["cookies"] else {})
    name = item["note"] or ("token" if "meta" in params else params.get("action", ""))
    name = name if parts.path.endswith("api.php") else f"page {name}".strip()
    return {
        "port": parts.port, "name": f"{number} {name}", "do": [], "method": request["method"], "path": parts.path,
        "query": parts.query, "form": {k: str(v) for k, v in params.items()} if is_form else None, "body": None,
        "headers": headers, "response": {"status": item["status"], "headers": item["headers"], "body": body},
    }  # fmt: skip


def _is_played(step: Mapping[str, Any]) -> bool:
    """Leave out pages, what only the recorded wiki's own picture answers, and a service that nobody could reach."""
    page = "Captcha" in step["path"] + step["query"]
    return not page and (step["form"] or {}).get("captchaWord") != "word"


def _framework(folder: Path) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("[0-9]*.json")):
        data = json.loads(path.read_text("utf-8"))
        number = int(path.stem.partition("-")[0])
        if number in FRAMEWORK_LEFT_OUT:
            continue
        group = [name for first, name in GROUPS if first <= number][-1]
        config = (
            re.sub(r".*config:", "", data["setup"] or "").replace(",", "-")
            if "config:" in (data["setup"] or "")
            else ""
        )
        if "X-Req" in data["request"]["headers"]:
            config = "required"
        groups.setdefault((group, config), []).append(_framework_step(data))
    for (group, config), steps in groups.items():
        name = f"{group}-{config}" if config and config != group else group
        fixture = f"framework-{config}" if config else "framework"
        before: list[dict[str, Any]] = []
        if group == "session":
            before = _logged_in(folder, "htiu16ailsvd43e0g8cvdutbtq8cgn15")
        elif name == "admin-session-cors":
            before = _logged_in(folder, "0vjgn39sjjd5gmfol8dhecmdpdvr3qf1")
        elif group == "clientlogin-return":
            cookie, body = steps[0]["headers"]["Cookie"], steps[0]["body"]
            before = _token_fetched(folder, re.search(r"session=(\w+)", cookie)[1], re.search(r"[0-9a-f]{40}", body)[0])
        yield f"framework/{name}", f"framework: {name.replace('-', ' ')}", fixture, before + steps
    yield (
        "framework/paraminfo-modules",
        "framework: each module's whole description",
        "framework",
        list(_described(folder)),
    )


def _framework_step(data: Mapping[str, Any]) -> dict[str, Any]:
    request = data["request"]
    parts = urlsplit(request["target"])
    port = int(re.search(r"\d{4}", data["server"].split("port")[-1])[0])
    query = request["target"].partition("?")[2]
    headers = {k: v for k, v in request["headers"].items() if k not in ("X-Cfg", "X-Req")}
    body = request["body"]
    if body is not None and (long := re.search(r"(.*?)a*~?\.\.\. \((\d+) bytes of a\)", body)) is not None:
        body = f"⟦repeat:{long[2]}⟧"
    return {
        "port": port, "name": f"{data['id']}", "do": [], "method": request["method"], "path": parts.path,
        "query": query, "form": None, "body": body, "headers": headers, "response": data["response"],
    }  # fmt: skip


def _step(recorder: Recorder, item: Mapping[str, Any]) -> dict[str, Any]:
    request: dict[str, Any] = {}
    if item["method"] != "GET":
        request["method"] = item["method"]
    if item["path"] != "/w/api.php":
        request["path"] = item["path"]
    if item["query"]:
        request["query"] = recorder.request(item["query"])
    headers = {
        k: recorder.request(_cookies(k, v))
        for k, v in item["headers"].items()
        if k not in ("Host", "User-Agent", "Content-Length")
    }
    if item["form"] is not None:
        headers.pop("Content-Type", None)
        request["form"] = recorder.form(item["form"])
    if item["body"] is not None:
        request["body"] = recorder.request(item["body"])
    headers = {name: value for name, value in headers.items() if value}
    if headers:
        request["headers"] = headers
    values = dict(parse_qsl(item["query"], keep_blank_values=True)) | dict(
        item["form"] or parse_qsl(item["body"] or "")
    )
    error = values.get("errorformat", "bc")
    message = next((v for k, v in values.items() if k.endswith("messageformat")), "wikitext")
    answer = item["response"]
    body = answer.get("body") or ""
    body = re.sub(r"Autoblocked because your.*?bad behaviour(?:\\\"|&quot;|\")", _AUTOBLOCK, body, flags=re.DOTALL)
    if "fwtest" in body and "truncated_to" in answer:
        body = _refilled(body, answer["length"])
    response = recorder.response(
        Answer(answer["status"], tuple((k, v) for k, v in answer["headers"]), body.encode()),
        _form(error, "plain"),
        _form(message, "wikitext"),
    )
    if len(body.encode()) < answer.get("length", 0):
        response["body"] = _as_far_as_recorded(response["body"], answer["headers"])
    step: dict[str, Any] = {"name": item["name"], "request": request, "response": response}
    if item["do"]:
        step["do"] = item["do"]
    return step


def _refilled(body: str, length: int) -> str:
    """Complete a recorded answer of which only the first items of a thousand ``x`` each were kept."""
    head = body[: body.index('["x') + 1]
    item = f'"{"x" * 1000}"'
    count = (length - len(head.encode()) - 1) // (len(item) + 1)
    whole = f"{head}{','.join([item] * count)}]}}"
    if len(whole.encode()) != length:
        raise ValueError(f"{len(whole.encode())} bytes, not {length}")
    return whole


def _as_far_as_recorded(body: dict[str, Any], headers: list[list[str]]) -> dict[str, Any]:
    """Open what a recording kept only the beginning of: the format stays, and the warnings above a help page."""
    kind = {"application/json": "json", "text/html": "page"}[dict(headers)["Content-Type"].partition(";")[0]]
    if "comment" in body.get("page", {}):
        return {"page": {"help": "⟦any⟧", "comment": body["page"]["comment"]}}
    return {kind: "⟦any⟧"}


def _cookies(name: str, value: str) -> str:
    if name != "Cookie":
        return value
    return "; ".join(pair for pair in value.split("; ") if not pair.startswith(("cpPosIndex", "UseDC")))


def _form(name: str, default: Form) -> Form:
    return {"html": "html", "wikitext": "wikitext", "plaintext": "plain", "bc": "plain"}.get(name, default)  # type: ignore[return-value]


def _logged_in(folder: Path, session: str) -> list[dict[str, Any]]:
    """Return the two exchanges that bring the session which a group of transcripts found ready-made, under that group's id."""
    fetch, login = (
        json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("733-blk-token", "734-blk-login")
    )
    login = json.loads(re.sub(r"(?<=my_wiki_session=)0vjgn\w+", session, json.dumps(login)))
    return [_framework_step(fetch), _framework_step(login)]


def _token_fetched(folder: Path, session: str, token: str) -> list[dict[str, Any]]:
    """Return the exchange that brings a session and a login token that a group of transcripts found ready-made."""
    fetch = (folder / "733-blk-token.json").read_text("utf-8")
    fetch = re.sub(r"(?<=my_wiki_session=)fck2k\w+", session, fetch)
    return [_framework_step(json.loads(re.sub(r"28602[0-9a-f]{35}", token, fetch)))]


def _described(folder: Path) -> Iterator[dict[str, Any]]:
    """Return one exchange for each module whose complete description was kept."""
    like = json.loads((folder / "636-paraminfo-none.json").read_text("utf-8"))
    for path in sorted((folder / "data").glob("paraminfo-*.json")):
        module, helpformat = path.stem.removeprefix("paraminfo-").replace("__", "+").split(".")
        if module in MODULES:
            tree = json.loads(path.read_text("utf-8"), parse_float=Float)
            query = urlencode(
                {
                    "action": "paraminfo",
                    "modules": module,
                    "helpformat": helpformat,
                    "format": "json",
                    "formatversion": 2,
                }
            )
            response = {**like["response"], "body": write_json(tree, escaped=False)}
            request = {**like["request"], "target": f"/w/api.php?{query}"}
            yield _framework_step({**like, "id": f"{module} {helpformat}", "request": request, "response": response})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
