"""The words of the page in another language, and those of Python that the browser translates."""

from __future__ import annotations

import json

import pytest

from explorer.views.language import speaker, spoken
from explorer.views.tabs import _TITLES
from tests.home import ROOT

SPANISH: dict[str, str] = json.loads((ROOT / "widgets" / "locale" / "es.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("es", "en-US,en;q=0.9", "es"),
        ("es-MX", "", "es"),
        ("en", "es", "en"),
        ("", "es-ES,es;q=0.9,en;q=0.8", "es"),
        ("", "en-GB,es;q=0.9", "en"),
        ("", "*", "en"),
        ("", "", "en"),
        ("xx", "es", "en"),
        ("../../etc", "es", "en"),
    ],
)
def test_the_address_decides_and_then_the_browser(asked: str, accepted: str, language: str) -> None:
    assert spoken(asked, accepted) == language


def test_texts_and_their_places() -> None:
    assert speaker("es")("Opening %1", "IDC %1") == "Abriendo IDC %1"
    assert speaker("en")("Opening %1", "IDC") == "Opening IDC"
    assert speaker("es")("A text without a translation") == "A text without a translation"


def test_what_the_browser_translates_for_python_is_there() -> None:
    assert [text for titles in _TITLES.values() for text in titles if text not in SPANISH] == []
