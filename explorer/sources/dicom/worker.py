"""Processes that scan files, because one Python process scans on one core only."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import TypeAlias

from explorer.sources.dicom.bytesource import opened
from explorer.sources.dicom.header import Header, UnreadError
from explorer.sources.dicom.scan import scan_open

__all__ = ["Outcome", "Workers", "scan_each"]

Outcome: TypeAlias = tuple[int, int, Header] | str
"""Size, time of change and header of one file; or why there is none."""


def scan_each(paths: Sequence[str]) -> list[Outcome]:
    """Return what became of each file, whatever the file does to the reader."""
    return [_outcome(path) for path in paths]


def _outcome(path: str) -> Outcome:
    try:
        with opened(path, follow_link=False) as (descriptor, known):
            header = scan_open(descriptor)
        return known.st_size, known.st_mtime_ns, header
    except UnreadError as error:
        return str(error)
    except Exception as error:  # MemoryError above all: one file never stops a scan
        return f"cannot be read: {type(error).__name__}"


class Workers:
    """So many processes of our own; they end with the one that started them.

    Parameters
    ----------
    count
        How many scan at a time.
    """

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="dicom-scan")
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for _ in range(count):
            self._idle.put(_started())

    def scan(self, paths: Sequence[str]) -> Future[list[Outcome]]:
        """Have the files scanned; their outcomes come in the same order."""
        return self._threads.submit(self._scan, paths)

    def close(self) -> None:
        """End the processes."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._idle.empty():
            _end(self._idle.get())

    def _scan(self, paths: Sequence[str]) -> list[Outcome]:
        process = self._idle.get()
        try:
            outcomes = _asked(process, paths)
        finally:
            if process.poll() is not None:
                _end(process)
                process = _started()
            self._idle.put(process)
        if outcomes is not None:
            return outcomes
        if len(paths) == 1:
            return ["cannot be read: the process that read it ended"]
        return [outcome for path in paths for outcome in self._scan([path])]


def _started() -> subprocess.Popen[bytes]:
    import explorer

    place = str(Path(explorer.__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (place, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-P", "-c", f"from {__name__} import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths},
    )


def _asked(process: subprocess.Popen[bytes], paths: Sequence[str]) -> list[Outcome] | None:
    """Return a process's answer; None where it ended instead."""
    assert process.stdin is not None and process.stdout is not None
    try:
        pickle.dump(list(paths), process.stdin)
        process.stdin.flush()
        outcomes: list[Outcome] = pickle.load(process.stdout)
        return outcomes
    except (EOFError, OSError, pickle.UnpicklingError):
        process.kill()
        process.wait()
        return None


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    process.wait()
    process.stdout.close()


def main() -> None:
    """Scan what standard input asks for until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asks ends us by closing the pipe
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    while True:
        try:
            paths = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(scan_each(paths), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()
