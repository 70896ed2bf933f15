"""What structured reports measure: every number, and every finding in words, with what it is about and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydicom import Dataset

from explorer.cohort.texts import one_line
from explorer.errors import ImageError
from explorer.images.find import REPORT
from explorer.images.mask_file import codes, first, items, numbers, opened, text
from explorer.images.masks import Code
from explorer.images.report_context import Context, contained, context_of
from explorer.images.report_tree import ITEM_LIMIT, children, code_value, key_of, meaning, name_of

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Measurement", "as_row", "read_measurements", "table"]

SIZE_LIMIT = 32 * 2**20
"""Bytes of a report's file."""


@dataclass(frozen=True)
class Measurement:
    """One number of a report, or one finding in words; text is as recorded, so hostile until escaped.

    Attributes
    ----------
    group
        Which group of the report it stands in, from 1; what is measured in one lesion stands in one group.
    what
        What was measured or judged, for example Volume.
    about
        What it is about: finding, site, segment, images; who says so; how it was measured.
    value
        The number; None where it is a finding in words, or where none could be measured.
    unit
        UCUM code of the unit: ``mm``, ``ml``, ``1``.
    evaluation
        The finding in words; of a number that is missing, why.
    derivation
        How the number was made from several: Mean, Maximum.
    modifiers
        Whatever else restricts it, as pairs of concept and value.
    """

    group: int
    what: Code
    about: Context
    value: float | None = None
    unit: str = ""
    evaluation: str = ""
    derivation: str = ""
    modifiers: tuple[tuple[Code, str], ...] = ()


@dataclass
class _Report:
    """What is known of the whole report while it is walked."""

    series_of: Mapping[str, str]
    names: bool
    budget: list[int] = field(default_factory=lambda: [ITEM_LIMIT])
    groups: int = 0


def read_measurements(path: Path | str, *, names: bool = True) -> tuple[Measurement, ...]:
    """Measurements and qualitative evaluations of a structured report.

    Of a measurement report (TID 1500) every group: planar, volumetric, of whole images. Of any other report every
    number, with the nearest finding, site and image around it. What an image library says of images is left out.

    Parameters
    ----------
    path
        The DICOM file.
    names
        False leaves out who a person is, and what a person typed: observers who are people, tracking identifiers and
        evaluations in free text.

    Raises
    ------
    ImageError
        The file cannot be read, is no structured report, or is too large, too deep or has too many entries.

    References
    ----------
    PS3.3 C.17.3 SR Document Content; PS3.16 TID 1500, 1410, 1411, 1501, 300, 320, 1002, 4019.
    """
    file = Path(path)

    def read(header: Dataset) -> tuple[Measurement, ...]:
        if not text(header, "SOPClassUID").startswith(REPORT):
            raise ImageError("it is no structured report")
        return tuple(_walked(header, _Report(_evidence(header), names)))

    if file.is_file() and file.stat().st_size > SIZE_LIMIT:
        raise ImageError(f"{one_line(file.name)} is larger than {SIZE_LIMIT // 2**20} MB, and no report is.")
    return opened(file, read, what="report")


def table(measurements: Iterable[Measurement]) -> DataFrame:
    """Measurements as a table, one row each; what is missing is an empty text, or NaN for a number.

    Returns
    -------
    DataFrame
        Columns ``group, tracking_id, tracking_uid, finding, finding_site, measurement, derivation, modifiers, value,
        unit, evaluation, method, segments, segmentation_uid, series_uids, image_uids, observer, algorithm``. Several
        values of one cell are joined by commas.
    """
    import pandas as pd

    rows = [as_row(each) for each in measurements]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    return frame.astype({"group": "int64", "value": "float64"})


_COLUMNS = (
    "group", "tracking_id", "tracking_uid", "finding", "finding_site", "measurement", "derivation", "modifiers",
    "value", "unit", "evaluation", "method", "segments", "segmentation_uid", "series_uids", "image_uids", "observer",
    "algorithm",
)  # fmt: skip


