"""Headers made by hand, and what a collector makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom.collect import Collector
from explorer.sources.dicom.header import Header

AXIAL, CORONAL, SAGITTAL = r"1\0\0\0\1\0", r"1\0\0\0\0\-1", r"0\1\0\0\0\-1"
OBLIQUE = r"1\0\0\0\0.939693\0.342020"  # turned by 20 degrees about the x axis


def header(
    number: int = 0, *, refers_to: Iterable[str] = (), names: Iterable[str] = (), frames: Any = (), **values: Any
) -> Header:
    said = {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
        "SOPInstanceUID": f"1.2.3.4.{values.get('SeriesInstanceUID', '')}.{number}",
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": "1.2.3.4",
        "PatientID": "MRN001",
        "Modality": "CT",
        "Rows": 512,
        "TransferSyntaxUID": "1.2.840.10008.1.2.1",
        **values,
    }
    kept = {name: value for name, value in said.items() if value is not None}
    return Header(kept, tuple(refers_to), tuple(frames), frozenset(names))


def at(z: float, turned: str = AXIAL, **values: Any) -> Header:
    return header(round(z * 1000), ImagePositionPatient=f"-100\\-100\\{z}", ImageOrientationPatient=turned, **values)


def load(
    headers: Iterable[Header], hidden: DeIdentification | None = None
) -> tuple[dict[str, list[dict[str, Any]]], Mapping[str, Any], Collector]:
    collector = Collector("lab", hidden or DeIdentification.none())
    for each in headers:
        collector.add(each, 1_000, where="file")
    tables: dict[str, list[dict[str, Any]]] = {}
    with duckdb.connect() as connection:
        notes = collector.load(connection)
        for name in ("series", "patient", "study", "dataset", "derivation"):
            relation = connection.sql(f"SELECT * FROM source_{name} ORDER BY ALL")
            tables[name] = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    return tables, notes, collector
