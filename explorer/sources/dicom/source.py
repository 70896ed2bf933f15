"""A folder of DICOM files as a source of metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cohort.texts import one_line
from explorer.errors import UserError
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom.collect import Collector
from explorer.sources.dicom.folder import Unread, scan_folder
from explorer.sources.dicom.naming import cleaned_name, name_after
from explorer.sources.dicom.report import Report
from explorer.sources.source import Progress, Recipe, quiet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["DicomSource", "cleaned_name"]

_UNNAMED = "dicom"


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
        Name of the dataset; None takes the folder's name, or ``dicom`` where that may say who is in it (which is judged
        by the identifiers and names in the files) or UIDs are hashed.
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
        """What the snapshot will be made from; the dataset's name stands for a release.

        Where that is to be the folder's, the files are read first.
        """
        name = self._given
        if name is None:
            self.read()
            name = self._collected[0].dataset
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
        given = self._given
        place = one_line(str(self.folder))
        try:
            if not self.folder.is_dir():
                raise UserError(f"{place} is a file; name the folder that it lies in" if self.folder.exists() else
                                f"there is no folder {place}; name a folder with DICOM files")  # fmt: skip
        except OSError as error:
            raise UserError(f"the folder {place} cannot be entered: {error.strerror}") from None
        collector = Collector(given or _UNNAMED, self.deidentification, self.report)
        for found in scan_folder(self.folder, journal=self.journal, workers=self.workers, progress=progress):
            where = _inside(found.path, self.folder)
            if isinstance(found, Unread):
                self.report.add("not read", where, found.reason)
            else:
                collector.add(found.header, found.size, where=where)
        if not collector.series:
            raise UserError(f"there is no DICOM file in {place}: {_found(self.report)}")
        if given is None:
            collector.dataset = self._name_after(collector)
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
    def _given(self) -> str | None:
        """The dataset's name where the files have no say in it."""
        if self.dataset is None:
            return _UNNAMED if self.deidentification.uids == "hash" else None
        name = cleaned_name(self.dataset)
        if not name:
            raise UserError("the dataset's name needs a letter or a digit")
        return name

    def _name_after(self, collector: Collector) -> str:
        folder = self.folder.absolute().name
        name = name_after(folder, collector.names)
        if name is None and cleaned_name(folder):
            why = f"the folder's name may say who is in it, so the dataset is called {_UNNAMED}; --dataset names it"
            self.report.add("caution", "", why)
        return name or _UNNAMED


def _inside(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def _found(report: Report) -> str:
    if not report.lines:
        return "it holds no file at all"
    return "; ".join(f"{number:,} {reason}" for reason, number in report.reasons.items())
