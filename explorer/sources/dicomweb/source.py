"""A DICOMweb archive as a source of metadata."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import BuildError, SurroundingsError, UserError
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom.collect import Collector
from explorer.sources.dicom.report import Report
from explorer.sources.dicom.source import cleaned_name
from explorer.sources.dicomweb.address import Address, Credentials
from explorer.sources.dicomweb.client import Archive
from explorer.sources.dicomweb.journal import Journal
from explorer.sources.dicomweb.listing import PAGE
from explorer.sources.dicomweb.patience import Patience
from explorer.sources.dicomweb.qido import Questions
from explorer.sources.dicomweb.reading import Reading
from explorer.sources.source import Progress, Recipe, quiet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["ArchiveReport", "DicomWebSource"]


@dataclass(slots=True)
class ArchiveReport(Report):
    """What reading an archive has to report; `files` counts series here.

    Attributes
    ----------
    unchanged
        Studies that were as they had been before, so not asked for again.
    """

    unchanged: int = 0

    def summary(self, named: int = 10) -> Iterator[str]:
        """Yield the report in a few lines."""
        yield f"{self.files:,} series read"
        if self.unchanged:
            yield f"{self.unchanged:,} studies unchanged since the last time, not asked for again"
        if number := self.count("contradiction"):
            yield f"{number:,} contradiction{'s' * (number != 1)} between series; the value of most images was taken"
        yield from (f"caution: {line.why}" for line in self.lines if line.kind in ("caution", "not read"))


@dataclass(frozen=True)
class DicomWebSource:
    """The series of a DICOMweb archive, one dataset; the images stay where they are.

    What is known is what the archive's lists say: no size, no position of slices. Where the archive is stands nowhere
    in the snapshot, because names of machines can name hospitals.

    Parameters
    ----------
    url
        Root of the DICOMweb service, ``"https://pacs.example/dicom-web"``.
    deidentification
        What is kept of people.
    credentials
        Who asks.
    dataset
        Name of the dataset; None is ``"dicomweb"``.
    title
        What people call it; None takes the name of the dataset.
    since
        First day of the wanted studies by StudyDate; those without a date are then left out. None takes all.
    complete
        Whether one instance of each series is asked for what the lists leave out, such as the SOP class and the images
        that a segmentation was drawn on: two more questions for each series.
    journal
        File that says what was read before; only studies of which the archive says something else are read again.
        None reads everything anew.
    patience
        How long to wait.
    page
        Results asked for at once.

    Attributes
    ----------
    report
        Filled by `read`.

    Examples
    --------
    >>> source = DicomWebSource("https://pacs.example/dicom-web", DeIdentification(key=key))  # doctest: +SKIP
    >>> snapshot = Snapshot.build(source)  # doctest: +SKIP
    """

    url: str
    deidentification: DeIdentification
    credentials: Credentials = field(default_factory=Credentials, repr=False)
    dataset: str | None = None
    title: str | None = None
    since: dt.date | None = None
    complete: bool = False
    journal: Path | None = None
    patience: Patience = field(default_factory=Patience)
    page: int = PAGE
    report: ArchiveReport = field(default_factory=ArchiveReport, init=False, compare=False)
    _collected: list[Collector] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def recipe(self) -> Recipe:
        """What the snapshot will be made from; the dataset's name stands for a release."""
        name = self._dataset
        options: dict[str, object] = {"dataset": name, "deidentification": dict(self.deidentification.options)}
        if self.since is not None:
            options["since"] = self.since.isoformat()
        if self.complete:
            options["complete"] = True
        return Recipe("dicomweb", name, self.title or f"DICOMweb archive, {name}", None, options)

    def read(self, progress: Progress = quiet) -> None:
        """Read the archive; once is enough.

        Raises
        ------
        UserError
            The address is none, or refused.
        BuildError
            The archive cannot be read, or has no series; the message says why.
        """
        if self._collected:
            return
        archive = Archive(Address.parse(self.url), self.credentials, self.patience)
        since = self.since.strftime("%Y%m%d") if self.since is not None else None
        collector = Collector(self._dataset, self.deidentification, self.report)
        try:
            journal = Journal(self.journal, f"{archive.address} {self.credentials.user}")
            try:
                reading = Reading(Questions(archive, self.page), journal, self.complete)
                for header, instances in reading.headers(progress, since):
                    collector.add(header, None, instances)
            finally:
                journal.close()
        except SurroundingsError as error:
            raise BuildError(str(error)) from error
        finally:
            archive.close()
        self.report.unchanged = reading.unchanged
        for what, number in sorted(reading.notes.items()):
            self.report.add("caution", "", f"{number:,} {what}")
        if not collector.series:
            after = f" on or after {self.since}" if self.since else ""
            raise BuildError(f"{archive.address} lists no series{after} that can be read; nothing was built.")
        self._collected.append(collector)

    def load(self, connection: DuckDBPyConnection, progress: Progress) -> Mapping[str, object]:
        """Put the series of the archive into the connection.

        Raises
        ------
        UserError, BuildError
            As `read`.
        """
        self.read(progress)
        notes = dict(self._collected[0].load(connection))
        notes["series"] = notes.pop("files")
        said = [line.why for line in self.report.lines if line.kind == "caution"]
        return {**notes, **({"cautions": said} if said else {})}

    @property
    def _dataset(self) -> str:
        if self.dataset is None:
            return "dicomweb"
        name = cleaned_name(self.dataset)
        if not name:
            raise UserError("the dataset's name needs a letter or a digit")
        return name
