"""A series called what the snapshot calls it: where that is de-identified, a header says more than it may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from explorer.images import Volume
from explorer.views.visits import visits

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot

__all__ = ["about", "called", "recorded"]

_ROW = """
SELECT SeriesInstanceUID, PatientID AS patient_id, SeriesDescription FROM series JOIN patient USING (patient_key)
WHERE SeriesInstanceUID = ? LIMIT 1
"""


def recorded(snapshot: Snapshot, uid: str) -> Mapping[str, Any] | None:
    """Return a series as the snapshot names it, with its ``visit``; None where it does not hold the series."""
    with snapshot.cursor() as cursor:
        found = cursor.execute(_ROW, [uid]).fetchone()
    if found is None:
        return None
    return {
        "SeriesInstanceUID": uid,
        "patient_id": found[1],
        "SeriesDescription": found[2],
        "visit": visits(snapshot, [uid]).get(uid),
    }


def called(volume: Volume, row: Mapping[str, Any]) -> Volume:
    """Return the volume with patient and description as in the snapshot's row."""
    return replace(volume, patient_id=_text(row, "patient_id"), description=_text(row, "SeriesDescription"))


def about(row: Mapping[str, Any]) -> str:
    """Return which study and series of the patient it is: ``"Study 2 of 3, day 91, series 4"``; may be empty."""
    visit = row.get("visit")
    said = ", ".join(filter(None, (visit.study, visit.series))) if visit else ""
    return said[:1].upper() + said[1:]


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None or value != value else str(value)  # NaN is not itself
