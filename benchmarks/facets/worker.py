"""Each method in a process of its own: they share neither memory nor threads, and one works while the others wait."""

from __future__ import annotations

import resource
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.facets.answer import Answer
from benchmarks.facets.method import find_method
from explorer.cohort import CohortDefinition

__all__ = ["Worker", "resident_bytes"]

_LONGEST_S = 1800.0


class Worker:
    """A method that waits in its process for definitions."""

    def __init__(self, name: str, snapshot: Path, flat: Path) -> None:
        self.name = name
        self.further = find_method(name).further
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, name, snapshot, flat), daemon=True)
        self._process.start()
        theirs.close()
        self.load_s: float = self._received()

    def ask(self, definition: CohortDefinition) -> tuple[float, Answer]:
        """Return the seconds of one interaction, and its answer."""
        self._connection.send(definition.to_json())
        seconds, answer = self._received()
        return seconds, answer

    def memory_bytes(self) -> int:
        """Return the memory that the process holds now."""
        self._connection.send(None)
        held: int = self._received()
        return held

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join(10)
        if self._process.is_alive():
            self._process.terminate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _received(self) -> Any:
        if not self._connection.poll(_LONGEST_S):
            raise TimeoutError(f"{self.name} has not answered within {_LONGEST_S:,.0f} s")
        try:
            done, content = self._connection.recv()
        except EOFError:
            raise RuntimeError(f"the process of {self.name} has ended") from None
        if not done:
            raise RuntimeError(f"{self.name} failed: {content}")
        return content


def resident_bytes() -> int:
    """Return the memory that this process holds now; at most, where the system does not say."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        return 1024 * int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def _serve(connection: Connection, name: str, snapshot: Path, flat: Path) -> None:
    try:
        begin = time.perf_counter()
        method = find_method(name)(snapshot, flat)
        connection.send((True, time.perf_counter() - begin))
        while True:
            text = connection.recv()
            if text is None:
                connection.send((True, resident_bytes()))
                continue
            definition = CohortDefinition.from_json(text)
            begin = time.perf_counter()
            asked = method.ask(definition)
            seconds = time.perf_counter() - begin
            connection.send((True, (seconds, method.answer(asked))))
    except EOFError:
        return
    except Exception as error:
        connection.send((False, f"{type(error).__name__}: {error}"))
