"""How texts are compared in a search: without regard to upper and lower case."""

from __future__ import annotations

import unicodedata

__all__ = ["fold"]


def fold(text: str) -> str:
    """Return `text` in Unicode NFC, case-folded: ``fold("Straße") == fold("STRASSE")``."""
    return unicodedata.normalize("NFC", text).casefold()
