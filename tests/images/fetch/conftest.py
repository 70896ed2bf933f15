from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from explorer.images.fetch import program
from tests.images.fetch.bucket import BUCKET, Gate, dicom, gate_before, put, store, uid_of

Row = dict[str, Any]
IMAGES = 4


@dataclass(frozen=True)
class Bucket:
    """A bucket with series 1 to 6, of four images each, and the gate before it."""

    port: int
    gate: Gate
    rows: tuple[Row, ...]

    def row(self, series: int, **changed: Any) -> Row:
        return {**self.rows[series - 1], **changed}


def row_of(series: int, files: Sequence[bytes], location: str | None = None) -> Row:
    size = sum(map(len, files))
    return {
        "source": "rows",
        "dataset": "d",
        "PatientID": f"p{(series + 1) // 2}",
        "SeriesInstanceUID": uid_of(series),
        "instances": len(files),
        "size_mb": size / 1e6,
        "bytes": size,
        "location": location or f"s3://{BUCKET}/s{series}/",
        "license": "CC BY 4.0" if series < 3 else "CC BY-NC 4.0",
        "source_doi": "10.0/synthetic",
    }


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    with store() as number:
        yield number


@pytest.fixture(scope="session")
def rows(port: int) -> tuple[Row, ...]:
    made = []
    for series in range(1, 7):
        files = [dicom(uid_of(series), number) for number in range(1, IMAGES + 1)]
        for number, content in enumerate(files, 1):
            put(port, f"s{series}/{series}-{number}.dcm", content)
        made.append(row_of(series, files))
    return tuple(made)


@pytest.fixture
def bucket(port: int, rows: tuple[Row, ...], monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setattr(program, "_RETRIES", 2)
    with gate_before(port) as gate:
        monkeypatch.setenv("COHORT_EXPLORER_S3_ENDPOINT", gate.address)
        yield Bucket(port, gate, rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "images"


Names = Callable[[Path, int], list[str]]


def names_in(folder: Path, series: int) -> list[str]:
    place = folder / uid_of(series)
    return sorted(path.name for path in place.iterdir()) if place.is_dir() else []


def names_of(series: int) -> list[str]:
    return [f"{series}-{number}.dcm" for number in range(1, IMAGES + 1)]
