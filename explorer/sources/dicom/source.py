"""A folder of DICOM files as a source of metadata."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cohort.texts import one_line
from explorer.errors import UserError
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom.collect import Collector
from explorer.sources.dicom.folder import Unread, scan_folder
from explorer.sources.dicom.report import Report
from explorer.sources.personal import looks_personal
from explorer.sources.source import Progress, Recipe, quiet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["DicomSource", "cleaned_name"]


@dataclass(frozen=True)
class DicomSource:
    """The series of a folder of DICOM files, one dataset; the files stay where they are.

    Where the folder is, stands nowhere in the snapshot, because paths can hold names.

    Parameters
    ----------
    folder
        Read with all folders below it.
    deidentification
        What is kept of people.
    dataset
        Name of the dataset; None takes the folder's name, or ``dicom`` where that looks personal.
    title
        What people call it; None takes the name of the dataset.
    journal
        File in which a reading goes on where another one was broken off; None reads everything anew.
    workers
        Processes that read; None takes one for each core.

    Attributes
    ----------
    report
        Filled by `read`.

    Examples
    --------
    >>> source = DicomSource(Path("study"), DeIdentification(key=b"sixteen bytes or more"))  # doctest: +SKIP
    >>> snapshot = Snapshot.build(source)  # doctest: +SKIP
    """

    folder: Path
    deidentification: DeIdentification
    dataset: str | None = None
    title: str | None = None
    journal: Path | None = None
    workers: int | None = None
    report: Report = field(default_factory=Report, init=False, compare=False)
    _collected: list[Collector] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def recipe(self) -> Recipe:
        """What the snapshot will be made from; the dataset's name stands for a release."""
        name = self._dataset
        options = {"dataset": name, "deidentification": dict(self.deidentification.options)}
        return Recipe("dicom", name, self.title or f"DICOM files, {name}", None, options)

    def read(self, progress: Progress = quiet) -> None:
        """Read the folder; once is enough.

        Raises
        ------
        UserError
            It is no folder, or there is no DICOM file in it; the message says what was found.
        """
        if self._collected:
            return
        place = one_line(str(self.folder))
        try:
            if not self.folder.is_dir():
                raise UserError(f"{place} is a file; name the folder that it lies in" if self.folder.exists() else
                                f"there is no folder {place}; name a folder with DICOM files")  # fmt: skip
        except OSError as error:
            raise UserError(f"the folder {place} cannot be entered: {error.strerror}") from None
        collector = Collector(self._dataset, self.deidentification, self.report)
        for found in scan_folder(self.folder, journal=self.journal, workers=self.workers, progress=progress):
            where = _inside(found.path, self.folder)
            if isinstance(found, Unread):
                self.report.add("not read", where, found.reason)
            else:
                collector.add(found.header, found.size, where=where)
        if not collector.series:
            raise UserError(f"there is no DICOM file in {place}: {_found(self.report)}")
        self._collected.append(collector)

    def load(self, connection: DuckDBPyConnection, progress: Progress) -> Mapping[str, object]:
        """Put the series of the folder into the connection.

        Raises
        ------
        UserError
            As `read`.
        """
        self.read(progress)
        return self._collected[0].load(connection)

    @property
    def _dataset(self) -> str:
        if self.dataset is not None:
            name = cleaned_name(self.dataset)
            if not name:
                raise UserError("the dataset's name needs a letter or a digit")
            return name
        name = cleaned_name(self.folder.absolute().name)
        return name if name and looks_personal(name.replace("_", " ")) is None else "dicom"


def cleaned_name(name: str) -> str:
    """Return what a dataset's name keeps of a text: letters, digits and ``. + - _``, up to 64; it may be empty."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    return re.sub(r"[^\w.+-]+", "_", text).strip("_.")[:64]


def _inside(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def _found(report: Report) -> str:
    if not report.lines:
        return "it holds no file at all"
    return "; ".join(f"{number:,} {reason}" for reason, number in report.reasons.items())
