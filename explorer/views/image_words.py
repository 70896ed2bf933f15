"""Words and JSON of the Image tab: what a series is called, what is said where there is no picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from explorer.views.series_words import SeriesWords
from explorer.views.visits import Visit

__all__ = [
    "Row",
    "advice",
    "advice_json",
    "counted",
    "names_of",
    "number_of",
    "row_text",
    "size_in_words",
    "what_it_is",
]

Row = Mapping[str, Any]
"""A series as the snapshot has it; texts are as recorded, hostile until escaped."""


def row_text(row: Row, name: str) -> str:
    """Return a value as text; empty where it is missing."""
    value = row.get(name)
    return "" if value is None or value != value else str(value)  # NaN is not itself


def number_of(row: Row, name: str) -> float:
    """Return a value as a number; 0 where it is missing or none."""
    try:
        return float(row_text(row, name) or 0)
    except ValueError:
        return 0.0


def what_it_is(row: Row) -> str:
    """Return modality and description: ``"CT · Chest"``."""
    words = [row_text(row, "Modality"), row_text(row, "SeriesDescription")]
    return " · ".join(word for word in words if word) or "Description missing"


def names_of(row: Row, visit: Visit | None) -> str:
    """Return what tells a series from the others of its patient: ``"Study 2 of 3, day 91 · CT · Chest · series 1"``."""
    parts = [visit.study, what_it_is(row), visit.series] if visit else [what_it_is(row)]
    return " · ".join(filter(None, parts))


def counted(count: int, unit: str) -> str:
    """Return a number with its unit: ``"1 image"``, ``"1,024 series"``."""
    return f"{count:,} {unit if count == 1 or unit == 'series' else unit + 's'}"


def size_in_words(megabytes: float) -> str:
    """Return a size in MB or GB."""
    return f"{megabytes / 1000:,.2f} GB" if megabytes >= 1000 else f"{max(megabytes, 0.1):,.1f} MB"


def advice_json(
    heading: str,
    text: str,
    facts: Sequence[tuple[str, str]] = (),
    steps: Sequence[Mapping[str, str]] = (),
) -> str:
    """Return a text with its facts, and commands to copy."""
    return json.dumps({"kind": "advice", "heading": heading, "text": text, "facts": facts, "steps": steps})


def advice(
    heading: str,
    text: str,
    facts: Sequence[tuple[str, str]] = (),
    steps: Sequence[Mapping[str, str]] = (),
) -> SeriesWords:
    """Return the same as a pane."""
    content = advice_json(heading, text, facts, steps)
    return SeriesWords(content=content, sizing_mode="stretch_width", margin=0)  # type: ignore[no-untyped-call]
