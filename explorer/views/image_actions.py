"""What stands below the viewer of the Image tab, as JSON: what can be done with the series, and what was measured."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from explorer.cohort import SeriesMark
from explorer.images.linked import LinkedObject
from explorer.views.image_words import Row, row_text, what_it_is
from explorer.views.visits import Visit

if TYPE_CHECKING:
    from explorer.images.reports import Measurement

__all__ = ["actions_json", "measurements_json", "png_name"]

_KINDS = {"segmentation": "Segmentation", "contours": "Contours", "report": "Report"}


def actions_json(
    row: Row,
    *,
    chosen: Row | None = None,
    marked: SeriesMark | None,
    can_mark: bool,
    is_in: bool,
    companions: Sequence[Mapping[str, Any]] = (),
    beside: str = "",
    linked: Sequence[LinkedObject] = (),
    problems: Sequence[str] = (),
    pictured: bool = False,
) -> str:
    """Return the row of actions below the viewer.

    Parameters
    ----------
    row
        The series.
    chosen
        What is noted something of, where that is not the series itself but what was drawn on it.
    marked, can_mark
        What is noted of it in the cohort, and whether there is a cohort to note it in.
    is_in
        Whether the cohort takes it.
    companions, beside
        The series that can be shown beside it, what one would compare with first; and the one that is.
    linked
        What was drawn on it; those without files are offered.
    problems
        Sentences about what could not be shown over it.
    pictured
        Whether there is a picture to save.
    """
    chosen = chosen or row
    away = [each for each in linked if not each.files]
    return json.dumps({
        "kind": "actions",
        "uid": row_text(chosen, "SeriesInstanceUID"),
        "about": _about(row, chosen, beside),
        "mark": marked.mark if marked else "",
        "note": marked.note if marked else "",
        "can_mark": can_mark,
        "outside": not is_in,
        "companions": [_companion(row, other) for other in companions],
        "beside": beside,
        "linked": [{"uid": each.series_uid, "text": _linked(each)} for each in away],
        "problems": problems,
        "png": png_name(row) if pictured else "",
    })  # fmt: skip


def measurements_json(found: Sequence[tuple[LinkedObject, Sequence[Measurement]]]) -> str:
    """Return the measurements of a series' reports as a table; lesions without a name are numbered."""
    lesions: dict[str, str] = {}
    rows = []
    for report, measured in found:
        for each in measured:
            key = each.about.tracking_uid or each.about.tracking_id or f"{report.series_uid} {each.group}"
            lesion = lesions.setdefault(key, each.about.tracking_id or f"Finding {len(lesions) + 1}")
            about = ", ".join(code.meaning for code in (each.about.finding, *each.about.sites) if code and code.meaning)
            rows.append([lesion, about, _quantity(each), _value(each), each.unit, report.made_by])
    return json.dumps({
        "kind": "measurements",
        "heading": f"{len(rows):,} measurements" if len(rows) != 1 else "1 measurement",
        "columns": ["Finding", "Of", "What", "Value", "Unit", "By"],
        "rows": rows,
    })  # fmt: skip


def png_name(row: Row) -> str:
    """Return a file name for a picture of the series, made of what the snapshot calls it."""
    words = " ".join(filter(None, (row_text(row, "patient_id"), what_it_is(row))))
    return f"{re.sub(r'[^0-9A-Za-z]+', '-', words).strip('-')[:80] or 'series'}.png"


def _about(row: Row, chosen: Row, beside: str) -> str:
    """What a mark is about, where that is not plain: ``"SEG series 101, shown on CT series 1"``, one study of two."""
    if row_text(chosen, "SeriesInstanceUID") != row_text(row, "SeriesInstanceUID"):
        return f"{_short(chosen)}, shown on {_short(row)}"
    visit: Visit | None = row.get("visit")
    return (visit.study or _short(row)) if beside and visit else ""


def _short(row: Row) -> str:
    visit: Visit | None = row.get("visit")
    return " ".join(filter(None, (row_text(row, "Modality"), visit.series if visit else ""))) or what_it_is(row)


def _companion(row: Row, other: Mapping[str, Any]) -> dict[str, Any]:
    visit: Visit = other["visit"]
    mine: Visit | None = row.get("visit")
    elsewhere = mine is None or visit.number != mine.number
    short = f"study {visit.number:,}" if elsewhere else f"{row_text(other, 'Modality')} {visit.series}".strip()
    text = " · ".join(filter(None, (visit.study, what_it_is(other), visit.series)))
    return {"uid": other["SeriesInstanceUID"], "short": short, "text": text}


def _linked(linked: LinkedObject) -> str:
    by = f", by {linked.made_by}" if linked.made_by else ""
    return f"{_KINDS[linked.kind]}: {linked.title or 'no description'}{by}"


def _quantity(measured: Measurement) -> str:
    return ", ".join(filter(None, (measured.what.meaning, measured.derivation)))


def _value(measured: Measurement) -> str:
    """A number with four figures, thousands marked; a finding in words as it is."""
    value = measured.value
    if value is None:
        return measured.evaluation
    written = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return written.replace("-", "\N{MINUS SIGN}")
