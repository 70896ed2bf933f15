"""The headers of all files below a folder."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from explorer.errors import BuildError
from explorer.sources.dicom.header import Header
from explorer.sources.dicom.journal import Journal
from explorer.sources.dicom.walk import Entry, Unread, walk
from explorer.sources.dicom.worker import Outcome, Workers, scan_each
from explorer.sources.source import Progress, quiet

__all__ = ["Found", "Unread", "scan_folder"]

MOST_WORKERS = 8
BATCH = 128
"""Files that a process scans before it answers."""
WORTH_STARTING = 2_000
"""Files to read before processes are started: it takes one process a tenth of a second to read as many."""


@dataclass(frozen=True, slots=True)
class Found:
    """A DICOM file, its size in bytes, and its header."""

    path: Path
    size: int
    header: Header


def scan_folder(
    root: Path, *, journal: Path | None = None, workers: int | None = None, progress: Progress = quiet
) -> Iterator[Found | Unread]:
    """Return every file below a folder in the order of the paths, with its header or the reason why it has none.

    Memory does not grow with the number of files, but for the names in one folder. Close the iterator to stop early.

    Parameters
    ----------
    root
        The folder. Links in it are reported, not followed.
    journal
        A private file that remembers what was read, so that the scan goes on there when it was killed: a file of the
        same size and time of change is not read again.
    workers
        Processes that scan at a time; None is one for each core, at most eight.
    progress
        Is told the share done and ``"12,000 of 100,000 files"``.

    Raises
    ------
    BuildError
        `root` is no folder, or the journal cannot be written.
    """
    if not root.is_dir():
        raise BuildError(f"{root} is no folder. Give an existing folder of DICOM files.")
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be 1 or more, not {workers}")
    return _scan(root, journal, workers or min(_cores(), MOST_WORKERS), progress)


def _scan(root: Path, place: Path | None, workers: int, progress: Progress) -> Iterator[Found | Unread]:
    with ExitStack() as stack:
        journal = None if place is None else stack.enter_context(closing(Journal(place, root, partial(_again, root))))
        reader = stack.enter_context(closing(_Reader(workers)))
        report = _Report(progress, 0 if progress is quiet else sum(1 for _ in _files(root, place)))
        pending: deque[Iterator[Found | Unread]] = deque()
        files = _files(root, place)
        while batch := list(islice(files, BATCH)):
            pending.append(_begin(root, batch, journal, reader))
            while len(pending) > reader.ahead:
                yield from report.passed(pending.popleft())
        while pending:
            yield from report.passed(pending.popleft())


def _files(root: Path, journal: Path | None) -> Iterator[Entry | Unread]:
    """Yield what is in the folder, without the journal that may stand in it."""
    if journal is None:
        yield from walk(root)
        return
    own = os.path.relpath(os.path.realpath(journal), os.path.realpath(root))
    ours = {own, f"{own}-journal", f"{own}.damaged"}
    yield from (each for each in walk(root) if isinstance(each, Unread) or each.name not in ours)


def _begin(
    root: Path, batch: Sequence[Entry | Unread], journal: Journal | None, reader: _Reader
) -> Iterator[Found | Unread]:
    """Have a batch read, and return what gives its results."""
    found: dict[str, Header] = {}
    missing: list[Entry] = []
    for each in batch:
        if isinstance(each, Entry):
            header = None if journal is None else journal.find(each)
            if header is None:
                missing.append(each)
            else:
                found[each.name] = header
    outcomes = reader.begin([os.fspath(root / entry.name) for entry in missing])

    def results() -> Iterator[Found | Unread]:
        read = {entry.name: outcome for entry, outcome in zip(missing, outcomes(), strict=True)}
        for each in batch:
            if isinstance(each, Unread):
                yield each
            elif each.name in found:
                yield Found(root / each.name, each.size, found[each.name])
            elif isinstance(outcome := read[each.name], str):
                yield Unread(root / each.name, outcome)
            else:
                size, mtime_ns, header = outcome
                if journal is not None:
                    journal.add(Entry(each.name, size, mtime_ns), header)
                yield Found(root / each.name, size, header)

    return results()


def _again(root: Path, entry: Entry) -> Header | None:
    """Return the header of a file that was read before; None where it is no longer that file."""
    (outcome,) = scan_each([os.fspath(root / entry.name)])
    if isinstance(outcome, str) or outcome[:2] != (entry.size, entry.mtime_ns):
        return None
    return outcome[2]


class _Reader:
    """Reads in this process while there is little to read, then in others."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: Workers | None = None
        self._begun = 0

    @property
    def ahead(self) -> int:
        """How many batches may wait for their turn."""
        return 0 if self._pool is None else 2 * self._workers

    def begin(self, paths: Sequence[str]) -> Callable[[], list[Outcome]]:
        self._begun += len(paths)
        if self._pool is None and self._workers > 1 and self._begun > WORTH_STARTING:
            try:
                self._pool = Workers(self._workers)
            except OSError:  # no room for processes, or no interpreter to start
                self._workers = 1
        if self._pool is None or not paths:
            return partial(scan_each, paths)
        return self._pool.scan(paths).result

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()


class _Report:
    """Tells progress a hundred times altogether: where nobody watches, each time is a line."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        self._told = -1

    def passed(self, results: Iterator[Found | Unread]) -> Iterator[Found | Unread]:
        for result in results:
            yield result
            self._done += 1
        if self._total and (percent := min(100 * self._done // self._total, 100)) > self._told:
            self._told = percent
            total = max(self._total, self._done)
            self._progress(min(self._done / total, 1.0), f"{self._done:,} of {total:,} files")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
