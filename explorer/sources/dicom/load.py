"""From series to the relations of a source: one value for each series, people taken out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from explorer.codes import object_kind, protocol_words
from explorer.schema import SERIES, Column
from explorer.sources.deidentify import is_uid
from explorer.sources.dicom.collect import FIELDS, Collector, Gathered
from explorer.sources.personal import identifiable, mentions
from explorer.sources.recorded import age_years, only_sex, recorded_date
from explorer.sources.values import arrow_table

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

__all__ = ["load"]

Row = dict[str, object]

_BATCH = 10_000
_UNSPACED = "\u3040"
_TEXTS = ("Modality", "BodyPartExamined", "Manufacturer", "ManufacturerModelName", "StudyDescription",
          "SeriesDescription", "SeriesNumber")  # fmt: skip
_IDS = tuple(Column(name, "text", "As in the snapshot.", "never") for name in
             ("dataset", "PatientID", "StudyInstanceUID", "SeriesInstanceUID"))  # fmt: skip
_COLUMNS = (*_IDS, *(column for column in SERIES if column.name in {
    *_TEXTS, "PatientSex", "PatientAge", "sop_class", "instances", "size_mb", "bytes", "plane", "slices",
    "slice_spacing_mm", "stack", "transfer_syntax", "middle_instance",
}))  # fmt: skip
_SAID = (*_IDS[:3], *(Column(name, "text", "As recorded.", "not recorded") for name in ("sex", "age", "date", "other")),
         Column("back", "integer", "Days.", "never"))  # fmt: skip
_PAIR = tuple(Column(name, "text", "SeriesInstanceUID.", "never") for name in ("derived", "image"))

# Values of these are codes, and stand in the report; of others, only how many there are.
_CODES = frozenset({"Modality", "SOPClassUID"})
_AGREEING = frozenset(FIELDS) - {"TransferSyntaxUID", "BurnedInAnnotation"}
_WITH_TEXT = {"US": "ultrasound", "SC": "secondary capture", "XC": "photographs", "OT": "other", "ES": "endoscopy"}
"""Modalities whose pixels often hold a name."""


def load(collector: Collector, connection: DuckDBPyConnection) -> Mapping[str, object]:
    """Put the relations into the connection and return notes for the recipe; see `Collector.load`."""
    loading = _Loading(collector)
    rows = loading.rows()
    batches = iter(lambda: list(islice(rows, _BATCH)), [])
    connection.register("source_series", _together(_COLUMNS, batches))
    connection.register("said", arrow_table(_SAID, loading.said))
    connection.register("source_derivation", arrow_table(_PAIR, loading.pairs))
    connection.register("source_dataset", arrow_table(_IDS[:1], [{"dataset": collector.dataset}]))
    connection.execute(
        f"CREATE VIEW source_patient AS SELECT dataset, PatientID, {only_sex('sex')} AS sex FROM said GROUP BY ALL"
    )
    connection.execute(_studies(collector.deidentification.dates))
    return loading.notes()


def _together(columns: tuple[Column, ...], batches: Iterator[list[Row]]) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables([arrow_table(columns, batch) for batch in batches])


def _studies(dates: str) -> str:
    shifted = "CASE WHEN day > DATE '0012-01-01' THEN day - CAST(back AS INTEGER) END"
    date = {"keep": "day", "shift": shifted}.get(dates, "CAST(NULL AS DATE)")
    offset = "day - min(day) OVER (PARTITION BY PatientID)" if dates == "offset" else "CAST(NULL AS BIGINT)"
    return f"""CREATE VIEW source_study AS
        SELECT dataset, PatientID, StudyInstanceUID, {date} AS study_date, {offset} AS study_day, age FROM (
            SELECT dataset, PatientID, StudyInstanceUID, any_value(back) AS back, min({age_years("age")}) AS age,
                coalesce(min({recorded_date("date")}), min({recorded_date("other")})) AS day
            FROM said GROUP BY ALL
        )"""


class _Loading:
    """One pass over the collected series, and what is counted on it."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.said: list[Row] = []
        self.pairs: list[Row] = []
        self.withheld: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.unknown_images = 0
        self.with_text: Counter[str] = Counter()
        self.patients: dict[str, set[str]] = defaultdict(set)
        self.anybody = frozenset(
            word for words in collector.names.values() for word in words
            if (len(word) > 3 and " " not in word) or (len(word) == 3 and word >= _UNSPACED)
        ) - protocol_words()  # fmt: skip
        self.identifiers = identifiable(name for name in collector.names if not name.startswith("no-id-"))

    def rows(self) -> Iterator[Row]:
        """Yield a row of ``source_series`` for each series."""
        hidden, orientations = self.collector.deidentification, self.collector.orientations
        for uid, gathered in self.collector:
            one, several = gathered.chosen()
            self._contradict(uid, several)
            patient, study = str(one["PatientID"]), str(one["StudyInstanceUID"])
            self.patients[study].add(patient)
            ids: Row = {
                "dataset": self.collector.dataset,
                "PatientID": hidden.patient_id(patient),
                "StudyInstanceUID": hidden.uid(study),
            }
            self._say(ids, patient, study, gathered)
            self._link(uid, gathered)
            if (modality := one["Modality"]) in _WITH_TEXT:
                self.with_text[modality] += 1
            lie = gathered.lie(orientations)
            kind = _uid_name(one["SOPClassUID"])
            # A mask leaves out slices with nothing on them.
            is_image = object_kind(modality and str(modality), kind) == "image"
            yield {
                **ids,
                "SeriesInstanceUID": hidden.uid(uid),
                **{name: self._clean(name, one[name], patient) for name in _TEXTS},
                "PatientSex": hidden.sex(sex)
                if (sex := self._clean("PatientSex", one["PatientSex"], patient))
                else None,
                "PatientAge": one["PatientAge"] and hidden.age(one["PatientAge"]),
                "sop_class": kind,
                "instances": gathered.instances,
                "size_mb": None if gathered.bytes is None else gathered.bytes / 1e6,
                "bytes": gathered.bytes,
                "plane": lie.plane,
                "slices": lie.slices,
                "slice_spacing_mm": lie.spacing,
                "stack": lie.stack if is_image else None,
                "transfer_syntax": _uid_name(one["TransferSyntaxUID"]),
                "middle_instance": lie.middle and hidden.uid(lie.middle),
            }

    def notes(self) -> Mapping[str, object]:
        """Return what the recipe says about the reading, numbers only, and put cautions into the report."""
        collector, report = self.collector, self.collector.report
        self._caution()
        numbers: dict[str, object] = {
            "files": report.files,
            "files not read": report.reasons,
            "duplicate instances": report.count("duplicate"),
            "contradictions": report.count("contradiction"),
            "references to series that are not there": self.unknown_images,
            "instances with burned-in annotation": collector.burned_in,
        }
        withheld = {name: dict(sorted(rules.items())) for name, rules in sorted(self.withheld.items())}
        return {"withheld": withheld, **{name: number for name, number in numbers.items() if number}}

    def _say(self, ids: Row, patient: str, study: str, gathered: Gathered) -> None:
        """Note what the files say of sex, age and date, for the patient's and the study's rows."""
        hidden = self.collector.deidentification
        for values in gathered.variants:
            said = dict(zip(FIELDS, values, strict=True))
            if (said["PatientID"], said["StudyInstanceUID"]) == (patient, study):
                sex, age = said["PatientSex"], said["PatientAge"]
                found = {"sex": sex and hidden.sex(sex), "age": age and hidden.age(age), "date": said["StudyDate"]}
                self.said.append({**ids, **found, "other": gathered.other_date, "back": hidden.days_back(patient)})

    def _link(self, uid: str, gathered: Gathered) -> None:
        known = gathered.refers_to & self.collector.series.keys()
        self.unknown_images += len(gathered.refers_to) - len(known)
        name = self.collector.deidentification.uid
        self.pairs.extend({"derived": name(uid), "image": name(image)} for image in sorted(known - {uid}))

    def _clean(self, column: str, text: str | None, patient: str) -> str | None:
        if text is None:
            return None
        names = self.collector.names.get(patient, frozenset())
        hidden = self.collector.deidentification
        rule = hidden.withholds(column, text, names, patient, self.anybody)
        # Elsewhere a short number is the thing's own: a series 1001, a scanner 3000.
        described = column.endswith("Description") and hidden.descriptors == "clean"
        if rule is None and described and mentions(text, self.identifiers):
            rule = "other identifier"
        if rule is not None:
            self.withheld[column][rule] += 1
        return text if rule is None else None

    def _contradict(self, uid: str, several: Mapping[str, tuple[str, ...]]) -> None:
        for name, values in several.items():
            if name not in _AGREEING:
                continue
            said = f": {', '.join(_uid_name(value) or value for value in values)}" if name in _CODES else ""
            self.collector.report.add("contradiction", uid, f"{len(values)} values of {name}{said}")

    def _caution(self) -> None:
        collector, hidden = self.collector, self.collector.deidentification
        for patient, issuers in sorted(collector.issuers.items()):
            if len(issuers) > 1:
                why = f"{len(issuers)} issuers of one PatientID, which may be {len(issuers)} people; taken as one"
                collector.report.add("contradiction", hidden.patient_id(patient), why)
        for study, patients in sorted(self.patients.items()):
            if len(patients) > 1:
                why = f"a study of {len(patients)} patients; it counts for each of them"
                collector.report.add("contradiction", study, why)
        nobody = sum(patient.startswith("no-id-") for patient in collector.names)
        for number, why in (
            (nobody, "studies without PatientID: each counts as a patient of its own"),
            (collector.burned_in, "images say that text is burned into their pixels; pixels are not touched"),
            (sum(self.with_text.values()), f"series of kinds that often show a name in their pixels "
             f"({', '.join(f'{name} {_WITH_TEXT[name]}' for name in sorted(self.with_text))}); pixels are not touched"),
        ):  # fmt: skip
            if number:
                collector.report.add("caution", "", f"{number:,} {why}")


@cache
def _uid_name(uid: str | None) -> str | None:
    """Return the name of a SOP class or transfer syntax; a UID that has none stays, and what is no UID has none."""
    if uid is None or not is_uid(uid):
        return None
    from pydicom import config
    from pydicom.uid import UID

    return UID(uid, validation_mode=config.IGNORE).name
