"""The studies of an archive and their series, by QIDO-RS, each result checked to be what was asked for.

References
----------
DICOM PS3.18, section 10.6, Search Transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from explorer.sources.dicomweb.client import Archive, Refused
from explorer.sources.dicomweb.listing import PAGE, Row, everything
from explorer.sources.dicomweb.objects import (
    INSTANCE_UID,
    INSTANCES_OF_SERIES,
    INSTANCES_OF_STUDY,
    PATIENT_ID,
    SERIES_OF_STUDY,
    SERIES_UID,
    STUDY_DATE,
    STUDY_UID,
    count_of,
    hexadecimal,
    marker_of,
    text_of,
    uid_of,
)

__all__ = ["Questions", "Series", "Study"]

# Attributes beyond those that every archive returns (PS3.18, tables 10.6.3-3 and -4), at the level where they belong.
_OF_STUDY = (
    0x00080020, 0x00081030, 0x00080090, 0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x00100040, 0x00101010,
    0x00120020, 0x00120062, 0x00120063, 0x0020000D, 0x00201206, 0x00201208,
)  # fmt: skip
_OF_SERIES = (
    0x00080021, 0x00080060, 0x00080070, 0x0008103E, 0x00081050, 0x00081070, 0x00081090, 0x00100020, 0x00101010,
    0x00180015, 0x00181030, 0x0020000D, 0x0020000E, 0x00200011, 0x00201209,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Study:
    """A study as the archive lists it; `marker` changes with whatever is said of it."""

    uid: str
    patient: str | None
    row: Row
    marker: str

    @property
    def series(self) -> int | None:
        """Number of its series, None where the archive does not say."""
        return count_of(self.row, SERIES_OF_STUDY)

    @property
    def images(self) -> int | None:
        """Number of its instances, None where the archive does not say."""
        return count_of(self.row, INSTANCES_OF_STUDY)


@dataclass(frozen=True, slots=True)
class Series:
    """A series as the archive lists it, with the number of its instances."""

    uid: str
    row: Row
    instances: int


@dataclass
class Questions:
    """What a snapshot asks an archive.

    Parameters
    ----------
    archive
        Who is asked.
    page
        Results asked for at once.
    """

    archive: Archive
    page: int = PAGE
    _extra: bool = True

    def studies(self, notes: Counter[str], since: str | None = None) -> list[Study]:
        """Return every study, in the archive's order.

        Parameters
        ----------
        notes
            Takes what was noticed.
        since
            First StudyDate, ``"20200131"``; studies without a date are then left out.
        """
        query = [("StudyDate", f"{since}-")] if since else []
        found = []
        for row in self._all("/studies", query, _OF_STUDY, (STUDY_UID, PATIENT_ID), notes):
            uid = uid_of(row, STUDY_UID)
            if uid is None:
                notes["studies left out: the archive gives them no valid StudyInstanceUID"] += 1
            elif since and (text_of(row, STUDY_DATE) or "")[:8] < since:
                notes["studies left out: the archive gave them although they lie before the day asked for"] += 1
            else:
                found.append(Study(uid, text_of(row, PATIENT_ID), row, marker_of(row)))
        return found

    def study(self, uid: str, notes: Counter[str]) -> list[Study]:
        """Return the study of that UID as it is now: empty where it is gone, several where patients share the UID."""
        rows = self._all("/studies", [("StudyInstanceUID", uid)], _OF_STUDY, (STUDY_UID, PATIENT_ID), notes)
        return [
            Study(uid, text_of(row, PATIENT_ID), row, marker_of(row)) for row in rows if uid_of(row, STUDY_UID) == uid
        ]

    def series_of(self, study: str, notes: Counter[str], expected: int | None = None) -> list[Series]:
        """Return every series of a study, sorted by SeriesInstanceUID.

        Parameters
        ----------
        study
            StudyInstanceUID.
        notes
            Takes what was noticed.
        expected
            How many there should be; a first page with exactly so many is not asked for a second.
        """
        path = f"/studies/{study}/series"
        try:
            rows = self._all(path, [], _OF_SERIES, (SERIES_UID, PATIENT_ID), notes, expected)
        except Refused as refusal:
            if refusal.status != 404:
                raise
            return []
        found = []
        for row in rows:
            uid = uid_of(row, SERIES_UID)
            if uid is None:
                notes["series left out: the archive gives them no valid SeriesInstanceUID"] += 1
            elif text_of(row, STUDY_UID) not in (study, None):
                notes["series left out: they belong to another study than the one asked for"] += 1
            else:
                instances = count_of(row, INSTANCES_OF_SERIES)
                if instances is None:
                    instances = len(self.instances_of(study, uid, notes))
                if instances:
                    found.append(Series(uid, row, instances))
                else:
                    notes["series left out: the archive has no instance of them"] += 1
        return sorted(found, key=lambda each: each.uid)

    def instances_of(self, study: str, series: str, notes: Counter[str]) -> list[str]:
        """Return the SOPInstanceUIDs of a series, sorted.

        Parameters
        ----------
        study, series
            StudyInstanceUID, SeriesInstanceUID.
        notes
            Takes what was noticed.
        """
        path = f"/studies/{study}/series/{series}/instances"
        found = set()
        for row in self._all(path, [], (), (INSTANCE_UID,), notes):
            uid = uid_of(row, INSTANCE_UID)
            if uid is None:
                notes["instances left out: the archive gives them no valid SOPInstanceUID"] += 1
            elif text_of(row, SERIES_UID) not in (series, None):
                notes["instances left out: they belong to another series than the one asked for"] += 1
            else:
                found.add(uid)
        return sorted(found)

    def one_instance(self, study: str, series: str, notes: Counter[str]) -> Mapping[str, object]:
        """Return all attributes of one instance of a series but its pixels; empty where the archive gives none."""
        path = f"/studies/{study}/series/{series}/instances"
        try:
            listed = self.archive.ask(path, [("limit", "1")]).rows
            uid = min((uid for row in listed if (uid := uid_of(row, INSTANCE_UID))), default=None)
            rows = self.archive.ask(f"{path}/{uid}/metadata").rows if uid else []
        except Refused as refusal:
            if refusal.status != 404:
                raise
            rows = []
        for row in rows:
            if uid_of(row, SERIES_UID) == series and uid_of(row, STUDY_UID) == study:
                return row
        notes["series whose headers the archive did not give"] += 1
        return {}

    def _all(
        self,
        path: str,
        query: Iterable[tuple[str, str]],
        fields: Iterable[int],
        ids: tuple[int, ...],
        notes: Counter[str],
        expected: int | None = None,
    ) -> list[Row]:
        def key(row: Row) -> object:
            known = tuple(text_of(row, tag) for tag in ids)
            return known if known[0] is not None else marker_of(row)

        extra = [("includefield", hexadecimal(tag)) for tag in fields] if self._extra else []
        try:
            return everything(self.archive, path, [*query, *extra], key, notes, self.page, expected)
        except Refused as refusal:
            if refusal.status not in (400, 414) or not extra:
                raise
            self._extra = False
            notes["queries for more than the usual attributes, which the archive refuses: fewer are known"] += 1
            return self._all(path, query, (), ids, notes, expected)
