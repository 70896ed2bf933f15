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
from threading import Event, Timer
from typing import TypeAlias

from explorer.sources.dicom.bytesource import opened
from explorer.sources.dicom.header import Header, UnreadError
from explorer.sources.dicom.scan import scan_open

__all__ = ["Outcome", "Workers", "scan_each"]

Outcome: TypeAlias = tuple[int, int, Header] | str
"""Size, time of change and header of one file; or why there is none."""

PATIENCE = 300.0
"""Seconds that a process may take for what it is asked at once; long, because a slow disk is no damage."""


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
        self._closed = False
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="dicom-scan")
        # None stands for a process that is not started yet, or did not start again.
        self._idle: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()
        self._idle.put(_started())
        for _ in range(count - 1):
            self._idle.put(None)

    def scan(self, paths: Sequence[str]) -> Future[list[Outcome]]:
        """Have the files scanned; their outcomes come in the same order."""
        return self._threads.submit(self._scan, paths)

    def close(self) -> None:
        """End the processes."""
        self._closed = True
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._idle.empty():
            if process := self._idle.get():
                _end(process)

    def _scan(self, paths: Sequence[str], suspect: bool = False) -> list[Outcome]:
        process = self._idle.get()
        try:
            process = process or _started()
            outcomes = _asked(process, paths)
        except OSError:  # no room for another process
            return ["cannot be read: no process could be started to read it"] if suspect else scan_each(paths)
        finally:
            ended = process if process and process.poll() is not None else None
            self._idle.put(None if ended else process)
            if ended:
                _end(ended)
        if not isinstance(outcomes, str):
            return outcomes
        if len(paths) == 1:
            return [outcomes]
        return [outcome for path in paths if not self._closed for outcome in self._scan([path], suspect=True)]


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


def _asked(process: subprocess.Popen[bytes], paths: Sequence[str]) -> list[Outcome] | str:
    """Return a process's answer; why there is none where it ended instead, or had to be ended."""
    assert process.stdin is not None and process.stdout is not None
    late = Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = Timer(PATIENCE, end)
    timer.daemon = True
    timer.start()
    try:
        pickle.dump(list(paths), process.stdin)
        process.stdin.flush()
        outcomes: list[Outcome] = pickle.load(process.stdout)
        return outcomes
    except (EOFError, OSError, pickle.UnpicklingError):
        process.kill()
        process.wait()
        if late.is_set():
            return f"cannot be read: not within {PATIENCE:,.0f} seconds"
        return "cannot be read: the process that read it ended"
    finally:
        timer.cancel()


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
