"""The outline of a generated help page: what links, scripts and readers hold on to, without its prose (spec framework §12)."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "br", "img", "input", "hr", "wbr"})
_LISTED = frozenset({"description", "info"})


def outline(page: str) -> list[str]:
    """Return one line for every element that bears an ``apihelp-`` class, a parameter's or module's id, or an example's link.

    A line is ``tag#id.class``; a module's heading adds its text (``action=login (lg)``), a link its target.
    """
    reader = _Reader()
    reader.feed(page)
    return reader.lines


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._heading = False
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        classes = [c for c in attributes.get("class", "").split() if c.startswith("apihelp-") or c in _LISTED]
        ident = attributes.get("id", "")
        named = ident and (":" in ident or "apihelp-header" in classes or ident.startswith("main/") or ident == "toc")
        if tag not in _VOID:
            self._inside.append(classes[-1] if classes else "")
        if tag == "a" and ("apihelp-examples" in self._inside or attributes.get("href", "").startswith("#")):
            self.lines.append(f"a {attributes.get('href', '')}")
        elif classes or named:
            self.lines.append(f"{tag}{f'#{ident}' if ident else ''}{''.join(f'.{c}' for c in classes)}")
            self._heading = "apihelp-header" in classes

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._inside:
            self._inside.pop()
        self._heading = False

    def handle_data(self, data: str) -> None:
        if self._heading and "=" in data:
            self.lines[-1] += f" {data.strip()}"
            self._heading = False