def as_row(measurement: Measurement) -> dict[str, Any]:
    """Return one measurement as plain values, by the columns of `table`."""
    about = measurement.about
    cells = (
        measurement.group,
        about.tracking_id,
        about.tracking_uid,
        meaning(about.finding),
        ", ".join(map(meaning, about.sites)),
        meaning(measurement.what),
        measurement.derivation,
        ", ".join(f"{meaning(concept)}: {value}" for concept, value in measurement.modifiers),
        measurement.value,
        measurement.unit,
        measurement.evaluation,
        about.method,
        ", ".join(map(str, about.segments)),
        about.segmentation,
        ", ".join(about.series_uids),
        ", ".join(about.image_uids),
        about.observer.shown if about.observer else "",
        about.algorithm,
    )
    return dict(zip(_COLUMNS, cells, strict=True))


def _evidence(header: Dataset) -> dict[str, str]:
    """Return the series of each instance that the report was made from."""
    return {
        text(instance, "ReferencedSOPInstanceUID"): text(series, "SeriesInstanceUID")
        for keyword in ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence")
        for study in items(header, keyword)
        for series in items(study, "ReferencedSeriesSequence")
        for instance in items(series, "ReferencedSOPSequence")
    }


_GROUPS = {("125007", "DCM"), ("C0034375", "UMLS")}
"""Measurement Group, Qualitative Evaluations: here a finding in words is a result."""
_IMAGE_LIBRARY = ("111028", "DCM")
_CATEGORY = ("276214006", "SCT")
"""Finding category: it says what the finding is, and is no result."""
_DERIVATION = ("121401", "DCM")


def _walked(root: Dataset, report: _Report) -> Iterator[Measurement]:
    """Yield what stands below the root, without recursion: entries may be as deep as the limit allows."""
    waiting = [(root, Context(), 0, 0)]
    while waiting:
        item, around, group, depth = waiting.pop()
        kind, concept = text(item, "ValueType"), key_of(item)
        if concept == _IMAGE_LIBRARY:
            continue
        below = list(children(item, report.budget, depth))
        about = context_of(below, around, report.series_of, code_value(item) if kind == "CODE" else None)
        if kind != "NUM" and (concept in _GROUPS or any(map(_is_number, below))):
            report.groups += 1
            group = report.groups
        for each in below:
            if _is_number(each):
                yield _number(each, about, group, report)
            elif concept in _GROUPS and _is_result(each):
                yield from _judged(each, about, group, report)
        waiting += [(each, about, group, depth + 1) for each in reversed(below) if "ContentSequence" in each]


def _is_number(item: Dataset) -> bool:
    return text(item, "ValueType") == "NUM" and text(item, "RelationshipType") != "HAS ACQ CONTEXT"


def _is_result(item: Dataset) -> bool:
    words = text(item, "ValueType") in ("CODE", "TEXT") and text(item, "RelationshipType") == "CONTAINS"
    return words and key_of(item) != _CATEGORY and not contained(item)


def _number(item: Dataset, about: Context, group: int, report: _Report) -> Measurement:
    below = items(item, "ContentSequence")
    measured = first(item, "MeasuredValueSequence")
    value = numbers(measured, "FloatingPointValue", 1) or numbers(measured, "NumericValue", 1)
    unit = next(iter(codes(measured, "MeasurementUnitsCodeSequence")), None)
    reason = next(iter(codes(item, "NumericValueQualifierCodeSequence")), None)
    restricting = [each for each in below if text(each, "RelationshipType") == "HAS CONCEPT MOD"]
    return Measurement(
        group=group,
        what=name_of(item),
        about=_told(context_of(below, about, report.series_of), report),
        value=value[0] if value else None,
        unit=unit.value if unit else "",
        evaluation=meaning(reason),
        derivation=next((meaning(code_value(each)) for each in restricting if key_of(each) == _DERIVATION), ""),
        modifiers=tuple(
            (name_of(each), meaning(code_value(each)) or (text(each, "TextValue") if report.names else ""))
            for each in restricting
            if key_of(each) != _DERIVATION and not contained(each)
        ),
    )


def _judged(item: Dataset, about: Context, group: int, report: _Report) -> Iterator[Measurement]:
    said = meaning(code_value(item)) or (text(item, "TextValue") if report.names else "")
    if said:
        here = context_of(items(item, "ContentSequence"), about, report.series_of)
        yield Measurement(group, name_of(item), _told(here, report), evaluation=said)


def _told(about: Context, report: _Report) -> Context:
    if report.names:
        return about
    by_device = about.observer is not None and about.observer.is_device
    return replace(about, tracking_id="", observer=about.observer if by_device else None)
