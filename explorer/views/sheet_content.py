"""What the front end of a contact sheet gets: the sample in words, and a tile for each series."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, TypedDict

from explorer.cohort import spread_facets
from explorer.counts import Sample
from explorer.snapshot import Snapshot

__all__ = ["Tile", "sheet_content"]

_ABSENT = (
    "None of them is on this computer. sheet.fetch(limit=5) gets them where a public bucket has them, up to 5 GB; "
    "images= names a folder that has them."
)


class Tile(TypedDict):
    """One series of a sheet; texts are as recorded, hostile until escaped. `Tile` in ``sheet.ts`` is the same."""

    uid: str
    patient: str
    dataset: str
    stratum: str
    modality: str
    what: str
    images: int
    local: bool
    pictured: bool
    mark: str
    alt: str


def sheet_content(
    sample: Sample,
    snapshot: Snapshot,
    marks: Mapping[str, str],
    local: Collection[str] | None,
    pictured: Collection[str],
    problem: str = "",
) -> str:
    """JSON of a sheet.

    Parameters
    ----------
    sample, snapshot
        The series, and what they were drawn from.
    marks
        ``"flag"`` or ``"exclude"`` by SeriesInstanceUID.
    local, pictured
        SeriesInstanceUIDs of those with images on this computer, and of those with a picture. Where nobody has looked
        what is here, `local` is None, and nothing is said of it.
    problem
        Stands in place of how the sample was drawn.
    """
    return json.dumps({
        "heading": f"{len(sample.rows):,} of {sample.total:,} series",
        "note": problem or _note(sample, None if local is None else len(local), any_picture=bool(pictured)),
        "by": sample.by or "",
        "choices": _choices(snapshot),
        "seed": sample.seed,
        "tiles": [_tile(row, sample, marks, local, pictured) for row in sample.rows],
    })  # fmt: skip


def _note(sample: Sample, local: int | None, *, any_picture: bool) -> str:
    """How the sample was drawn, what the numbers on it are, and where its images are."""
    if not sample.rows:
        return "The cohort takes no image series, so there is nothing to show."
    drawn = sample.sentence().partition(" series, ")[2]
    said = f"{drawn[:1].upper()}{drawn[1:]}. Numbers: images in the series."
    if local is None:
        return said
    return f"{said} {local:,} on this computer." if any_picture else f"{said} {_ABSENT}"


def _tile(
    row: Mapping[str, Any],
    sample: Sample,
    marks: Mapping[str, str],
    local: Collection[str] | None,
    pictured: Collection[str],
) -> Tile:
    uid, images = str(row["SeriesInstanceUID"]), int(row["instances"] or 0)
    words = [str(row[name]) for name in ("Modality", "SeriesDescription") if row[name]]
    what = " · ".join(words) or "Description missing"
    stratum = "missing" if row["stratum"] is None else str(row["stratum"])
    return {
        "uid": uid,
        "patient": str(row["PatientID"]),
        "dataset": str(row["dataset"]),
        "stratum": "" if sample.by is None else stratum,
        "modality": str(row["Modality"] or ""),
        "what": what,
        "images": images,
        "local": local is None or uid in local,
        "pictured": uid in pictured,
        "mark": marks.get(uid, ""),
        "alt": f"{what} of {row['PatientID']}, {images:,} image{'s' * (images != 1)}",
    }


def _choices(snapshot: Snapshot) -> list[dict[str, str]]:
    """Return the facets over which a sample can be spread here, in the order of the columns."""
    return [
        {"name": each.name, "title": each.title} for each in spread_facets() if each.name in snapshot.recorded_facets
    ]
