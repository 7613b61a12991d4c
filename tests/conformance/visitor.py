"""A visitor with a cookie jar who speaks JSON: just enough of a client for the proofs, and none of its manners."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from wikigate.testing.transport import Answer, HttpTransport


@dataclass(slots=True)
class Visitor:
    """Keeps every cookie by name, forgets the deleted ones, whatever their attributes. ``variant``: which wiki it means, of several."""

    base: str
    jar: dict[str, str] = field(default_factory=dict)
    variant: str = ""

    def get(self, **params: str) -> dict[str, Any]:
        """Ask by GET; the answer is read as JSON, format version 2."""
        return self._read(self._send("GET", f"?{urlencode(self._form(params))}", b""))

    def post(self, **params: str) -> dict[str, Any]:
        """Ask by POST."""
        return self._read(self._send("POST", "", urlencode(self._form(params)).encode()))

    def token(self, kind: str) -> str:
        """Fetch a token of a kind."""
        token: str = self.get(action="query", meta="tokens", type=kind)["query"]["tokens"][f"{kind}token"]
        return token

    def clientlogin(self, name: str, password: str, **more: str) -> dict[str, Any]:
        """Log in with a name and a password; return what ``clientlogin`` says."""
        answer = self.post(
            action="clientlogin", username=name, password=password, logintoken=self.token("login"),
            loginreturnurl="http://example.org/", **more,
        )  # fmt: skip
        said: dict[str, Any] = answer["clientlogin"]
        return said

    def login(self, name: str, password: str) -> dict[str, Any]:
        """Log in with ``action=login``, as bots do; return what it says."""
        said: dict[str, Any] = self.post(action="login", lgname=name, lgpassword=password, lgtoken=self.token("login"))[
            "login"
        ]
        return said

    def name(self) -> str | None:
        """Return the name under which the server knows this visitor; None for an anonymous one."""
        info = self.get(action="query", meta="userinfo")["query"]["userinfo"]
        return None if info.get("anon") else str(info["name"])

    @staticmethod
    def _form(params: dict[str, str]) -> dict[str, str]:
        return {**params, "format": "json", "formatversion": "2"}

    def _send(self, method: str, query: str, body: bytes) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())} if self.jar else {}
        if self.variant:
            headers["X-Reference-Variant"] = self.variant
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return HttpTransport(self.base).send(method, f"/w/api.php{query}", headers, body)

    def _read(self, answer: Answer) -> dict[str, Any]:
        for cookie in answer.cookies():
            name, _, value = cookie.split(";")[0].partition("=")
            if value == "deleted" or "Max-Age=0" in cookie:
                self.jar.pop(name, None)
            else:
                self.jar[name] = value
        assert answer.status == 200, answer
        data: dict[str, Any] = json.loads(answer.body)
        return data
