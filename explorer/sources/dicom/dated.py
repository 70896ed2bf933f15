"""UIDs that say when: scanners write the time into the UIDs that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from explorer.schema import Column
from explorer.sources.values import arrow_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from explorer.sources.dicom.header import Header

__all__ = ["dated_uids", "days_of"]

_DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate")
_COLUMNS = (
    Column("StudyInstanceUID", "text", "As in the snapshot.", "never"),
    Column("day", "text", "YYYYMMDD, as recorded.", "never"),
)


def days_of(header: Header) -> Iterator[str]:
    """Yield the dates in a header that tell when its study was, as eight digits."""
    for keyword in _DATES:
        day = str(header.values.get(keyword, "")).replace(".", "").replace("-", "")
        if len(day) == 8 and day.isascii() and day.isdecimal():
            yield day


def dated_uids(connection: DuckDBPyConnection, days: Mapping[str, set[str]]) -> int:
    """Return how many UIDs in ``source_series`` have a recorded date of their study in them.

    Parameters
    ----------
    connection
        With the relations of a source.
    days
        StudyInstanceUID as in the snapshot to the dates of the study.
    """
    rows = [{"StudyInstanceUID": study, "day": day} for study, found in days.items() for day in found]
    connection.register("dated", arrow_table(_COLUMNS, rows))
    try:
        row = connection.execute(
            "SELECT count(DISTINCT uid) FROM (SELECT StudyInstanceUID, "
            "unnest([StudyInstanceUID, SeriesInstanceUID, middle_instance]) AS uid FROM source_series) "
            "JOIN dated USING (StudyInstanceUID) WHERE contains(uid, day)"
        ).fetchall()[0]
    finally:
        connection.unregister("dated")
    return int(row[0])
