"""Which series are to be fetched, and where each one lies.

Everything here comes from a catalogue. What becomes part of a path or of a command is let through only where it is
written in letters that mean nothing there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.cohort.texts import shown

__all__ = ["COLUMNS", "Elsewhere", "Wanted", "is_uid", "wanted_series"]

COLUMNS = (
    "source", "dataset", "PatientID", "SeriesInstanceUID", "instances", "size_mb", "bytes", "location", "license",
    "source_doi",
)  # fmt: skip
"""Columns of the series table that a fetch reads."""

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_LOCATION = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/((?:[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}/){1,10})")
_FINEST = 6  # decimals: of a megabyte they are bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """One series in a bucket.

    Attributes
    ----------
    series_uid
        SeriesInstanceUID; digits and dots only.
    bucket, prefix
        Where its objects are: every key under the prefix, which ends with a slash.
    instances
        Images that the catalogue counts.
    bytes
        Size that the catalogue gives; None where it gives none.
    slack
        Bytes by which the catalogue's rounding can be off; 0 where it tells megabytes with six decimals.
    """

    series_uid: str
    bucket: str
    prefix: str
    instances: int
    bytes: int | None
    slack: int = 0

    @property
    def location(self) -> str:
        """Address of the series' objects, ``s3://bucket/prefix/``."""
        return f"s3://{self.bucket}/{self.prefix}"

    def fits(self, size: int) -> bool:
        """Return whether files of so many bytes together are the whole series, as far as the catalogue tells."""
        return self.bytes is None or abs(size - self.bytes) <= self.slack


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A series that no bucket gives, and why; `series_uid` is as the catalogue writes it."""

    series_uid: str
    reason: str


def is_uid(text: str) -> bool:
    """Return whether a text is an identifier that can name a folder: numbers with dots between, 64 characters."""
    return len(text) <= 64 and _UID.fullmatch(text) is not None


def wanted_series(rows: Iterable[Mapping[str, Any]]) -> tuple[tuple[Wanted, ...], tuple[Elsewhere, ...]]:
    """Return the series that a bucket holds, in their order, each once, and the others with the reason.

    Parameters
    ----------
    rows
        Rows of the series table, with `COLUMNS`.
    """
    unique: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        unique.setdefault(str(row["SeriesInstanceUID"]), row)
    slack = _slack(row["size_mb"] for row in unique.values() if row["size_mb"] is not None)
    found: list[Wanted] = []
    others: list[Elsewhere] = []
    for uid, row in unique.items():
        one = _wanted(uid, row, slack)
        found.append(one) if isinstance(one, Wanted) else others.append(one)
    return tuple(found), tuple(others)


def _wanted(uid: str, row: Mapping[str, Any], slack: int) -> Wanted | Elsewhere:
    location = row["location"]
    if not is_uid(uid):
        return Elsewhere(uid, f"{shown(uid)} is no identifier of a series, so it cannot name a folder")
    if not location:
        return Elsewhere(uid, "the snapshot does not say where its files are")
    place = _LOCATION.fullmatch(str(location))
    if place is None:
        return Elsewhere(uid, f"its files are not in a public bucket but at {shown(str(location))}")
    size = row["bytes"]
    return Wanted(uid, place[1], place[2], int(row["instances"]), None if size is None else int(size), slack)


def _slack(sizes: Iterable[float]) -> int:
    """Return half of the last decimal that the catalogue's sizes are told with, in bytes; 0 for six decimals."""
    decimals = max((_decimals(size) for size in sizes), default=_FINEST)
    return 0 if decimals >= _FINEST else math.ceil(10 ** (_FINEST - decimals) / 2)


def _decimals(size: float) -> int:
    return len(f"{size:.{_FINEST}f}".rstrip("0").partition(".")[2])
