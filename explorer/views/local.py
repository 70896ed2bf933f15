"""Which series of a cohort the image tab offers: those on this computer first."""

from __future__ import annotations

from typing import Any

from explorer.counts import Cohort
from explorer.images import ImageFolder

__all__ = ["cohort_series"]

_OFFERED = 60
_COLUMNS = (
    "SeriesInstanceUID",
    "PatientID",
    "dataset",
    "Modality",
    "SeriesDescription",
    "instances",
    "size_mb",
    "location",
)


def cohort_series(cohort: Cohort, folder: ImageFolder | None) -> tuple[list[dict[str, Any]], int]:
    """Return the series that the tab offers, and how many series the cohort takes.

    First the cohort's series whose files are here, then series that are here but not in the cohort (``stray``), then
    others of the cohort; 60 at the most of each.
    """
    uids = sorted(folder.series) if folder else []
    here = cohort.series(uids, columns=_COLUMNS)
    known = {row["SeriesInstanceUID"] for row in here}
    frame = cohort.frame("series", columns=_COLUMNS, limit=_OFFERED)
    others = frame.astype(object).where(frame.notna(), None).to_dict("records")
    stray = [
        {
            "SeriesInstanceUID": uid,
            "stray": True,
            "patient_id": local.patient_id,
            "Modality": local.modality,
            "SeriesDescription": local.description,
            "instances": len(local.files),
        }
        for uid, local in (folder.series.items() if folder else ())
        if uid not in known
    ]
    local = [_row(row) for row in here[:_OFFERED]]
    remote = [_row(row) for row in others if row["SeriesInstanceUID"] not in known]
    return [*local, *stray[:_OFFERED], *remote], cohort.totals().series or 0


def _row(row: dict[str, Any]) -> dict[str, Any]:
    location = str(row["location"] or "")
    url = f"{location}*" if location.startswith("s3://") and location.endswith("/") else location
    return {**row, "patient_id": row["PatientID"], "series_aws_url": url}
