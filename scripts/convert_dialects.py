# ruff: noqa: INP001, T201
"""Carries recordings of old releases over into cases without prose, one file a dialect or release.

usage: convert_dialects.py TRANSCRIPTS OUT

TRANSCRIPTS holds ``dialect-<name>.json`` and ``releases/conf-<release>.json``: ``{cases: [{id, group, steps}]}``, a step ``{request,
expect}``. OUT is ``tests/dialects/recordings``. Kept are requests, status, watched headers, cookies and bodies; sentences that no client
matches on become ``⟦text⟧``, pages for people ``⟦page⟧``, and values that every server makes anew stay ``{{name}}``.
"""

from __future__ import annotations

import html
import json
import re
import sys
from pathlib import Path
from typing import Any

WATCHED = (
    "mediawiki-api-error",
    "content-type",
    "cache-control",
    "expires",
    "x-content-type-options",
    "x-frame-options",
    "vary",
)
# What the accounts of the eras print, and clients match on.
MATCHED_ON = re.compile(
    r"The \w+ module requires a POST request|Unrecogni[sz]ed (value|parameter).*|You need read permission to use this module"
    r"|Please wait \d seconds before next log-in attempt|Your IP address is blocked from account creation"
    r"|Fetching a token via action=login is deprecated\. Use action=query&meta=tokens&type=login instead\."
    r"|See \S+ for API usage|This user is blocked\. Login not allowed\.|spam"
)
# Cases about modules that a dialect has beyond its release, unless it is strict.
STRICT_ONLY = ("intoken", "action-tokens", "meta-tokens", "assert", "unknown-parameter", "logout-post-with-csrf")


def main(transcripts: Path, out: Path) -> None:
    """Convert everything."""
    out.mkdir(parents=True, exist_ok=True)
    for path in (*sorted(transcripts.glob("dialect-*.json")), *sorted((transcripts / "releases").glob("conf-*.json"))):
        cases = json.loads(path.read_text("utf-8"))["cases"]
        name = path.stem.removeprefix("dialect-").replace("conf-", "release-")
        # Of today's release every sentence is left out: tests/wire compares those by message.
        matched_on = MATCHED_ON if name not in {"current", "release-1.43.9"} else re.compile("spam")
        lines = [json.dumps(_case(case, matched_on), ensure_ascii=False) for case in cases]
        (out / f"{name}.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
        print(f"{name}: {len(cases)} cases, {sum(len(case['steps']) for case in cases)} exchanges")


def _case(case: dict[str, Any], matched_on: re.Pattern[str]) -> dict[str, Any]:
    settings = sorted({name for step in case["steps"] for name in step["request"]["settings"]})
    group = case.get("group") or ("strict-only" if case["id"].partition("/")[2].startswith(STRICT_ONLY) else "core")
    kept = {"id": case["id"], "group": group, "settings": settings}
    return {name: value for name, value in kept.items() if value} | {
        "steps": [_step(step, case, matched_on) for step in case["steps"]]
    }


def _step(step: dict[str, Any], case: dict[str, Any], matched_on: re.Pattern[str]) -> dict[str, Any]:
    request, expect = step["request"], step["expect"]
    sent: dict[str, Any] = {"method": request["method"], "query": request["query"] or {}}
    if request["form"] is not None:
        sent["form"] = request["form"]
    if request["cookies"]:
        sent["cookies"] = request["cookies"]
    headers = {name: expect["headers"][name] for name in WATCHED if name in expect["headers"]}
    answer: dict[str, Any] = {"headers": headers, "body": _body(expect, headers.get("content-type", ""), matched_on)}
    if expect["status"] != 200:  # noqa: PLR2004
        answer["status"] = expect["status"]
    if expect["set_cookie"]:
        answer["cookies"] = [_cookie(cookie) for cookie in expect["set_cookie"]]
    if "autocreate" in case["id"]:
        answer["body"] = re.sub(r'(lguserid":"?|lguserid=")\d+', r"\1{{userid}}", answer["body"])
        answer["cookies"] = [re.sub(r"(UserID=)\d+", r"\1{{userid}}", text) for text in answer.get("cookies", [])]
    answer["body"] = re.sub(r'(blockid":|blockid=")\d+', r"\1{{blockid}}", answer["body"])
    if case.get("recorded_from") == "1.19.0":
        # A case taken from a later release: its further header is not the era's.
        headers.pop("x-content-type-options", None)
    return {"request": sent, "expect": answer}


def _cookie(cookie: dict[str, Any]) -> str:
    """Write a cookie as ``name=value; seconds; attributes``."""
    flags = "".join(f"; {flag}" for flag in ("httponly", "secure") if cookie.get(flag))
    age = "gone" if cookie.get("deleted") else cookie.get("expires_in_s", "session")
    return f"{cookie['name']}={cookie['value']}; {age}{flags}"


def _body(expect: dict[str, Any], mime: str, matched_on: re.Pattern[str]) -> str:
    body: str = expect["body"]
    if mime.startswith("text/html"):
        return "⟦page⟧" if "<" in body else body
    if expect.get("body_truncated"):
        return "⟦any⟧"
    for text in sorted(_texts(body), key=len, reverse=True):
        if not matched_on.fullmatch(html.unescape(text)):
            body = body.replace(text, "⟦text⟧")
    return re.sub(r'(s:|string\()\d+(:"|\) ")(?=\{\{|⟦|See )', r"\1⟦number⟧\2", body)


def _texts(body: str) -> set[str]:
    """Find the texts of a body: errors, reasons, warnings."""
    found = re.findall(r' (?:info|reason)="([^"]*)"', body)
    found += re.findall(r'xml:space="preserve">([^<]*)<', body)
    found += re.findall(r'"(?:info|reason|\*|text)":"((?:[^"\\]|\\.)*)"', body)
    found += re.findall(
        r"(?:info|\[\*\]|\[info\]|'\*'|'info'|\"\*\"|\*)\W{1,4}(?:=> ?'?|: |\]=>\n\s+string\(\d+\) \")([A-Za-z][^\n'\"]{12,})",
        body,
    )
    found += re.findall(r's:(?:1:"\*"|4:"info");s:\d+:"([^"]*)"', body)
    found += re.findall(r'<var name="(?:info|\*)">\s*<string>([^<]*)<', body)
    return {text for text in found if text and "{{" not in text[:2]}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
