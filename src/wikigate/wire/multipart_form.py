"""``multipart/form-data`` (RFC 7578) through the ``multipart`` library, which nothing else of this program touches.

Promises never to raise: what stands before a fault is read, what is torn or follows it is absent, as PHP has it, so that MediaWiki's
own code for a missing parameter follows.
"""

from __future__ import annotations

from dataclasses import dataclass

from multipart import MultipartError, PushMultipartParser, parse_options_header  # type: ignore[import-untyped]  # the library has no types


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the bytes of its name and of its content; ``is_file`` says that it came with a file name."""

    name: bytes
    data: bytes
    is_file: bool


def read_multipart(content_type: str, body: bytes, most: int) -> list[Part] | None:
    """Return the complete parts in order; None when there are more than ``most``."""
    parts: list[Part] = []
    try:
        boundary = parse_options_header(content_type)[1].get("boundary", "")
        # Latin-1 keeps every byte of a part's name: what it means is decided by the caller.
        parser = PushMultipartParser(boundary, header_charset="latin1")
        name, is_file = "", False
        chunks: list[bytes] = []
        for event in parser.parse(body):
            if event is None:
                if len(parts) >= most:
                    return None
                parts.append(Part(name.encode("latin-1", "replace"), b"".join(chunks), is_file))
            elif isinstance(event, (bytes, bytearray)):
                chunks.append(bytes(event))
            else:
                name, is_file = event.name, event.filename is not None
                chunks = []
    except (MultipartError, UnicodeError):
        return parts
    return parts
