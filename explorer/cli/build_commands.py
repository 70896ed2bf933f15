"""Commands that build a snapshot from what a person names: a folder of DICOM files, a DICOMweb archive."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.inputs import ProgressBar
from explorer.cli.outputs import print_json, print_line
from explorer.cli.snapshot_commands import print_snapshot, snapshot_as_json
from explorer.cohort.texts import one_line
from explorer.errors import SurroundingsError, UserError

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot
    from explorer.snapshot.thumbnails import Draw
    from explorer.sources.deidentify import Dates, DeIdentification
    from explorer.sources.dicom.report import Report
    from explorer.sources.dicom.source import DicomSource
    from explorer.sources.dicomweb.source import DicomWebSource
    from explorer.sources.source import Progress

__all__ = ["chosen_deidentification", "dicom", "dicomweb", "hand_over", "private_folder"]

_READING = 0.85
"""Share of the progress that reading takes."""


def dicom(options: argparse.Namespace) -> None:
    """Build a snapshot from a folder of DICOM files."""
    folder = Path(options.folder).expanduser()
    check_places(options)
    from explorer.sources.dicom.journal import forget
    from explorer.sources.dicom.source import DicomSource

    journal = private_folder("scans") / f"{_name_of(folder)}.sqlite"
    hidden = chosen_deidentification(options)
    draw = _drawing(folder, hidden) if options.thumbnails else None
    source = DicomSource(
        folder,
        hidden,
        dataset=options.dataset,
        title=options.title,
        journal=journal,
    )
    snapshot = _built(source, draw)
    if options.forget:
        forget(journal)
    from explorer.images.places import remember

    remember(folder)
    hand_over(snapshot, source.report, options)


def dicomweb(options: argparse.Namespace) -> None:
    """Build a snapshot from a DICOMweb archive."""
    check_places(options)
    from explorer.cli.archive_commands import chosen_credentials
    from explorer.sources.dicomweb import Address
    from explorer.sources.dicomweb.source import DicomWebSource

    address = Address.parse(options.url)
    journal = private_folder("archives") / f"{hashlib.sha256(str(address).encode()).hexdigest()[:32]}.sqlite"
    if options.anew:
        journal.unlink(missing_ok=True)
    source = DicomWebSource(
        options.url,
        chosen_deidentification(options),
        chosen_credentials(options, address),
        dataset=options.dataset,
        title=options.title,
        since=options.since,
        complete=options.complete,
        journal=journal,
    )
    snapshot = _built(source)
    hand_over(snapshot, source.report, options)


def _drawing(folder: Path, hidden: DeIdentification) -> Draw:
    """Return what draws the thumbnails; raises UserError, before anything is read, where they would show too much."""
    from explorer.images.thumbnails import drawn_from
    from explorer.snapshot.thumbnails import refuse_hidden

    refuse_hidden(hidden.options)
    return drawn_from(folder)


def _built(source: DicomSource | DicomWebSource, draw: Draw | None = None) -> Snapshot:
    """Read the source and return its snapshot, under one progress bar."""
    from explorer.snapshot import Snapshot

    with ProgressBar() as bar, _unwritten():
        source.read(_part(bar, 0.0, _READING))
        return Snapshot.build(source, progress=_part(bar, _READING, 1.0), draw=draw)


def chosen_deidentification(options: argparse.Namespace) -> DeIdentification:
    """Return what the options say about people; a key is made where one is needed and none is named.

    Raises
    ------
    UserError
        Options contradict each other, or the named key is none.
    """
    from explorer.sources.deidentify import DeIdentification
    from explorer.sources.keyed import own_key, read_key

    opens = options.keep_patient_ids or options.descriptors == "keep" or options.dates not in (None, "offset", "drop")
    if options.restricted and opens:
        raise UserError(
            "--restricted hides identifiers, dates and names; leave out --keep-patient-ids and --descriptors keep, and "
            "--dates unless it is offset or drop"
        )
    dates: Dates = options.dates or ("offset" if options.restricted else "shift")
    hashes = options.restricted or not options.keep_patient_ids or dates == "shift"
    key = None
    if options.key is not None:
        key = read_key(Path(options.key).expanduser())
    elif hashes:
        key = own_key(private_folder("keys") / "deidentification.key")
    return DeIdentification(
        key,
        patient_ids="keep" if options.keep_patient_ids else "hash",
        uids="hash" if options.restricted else "keep",
        dates=dates,
        descriptors=options.descriptors,
        characteristics=not options.drop_characteristics,
    )


def check_places(options: argparse.Namespace) -> None:
    """Raise UserError where a result could not be written, before anything is read."""
    for name in (options.output, options.report):
        if name is not None and not Path(name).expanduser().absolute().parent.is_dir():
            raise UserError(f"{one_line(name)}: there is no such folder to write to; make it first")
    if options.report is not None and not options.report.lower().endswith((".csv", ".json")):
        raise UserError(f"{one_line(options.report)}: reports are written as .csv or .json; name the file accordingly")


def hand_over(snapshot: Snapshot, report: Report, options: argparse.Namespace) -> None:
    """Write the report and the copy that was asked for, and print what was built; the id last, alone on its line."""
    path = Path(options.report).expanduser() if options.report else private_folder("reports") / f"{snapshot.id}.csv"
    report.write(path)
    copy = _copied(snapshot, options.output) if options.output else None
    for line in report.summary():
        print(one_line(line), file=sys.stderr)
    if options.json:
        more = {"report": str(path), **({"output": str(copy)} if copy else {})}
        print_json({**snapshot_as_json(snapshot), **more})
        return
    print_snapshot(snapshot)
    print_line(f"report {path}")
    if copy:
        print_line(f"copy {copy}")
    print(snapshot.id)


def private_folder(name: str) -> Path:
    """Return a folder of the person's home that nobody else can enter; made when absent.

    Raises
    ------
    SurroundingsError
        It cannot be made.
    """
    from explorer.snapshot import home

    folder = home() / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SurroundingsError(f"the folder {one_line(str(folder))} cannot be made: {error.strerror}") from None
    return folder


def _copied(snapshot: Snapshot, output: str) -> Path:
    from explorer.snapshot.thumbnails import thumbnail_file

    path = Path(output).expanduser()
    if path.is_dir():
        path /= snapshot.path.name
    _copy(snapshot.path, path)
    if snapshot.thumbnails:
        _copy(thumbnail_file(snapshot.path), thumbnail_file(path))
    return path


def _copy(file: Path, path: Path) -> None:
    from explorer.cohort.files import replacing

    with replacing(path) as aside:
        shutil.copyfile(file, aside)
    path.chmod(0o600)


def _name_of(folder: Path) -> str:
    """Return a name for what is noted of a folder; it says nothing about where that is."""
    return hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:32]


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda done, what: progress(start + (end - start) * done, what)


@contextmanager
def _unwritten() -> Iterator[None]:
    """Say after an interruption how things stand."""
    try:
        yield
    except KeyboardInterrupt:
        print("\nstopped; no snapshot was written. The same command goes on where it stopped.", file=sys.stderr)
        raise
