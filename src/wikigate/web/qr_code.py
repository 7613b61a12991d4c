"""QR codes as SVG, drawn here and now: what one says never leaves the page. The library ``segno`` is used here alone."""

from __future__ import annotations

import segno

_SCALE = 5


def qr_code(text: str) -> str:
    """Draw a text as an SVG element, dark on light whatever the page's colours are, since some cameras read nothing else.

    The markup holds numbers alone, so that a template may print it as it is.
    """
    code = segno.make(text, error="m", micro=False)
    drawn: str = code.svg_inline(scale=_SCALE, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return drawn
