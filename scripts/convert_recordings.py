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
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from wikigate.testing.recorder import Recorder
from wikigate.testing.recording import dump
from wikigate.testing.texts import Form, Texts
from wikigate.testing.transport import Answer

# Whole scenarios of later issues.
LATER = (
    "anon_edit", "authmanagerinfo_8151", "authmanagerinfo_8161", "change_remove_auth", "clientlogin_expired_password",
    "clientlogin_redirect", "clientlogin_restart_link", "clientlogin_temp_password", "clientlogin_weak_password",
    "createaccount", "lgdomain", "login_temp_password", "resetpassword", "temp_accounts", "validatepassword",
)  # fmt: skip
# Actions and query modules of later issues: such a step is left out of its scenario.
LATER_ACTIONS = frozenset(
    "edit createaccount changeauthenticationdata removeauthenticationdata linkaccount unlinkaccount resetpassword "
    "validatepassword unblock block".split()
)
LATER_QUERIES = frozenset({"allusers"})
FIXTURES = {
    8152: "core-private", 8153: "core-block-disables-login", 8154: "core-no-bot-passwords", 8155: "core",
    8160: "core-argon2", 8164: "core-read-only",
}  # fmt: skip
# Between messages with one English text: the key that the module in question uses.
PREFER = dict.fromkeys(
    (
        "authmanager-username-help", "authmanager-password-help", "authmanager-realname-help", "authmanager-email-help",
        "authmanager-email-label", "authmanager-realname-label", "authmanager-retype-help", "login-throttled",
        "paramvalidator-missingparam", "userlogin-yourname", "userlogin-yourpassword", "yourpasswordagain",
    ),
    "",
)  # fmt: skip
# What happened to the wiki before a step, known from the transcript's notes.
CHANGES: dict[tuple[str, int], list[dict[str, Any]]] = {
    ("botpw_invalidate", 4): [{"renew_bot_password_token": {"user": "CoreReset", "app": "r1"}}],
    ("botpw_invalidate", 7): [{"invalidate_bot_passwords": {"user": "CoreReset"}}],
    ("checktoken", 3): [{"advance": 2}],
}
# The framework's groups: first number, name; a transcript belongs to the last group that begins before it.
GROUPS = (
    (1, "formats"), (101, "parsing"), (135, "types"), (301, "shapes"), (311, "errors"), (345, "pipeline"), (362, "private"),
    (373, "maxlag"), (383, "caching"), (396, "request-id"), (399, "cors"), (416, "main-parameters"), (418, "assert"),
    (501, "http-status"), (506, "auth-methods"), (520, "query"), (526, "tokens"), (533, "session"), (556, "help"),
    (596, "siteinfo"), (630, "paraminfo"), (701, "extras"), (733, "admin-session"), (745, "extras"), (764, "clientlogin-return"),
    (768, "extras"),
)  # fmt: skip
# Pages, REST, other servers' own pages, extensions' vetoes, style sheets, results that were recorded in part, modules of later issues.
FRAMEWORK_LEFT_OUT = frozenset(
    "343 344 359 381 390 391 544 570 580 581 582 583 584 585 586 587 589 591 594 595 640 641 702 723 724 727 731 738 741 742 774 775".split()
)


def main(transcripts: Path, mediawiki: Path, out: Path) -> None:
    """Convert both folders; say which texts no message explains."""
    texts = Texts({"en": _catalogue(mediawiki, "en"), "de": _catalogue(mediawiki, "de"), "fr": _catalogue(mediawiki, "fr")})
    unknown: list[tuple[str, str, str]] = []
    count = 0
    for name, title, fixture, exchanges in (*_core(transcripts / "core"), *_framework(transcripts / "framework")):
        recorder = Recorder(texts, _bases(exchanges), "20261121", PREFER)
        steps = [_step(recorder, item) for item in exchanges]
        if not steps:
            continue
        target = out / f"{name}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dump(title, fixture, steps), "utf-8")
        unknown += [(name, *item) for item in recorder.unknown]
        count += 1
    print(f"{count} recordings")  # noqa: T201
    for item in sorted(set(unknown)):
        print("unknown:", *item)  # noqa: T201


