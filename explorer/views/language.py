"""The language of the page's own words; the browser code speaks it too, from the same translations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from explorer.cohort.texts import filled

__all__ = ["speaker", "spoken"]

_LOCALE = Path(__file__).parents[1] / "locale"
_NAMES = {"es": "es_ES"}


def spoken(asked: str, accepted: str) -> str:
    """Return the language to speak: the one asked for, or else the first that the browser accepts, if we have it."""
    wanted = re.split(r"[-_,;]", (asked or accepted).strip().lower())[0]
    return wanted if wanted in _NAMES else "en"


def speaker(language: str) -> Callable[..., str]:
    """Return a function that says an English text in `language`, with its arguments in place of %1, %2 and so on."""
    known = _texts(language)

    def say(text: str, *args: str) -> str:
        (said,) = known.get(text, [text])
        return filled(said, args)

    return say


@cache
def _texts(language: str) -> dict[str, list[str]]:
    """Return the translations that the build left for JupyterLab; none for English, or where nothing was built."""
    path = _LOCALE / _NAMES.get(language, "") / "LC_MESSAGES" / "cohort_explorer.json"
    texts: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return texts
