"""When a series was made in the life of its patient, and which others of the patient there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.errors import ImageError
from explorer.images import which_images
from explorer.images.fetch import COLUMNS

if TYPE_CHECKING:
    from explorer.images import ImageFolder
    from explorer.snapshot import Snapshot

__all__ = ["Visit", "companions", "drawn_on", "fetchable", "visits"]

_VISITS = """
WITH wanted AS (SELECT unnest(?::VARCHAR[]) AS uid),
people AS (SELECT DISTINCT patient_key FROM series WHERE SeriesInstanceUID IN (SELECT uid FROM wanted)),
visit AS (
    SELECT study_key,
        row_number() OVER (
            PARTITION BY patient_key ORDER BY study_day NULLS LAST, study_date NULLS LAST, study_key
        ) AS number,
        count(*) OVER (PARTITION BY patient_key) AS studies,
        study_day - min(study_day) OVER (PARTITION BY patient_key) AS day
    FROM study WHERE patient_key IN (SELECT patient_key FROM people)
)
SELECT SeriesInstanceUID, number, studies, day, SeriesNumber
FROM series JOIN visit USING (study_key) WHERE SeriesInstanceUID IN (SELECT uid FROM wanted)
"""

_COMPANIONS = """
WITH me AS (SELECT patient_key FROM series WHERE SeriesInstanceUID = ?)
SELECT SeriesInstanceUID, PatientID AS patient_id, dataset, Modality, SeriesDescription, instances, series.study_key
FROM series JOIN me USING (patient_key) JOIN patient USING (patient_key)
    JOIN dataset ON dataset.dataset_key = series.dataset_key
WHERE object_kind = 'image' AND SeriesInstanceUID IN (SELECT unnest(?::VARCHAR[]))
ORDER BY series_key
"""


_DERIVED_FROM = """
SELECT image.SeriesInstanceUID
FROM series AS derived JOIN derivation ON derived_key = derived.series_key
    LEFT JOIN derivation AS below ON below.derived_key = derivation.image_key
    JOIN series AS image ON image.series_key IN (derivation.image_key, below.image_key)
WHERE derived.SeriesInstanceUID = ?
"""
"""A report may be about a segmentation, and so about its images."""

_IMAGES = """
SELECT SeriesInstanceUID, PatientID AS patient_id, dataset, Modality, SeriesDescription, instances
FROM series JOIN patient USING (patient_key) JOIN dataset ON dataset.dataset_key = series.dataset_key
WHERE object_kind = 'image' AND SeriesInstanceUID IN (SELECT unnest(?::VARCHAR[]))
    AND patient_key IN (SELECT patient_key FROM series WHERE SeriesInstanceUID = ?)
ORDER BY SeriesInstanceUID
"""


@dataclass(frozen=True)
class Visit:
    """The study of a series among those of its patient.

    Attributes
    ----------
    number, studies
        Which it is, from 1 in the order of time, and of how many.
    day
        Days since the first of them; None where no day is recorded.
    series_number
        The series' own number as recorded; hostile until escaped.
    """

    number: int
    studies: int
    day: int | None
    series_number: str

    @property
    def study(self) -> str:
        """``"Study 2 of 4, day 91"``; the number alone where it has no day, nothing where there is no other."""
        if self.studies == 1:
            return ""
        day = "" if self.day is None else f", day {self.day:,}"
        return f"Study {self.number:,} of {self.studies:,}{day}"

    @property
    def series(self) -> str:
        """``"series 101"``; empty where it has no number."""
        return f"series {self.series_number}" if self.series_number else ""


def visits(snapshot: Snapshot, uids: Collection[str]) -> Mapping[str, Visit]:
    """Return the visit of each of these series that the snapshot holds."""
    if not uids:
        return {}
    with snapshot.cursor() as cursor:
        found = cursor.execute(_VISITS, [sorted(uids)]).fetchall()
    return {uid: Visit(number, studies, day, name or "") for uid, number, studies, day, name in found}


def companions(snapshot: Snapshot, uid: str, among: Collection[str]) -> Sequence[Mapping[str, Any]]:
    """Return the image series of the same patient that are among these, as the snapshot calls them.

    The first is what one would compare with: the same modality in the nearest other study, else another modality of
    the same study, else what comes next.
    """
    rows = _with_visits(snapshot, _COMPANIONS, [uid, sorted(among)])
    mine = next((row for row in rows if row["SeriesInstanceUID"] == uid), None)
    if mine is None:
        return []
    return sorted((row for row in rows if row is not mine), key=lambda row: _distance(mine, row))


def drawn_on(snapshot: Snapshot, uid: str, folder: ImageFolder) -> Sequence[Mapping[str, Any]] | None:
    """Return the local image series that a segmentation, contours or a report belong to; None where nothing tells.

    Where the snapshot does not say it, as that of the public catalogue, the headers of the local files do.
    """
    with snapshot.cursor() as cursor:
        told = {image for (image,) in cursor.execute(_DERIVED_FROM, [uid]).fetchall()}
    told = told or _named(uid, folder)
    here = sorted(told.intersection(folder.series))
    images = _with_visits(snapshot, _IMAGES, [here, uid])
    return images if images or told.difference(here) else None


def _named(uid: str, folder: ImageFolder) -> set[str]:
    """Return the series that a local object names, and those that these name."""
    found: set[str] = set()
    for each in (uid, *_refers_to(uid, folder)):
        found.update(_refers_to(each, folder))
    return found


def _refers_to(uid: str, folder: ImageFolder) -> Collection[str]:
    local = folder.series.get(uid) or folder.annotations.get(uid)
    if local is None or local.refers_to or local.modality != "SEG":
        return local.refers_to if local else ()
    try:
        return which_images(local.files[0])  # the index does not look for images of other studies
    except ImageError:
        return ()


def _with_visits(snapshot: Snapshot, query: str, values: list[Any]) -> list[dict[str, Any]]:
    rows = _rows(snapshot, query, values)
    when = visits(snapshot, [row["SeriesInstanceUID"] for row in rows])
    return [row | {"visit": when[row["SeriesInstanceUID"]]} for row in rows]


def _rows(snapshot: Snapshot, query: str, values: list[Any]) -> list[dict[str, Any]]:
    with snapshot.cursor() as cursor:
        cursor.execute(query, values)
        names = [name for name, *_ in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _distance(mine: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[object, ...]:
    """How far another series is from what one would compare with."""
    apart = abs(other["visit"].number - mine["visit"].number)
    same_kind = other["Modality"] == mine["Modality"]
    same_words = other["SeriesDescription"] == mine["SeriesDescription"]
    likely = (apart > 0 and same_kind) or (apart == 0 and not same_kind)
    return (not likely, apart == 0, not same_words, apart, other["visit"].number, other["SeriesInstanceUID"])


def fetchable(snapshot: Snapshot, uids: Collection[str]) -> Sequence[Mapping[str, Any]]:
    """Return the rows of these series that `explorer.images.fetch.plan_fetch` takes."""
    columns = ", ".join((*COLUMNS, "Modality", "SeriesDescription"))
    query = (
        f"SELECT {columns} FROM series JOIN patient USING (patient_key) "
        "JOIN dataset ON dataset.dataset_key = series.dataset_key "
        "WHERE SeriesInstanceUID IN (SELECT unnest(?::VARCHAR[]))"
    )
    return _rows(snapshot, query, [sorted(uids)])
