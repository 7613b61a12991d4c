"""A page with a form, as a browser without scripts has it: read, filled in, sent."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlencode

from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class FormPage(HTMLParser):
    """A page: where its form goes, its inputs' values by name, its buttons, the ids and links there are, what its alert says."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        # Without what is another in each answer.
        self.status, self.text = answer.status, re.sub(r' nonce="\w+"', "", answer.body.decode())
        self.location = dict(answer.headers).get("Location", "")
        self.action = self.alert = self.words = ""
        self.values: dict[str, str] = {}
        self.boxes: dict[str, str] = {}
        self.options: dict[str, list[str]] = {}
        self.required: set[str] = set()
        self.buttons: list[str] = []
        self.ids: dict[str, str] = {}
        self.links: list[str] = []
        self._in_alert = False
        self._select = ""
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids[found["id"]] = found.get("name", "")
        self._in_alert |= found.get("role") == "alert"
        match tag:
            case "form":
                self.action = found["action"]
            case "a":
                self.links.append(found.get("href", ""))
            case "button" if "name" in found:
                self.buttons.append(found["name"])
            case "select" | "option":
                self._choose(tag, found)
            case "input" if found.get("type") == "checkbox":
                self.boxes[found["name"]] = found["id"]
            case "input":
                self.values[found["name"]] = found.get("value", "")
        if "required" in found:
            self.required.add(found["name"])

    def _choose(self, tag: str, found: dict[str, str]) -> None:
        if tag == "select":
            self._select = found["name"]
            self.options[self._select] = []
            return
        if not self.options[self._select]:
            self.values[self._select] = found["value"]
        self.options[self._select].append(found["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._in_alert = False

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._in_alert:
            self.alert += data


def show(browser: Browser, page: str, **query: str) -> FormPage:
    """Open a special page."""
    return follow(browser, f"/w/index.php?{urlencode({'title': f'Special:{page}', **query})}")


def follow(browser: Browser, url: str) -> FormPage:
    """Open an address of this wiki."""
    return FormPage(browser.send("GET", url))


def send(browser: Browser, page: FormPage, **typed: str) -> FormPage:
    """Fill in the form and send it."""
    assert page.action, page.words
    return FormPage(browser.send("POST", page.action, FORM, urlencode({**page.values, **typed}).encode()))


def grow_old(wiki: TestWiki, browser: Browser) -> None:
    """Let more than an hour go by since the last login, in a session that is used meanwhile."""
    for _ in range(3):
        wiki.clock.move(1500)
        browser.who()
