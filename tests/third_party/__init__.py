"""A plug-in package of somebody else's, as it lies on disk once it is installed, and how to let Wikigate find it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

INSTALLED: Final = Path(__file__).parent / "installed"
"""A folder to put on Python's search path."""
