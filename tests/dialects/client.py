"""A client of old days against a wiki that speaks several dialects."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

SERVER = "http://127.0.0.1:8080"
NAME, PASSWORD = "Alice", "correct horse battery"
OFFERED = ("1.12", "1.12-strict", "1.16", "1.19", "1.27", "1.33")


def old_wiki(**tables: Any) -> TestWiki:
    """Make a wiki that offers old dialects, with one account."""
    dialects = {"offer": OFFERED, **tables.pop("dialects", {})}
    wiki = TestWiki({"site": {"server": SERVER, "wiki_id": "enwiki"}, "dialects": dialects, **tables})
    wiki.create_user(NAME, PASSWORD)
    return wiki


class OldClient:
    """Speaks one dialect and keeps its cookies."""

    def __init__(self, browser: Browser, dialect: str) -> None:
        self.browser = browser
        self.path = f"/{dialect}/w/api.php"

    def send(self, method: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send fields: by GET in the query string, by POST in the body."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "GET":
            return self.browser.send("GET", f"{self.path}?{urlencode(fields)}", sent)
        sent["Content-Type"] = "application/x-www-form-urlencoded"
        return self.browser.send("POST", self.path, sent, urlencode(fields).encode())

    def log_in(self, name: str = NAME, password: str = PASSWORD, **fields: str) -> dict[str, Any]:
        """Log in, with the token where one is asked for, and return the answer's node."""
        form = {"action": "login", "format": "json", "lgname": name, "lgpassword": password, **fields}
        node = json.loads(self.send("POST", form).body)["login"]
        if node["result"] == "NeedToken":
            node = json.loads(self.send("POST", {**form, "lgtoken": node["token"]}).body)["login"]
        return dict(node)

    def who(self) -> str:
        """Say as whom the dialect knows this client."""
        answer = self.send("GET", {"action": "query", "meta": "userinfo", "format": "json"})
        return str(json.loads(answer.body)["query"]["userinfo"]["name"])