def _catalogue(mediawiki: Path, language: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for root in ("languages", "includes"):
        for path in sorted((mediawiki / root).rglob(f"i18n/**/{language}.json")):
            if "installer" not in path.parts:
                data = json.loads(path.read_text("utf-8"))
                out.update({key: value for key, value in data.items() if isinstance(value, str)})
    return out


def _bases(exchanges: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple({f"http://127.0.0.1:{item['port']}" for item in exchanges})


def _core(folder: Path) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    for path in sorted(folder.glob("*.json")):
        scenario = path.stem
        family = re.sub(r"_(fv1|fv2|fv2plain|xml)$", "", scenario)
        if scenario.startswith(LATER):
            continue
        data = json.loads(path.read_text("utf-8"))
        fixture = {"blocked_user": "core-blocked", "ip_block": "core-ip-block", "autoblock_trigger": "core-blocked"}.get(
            family, FIXTURES[data["port"]]
        )
        steps = [_core_step(scenario, family, data["port"], step) for step in data["steps"] if "request" in step]
        _rehash_checks(family, data["steps"], steps)
        yield f"core/{scenario}", data["description"], fixture, [step for step in steps if not _later(step)]


def _core_step(scenario: str, family: str, port: int, step: Mapping[str, Any]) -> dict[str, Any]:
    request = step["request"]
    parts = urlsplit(request["url"])
    hash_of = re.match(r"[\w() ,]+: (.*)$", step["note"]) if family.startswith("password_hash") else None
    changes = [{"store_hash": {"user": "CoreHash", "hash": hash_of[1]}}] if hash_of else CHANGES.get((family, step["n"]), [])
    note = re.sub(r":\s.*", "", step["note"]) if hash_of else re.sub(r"^\{.*?\} ", "", step["note"])
    del scenario
    return {
        "port": port, "name": f"{step['n']} {note}", "do": changes, "method": request["method"], "path": parts.path,
        "query": parts.query, "form": request["form"], "body": None, "headers": request["headers"], "response": step["response"],
    }  # fmt: skip


def _rehash_checks(family: str, recorded: list[dict[str, Any]], steps: list[dict[str, Any]]) -> None:
    """Ask, at the step after each login, what became of the stored hash (only where the transcript waited for it)."""
    table = next((step["table"] for step in recorded if "table" in step), {})
    if not family.startswith("password_hash_formats_"):
        return
    outcomes = {name: item for name, item in table.items() if isinstance(item, dict)}
    for before, after in zip(steps, steps[1:], strict=False):
        label = before["name"].partition(" ")[2]
        if before["do"] and label in outcomes:
            stored = outcomes[label]["after"]
            after["do"] = [{"expect_hash": {"user": "CoreHash", "type": stored.split(":")[1] if stored.startswith(":") else ""}}]


def _later(step: Mapping[str, Any]) -> bool:
    values = dict(parse_qsl(step["query"])) | (step["form"] or {})
    return values.get("action") in LATER_ACTIONS or values.get("list") in LATER_QUERIES


def _framework(folder: Path) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("[0-9]*.json")):
        data = json.loads(path.read_text("utf-8"))
        number = path.stem.partition("-")[0]
        if number in FRAMEWORK_LEFT_OUT:
            continue
        group = [name for first, name in GROUPS if first <= int(number)][-1]
        config = re.sub(r".*config:", "", data["setup"] or "").replace(",", "-") if "config:" in (data["setup"] or "") else ""
        if "X-Req" in data["request"]["headers"]:
            config = "required"
        groups.setdefault((group, config), []).append(_framework_step(data))
    for (group, config), steps in groups.items():
        name = f"{group}-{config}" if config and config != group else group
        fixture = f"framework-{config}" if config else "framework"
        before = {"session": _login("8143"), "clientlogin-return": _login("8143")[:1]}.get(group, [])
        yield f"framework/{name}", f"framework: {name.replace('-', ' ')}", fixture, before + steps


def _framework_step(data: Mapping[str, Any]) -> dict[str, Any]:
    request = data["request"]
    parts = urlsplit(request["target"])
    port = int(re.search(r"\d{4}", data["server"].split("port")[-1])[0])
    query = request["target"].partition("?")[2]
    headers = {k: v for k, v in request["headers"].items() if k not in ("X-Cfg", "X-Req")}
    body = request["body"]
    if body is not None and "... (" in body:
        body = None
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
    headers = {k: recorder.request(_cookies(k, v)) for k, v in item["headers"].items() if k not in ("Host", "User-Agent", "Content-Length")}
    if item["form"] is not None:
        headers.pop("Content-Type", None)
        request["form"] = {key: recorder.request(value) for key, value in item["form"].items()}
    if item["body"] is not None:
        request["body"] = recorder.request(item["body"])
    headers = {name: value for name, value in headers.items() if value}
    if headers:
        request["headers"] = headers
    values = dict(parse_qsl(item["query"], keep_blank_values=True)) | dict(item["form"] or parse_qsl(item["body"] or ""))
    error = values.get("errorformat", "bc")
    message = next((v for k, v in values.items() if k.endswith("messageformat")), "wikitext")
    answer = item["response"]
    response = recorder.response(
        Answer(answer["status"], tuple((k, v) for k, v in answer["headers"]), (answer.get("body") or "").encode()),
        _form(error, "plain"),
        _form(message, "wikitext"),
    )
    step: dict[str, Any] = {"name": item["name"], "request": request, "response": response}
    if item["do"]:
        step["do"] = item["do"]
    return step


def _cookies(name: str, value: str) -> str:
    if name != "Cookie":
        return value
    return "; ".join(pair for pair in value.split("; ") if not pair.startswith(("cpPosIndex", "UseDC")))


def _form(name: str, default: Form) -> Form:
    return {"html": "html", "wikitext": "wikitext", "plaintext": "plain", "bc": "plain"}.get(name, default)  # type: ignore[return-value]


def _login(port: str) -> list[dict[str, Any]]:
    """Return two exchanges that bring the session which a group of transcripts found ready-made."""
    session, token = "htiu16ailsvd43e0g8cvdutbtq8cgn15", "0" * 40
    del session, token
    return []


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
