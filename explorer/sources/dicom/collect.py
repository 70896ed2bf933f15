"""From headers to series: what is kept of many headers while they pass."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from explorer.cohort.texts import one_line
from explorer.errors import BuildError
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom.dated import dated_uids, days_of
from explorer.sources.dicom.geometry import Lie, Orientation, Places, orientation_of, position_of
from explorer.sources.dicom.header import Header
from explorer.sources.dicom.report import Report
from explorer.sources.personal import spellings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["FIELDS", "Collector", "Gathered"]

FIELDS = (
    "PatientID", "StudyInstanceUID", "StudyDate", "PatientSex", "PatientAge", "Modality", "BodyPartExamined",
    "Manufacturer", "ManufacturerModelName", "StudyDescription", "SeriesDescription", "SeriesNumber", "SOPClassUID",
    "TransferSyntaxUID", "BurnedInAnnotation",
)  # fmt: skip
"""What one series is asked for; all of its instances should say the same."""

_OTHER_DATES = ("SeriesDate", "AcquisitionDate", "ContentDate")

Values = tuple[str | None, ...]


class Gathered:
    """What is known of one series.

    Attributes
    ----------
    variants
        The values of `FIELDS` to the number of instances that say so: one entry where all agree.
    instances, bytes
        Without duplicates; bytes is None where nobody says.
    other_date
        Earliest of the series', acquisition's and content's dates, as recorded.
    refers_to
        SeriesInstanceUIDs of its images.
    """

    __slots__ = ("_only", "_places", "bytes", "instances", "other_date", "refers_to", "variants")

    def __init__(self) -> None:
        self.variants: dict[Values, int] = {}
        self.instances = 0
        self.bytes: int | None = None
        self.other_date: str | None = None
        self.refers_to: frozenset[str] = frozenset()
        self._places: Places | None = None
        self._only: str | None = None

    def add(self, values: Values, header: Header, size: int | None, instances: int) -> None:
        """Take in what one header says."""
        self.variants[values] = self.variants.get(values, 0) + instances
        self.instances += instances
        if size is not None:
            self.bytes = size + (self.bytes or 0)
        for keyword in _OTHER_DATES:
            date = header.values.get(keyword)
            if isinstance(date, str) and len(date) == 8 and date.isdecimal():
                self.other_date = min(date, self.other_date or date)
        if header.refers_to:
            self.refers_to |= set(header.refers_to)

    def place(self, header: Header, uid: str, turn: int | None) -> None:
        """Take in where an instance lies."""
        if "Rows" in header.values:
            self._only = uid.encode("utf-8", "replace").decode() if self.instances == 1 else None
        if self._places is None:
            self._places = Places()
        positions: tuple[tuple[float, float, float] | None, ...] = header.positions
        if not positions and header.values.get("NumberOfFrames", "1") in ("1", 1):
            positions = (position_of(header.values.get("ImagePositionPatient")),)
        for position in positions or (None,):
            self._places.add(uid, position, turn)

    def lie(self, orientations: tuple[Orientation, ...]) -> Lie:
        """Return how the slices lie."""
        found = self._places.lie(orientations) if self._places is not None else Lie()
        if found.middle is None and self.instances == 1:
            return Lie(middle=self._only)
        return found

    def chosen(self) -> tuple[dict[str, str | None], dict[str, tuple[str, ...]]]:
        """Return one value for each field, and for each field with several all of them, the chosen one first.

        The value of most instances is chosen, of several such the smallest; patient and study go together. A missing
        value contradicts nothing.
        """
        if len(self.variants) == 1:
            return dict(zip(FIELDS, next(iter(self.variants)), strict=True)), {}
        one: dict[str, str | None] = {}
        several: dict[str, tuple[str, ...]] = {}
        owner = max(_counted(self.variants, 0, 1).items(), key=lambda each: (each[1], _reverse(each[0])))[0]
        for i, name in enumerate(FIELDS):
            counts = _counted(self.variants, i)
            ranked = sorted((value for (value,) in counts if value is not None), key=lambda v: (-counts[(v,)], v))
            one[name] = owner[i] if i < 2 else ranked[0] if ranked else None
            if len(ranked) > 1:
                several[name] = (one[name] or ranked[0], *(value for value in ranked if value != one[name]))
        return one, several


def _counted(variants: Mapping[Values, int], *fields: int) -> Counter[Values]:
    found: Counter[Values] = Counter()
    for values, number in variants.items():
        found[tuple(values[field] for field in fields)] += number
    return found


def _reverse(values: Values) -> tuple[tuple[int, ...], ...]:
    """Return a key that puts the smaller text last."""
    return tuple((*(-ord(letter) for letter in value or ""), 1) for value in values)


class Collector:
    """Series from headers: aggregated as they come, in any order, about 200 bytes for each instance.

    Parameters
    ----------
    dataset
        Name of the dataset that all series belong to.
    deidentification
        What is kept of people.
    report
        Where duplicates and contradictions are reported; None makes one.

    Attributes
    ----------
    series
        SeriesInstanceUID as recorded to what is known of it.
    names
        Patient identifier as recorded to the words of the names in the patient's files.
    issuers
        Patient identifier as recorded to the issuers that are recorded with it.
    """

    def __init__(self, dataset: str, deidentification: DeIdentification, report: Report | None = None) -> None:
        self.dataset = dataset
        self.deidentification = deidentification
        self.report = Report() if report is None else report
        self.series: dict[str, Gathered] = {}
        self.names: dict[str, frozenset[str]] = {}
        self.issuers: dict[str, frozenset[str]] = {}
        self.burned_in = 0
        self._days: dict[str, set[str]] = {}
        self._seen: set[int] = set()
        self._texts: dict[str, str] = {}
        self._turns: dict[Orientation, int] = {}

    def add(self, header: Header, size: int | None, instances: int = 1, where: str = "") -> None:
        """Take in a header.

        Parameters
        ----------
        header
            Of one instance, or of a whole series as an archive describes it.
        size
            Bytes; None where nobody says.
        instances
            How many instances the header stands for; with more than one, no duplicate is looked for.
        where
            The file, for the report.
        """
        values = header.values
        uid, study = self._text(values.get("SeriesInstanceUID")), self._text(values.get("StudyInstanceUID"))
        instance = values.get("SOPInstanceUID")
        if uid is None or study is None:
            lacking = "SeriesInstanceUID" if uid is None else "StudyInstanceUID"
            self.report.add("not read", where, f"it has no {lacking}, so no place in a study")
            return
        self.report.files += 1
        if isinstance(instance, str) and instances == 1:
            # 64 bits, unforeseeable for whoever writes files, and a sixteenth of the UID.
            known = hash(instance)
            if known in self._seen:
                self.report.add("duplicate", where or uid, f"instance {instance} of series {uid} was read before")
                return
            self._seen.add(known)
        patient = self._text(values.get("PatientID")) or f"no-id-{self.deidentification.uid(study)}"
        said = (self._text(values.get(name)) for name in FIELDS[1:])
        gathered = self.series.get(uid)
        if gathered is None:
            gathered = self.series[uid] = Gathered()
        gathered.add((patient, *said), header, size, instances)
        if isinstance(instance, str) and instances == 1:
            gathered.place(header, instance, self._turn(values.get("ImageOrientationPatient")))
        if values.get("BurnedInAnnotation") == "YES":
            self.burned_in += instances
        if self.deidentification.hides_dates_beside_uids:
            self._days.setdefault(study, set()).update(days_of(header))
        self._remember(patient, header)

    def load(self, connection: DuckDBPyConnection) -> Mapping[str, object]:
        """Put the relations of a source into the connection, de-identified, and return notes for the recipe.

        Raises
        ------
        BuildError
            Nothing was collected.
        """
        from explorer.sources.dicom.load import load

        if not self.series:
            raise BuildError(f"there is no series in {one_line(self.dataset)}; nothing was built")
        notes = load(self, connection)
        name = self.deidentification.uid
        dated = dated_uids(connection, {name(study): days for study, days in self._days.items()}) if self._days else 0
        if not dated:
            return notes
        why = (
            "UIDs with a recorded date of their study in them, which gives away hidden dates; --restricted hashes them"
        )
        self.report.add("caution", "", f"{dated:,} {why}")
        return {**notes, "UIDs with a recorded date": dated}

    @property
    def orientations(self) -> tuple[Orientation, ...]:
        """What the numbers of orientations mean."""
        return tuple(self._turns)

    def __iter__(self) -> Iterator[tuple[str, Gathered]]:
        """Yield each series, by its UID."""
        return iter(sorted(self.series.items()))

    def _text(self, value: str | int | None) -> str | None:
        """Return text, one object for all equal ones."""
        if value is None:
            return None
        text = str(value)
        known = self._texts.get(text)
        if known is None:
            # As it will be stored: no half surrogate pairs, and one way to write an accent.
            stored = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
            known = self._texts[text] = text if stored == text else stored
        return known

    def _turn(self, recorded: str | int | None) -> int | None:
        axes = orientation_of(recorded)
        return None if axes is None else self._turns.setdefault(axes, len(self._turns))

    def _remember(self, patient: str, header: Header) -> None:
        known = self.names.get(patient)
        if known is None or not header.name_words <= known:
            self.names[patient] = (known or frozenset()).union(header.name_words, *map(spellings, header.name_words))
        issuer = header.values.get("IssuerOfPatientID")
        if isinstance(issuer, str) and issuer not in self.issuers.get(patient, ()):
            self.issuers[patient] = self.issuers.get(patient, frozenset()) | {issuer}
