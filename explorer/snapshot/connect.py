"""The one place that connects to DuckDB, so that every connection has the same fences."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from explorer.errors import SnapshotError, UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["SnapshotFile", "memory_limit", "open_file", "open_for_building", "sparingly"]

_SHARE = 4
_MOST = 8 * 2**30
_LEAST = 2**29
_SPARING = 640 * 2**20
_AMOUNT = re.compile(r"(?=.*[1-9])(\d{1,6}(?:\.\d{1,3})?)\s*([KMGT])(i?)B")


class SnapshotFile:
    """A published file, open for reading: no other file can be reached through it, nothing be configured.

    One per file and process; `open_file` gives it. It closes when nobody refers to it any longer.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # The folder is private, and DuckDB may write there although it can reach no other file.
        spill = tempfile.mkdtemp(prefix="cohort-explorer-")
        try:
            self._connection = duckdb.connect(
                str(path),
                read_only=True,
                config={
                    "enable_external_access": "false",
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                    "allow_community_extensions": "false",
                    "python_enable_replacements": "false",
                    "memory_limit": memory_limit(),
                    "threads": str(threads()),
                    "temp_directory": spill,
                },
            )
        except BaseException:
            shutil.rmtree(spill, ignore_errors=True)
            raise
        self._finish = weakref.finalize(self, _close, self._connection, spill, os.getpid())
        try:
            # Cursors inherit this from their connection; in a notebook DuckDB would draw its own bar.
            self._connection.execute("SET enable_progress_bar = false")
            self._connection.execute("SET GLOBAL lock_configuration = true")
            _check_size(self._connection, path)
        except BaseException:
            self._finish()
            raise

    @contextmanager
    def cursor(self, timeout: float | None = None) -> Iterator[DuckDBPyConnection]:
        """Give a fresh cursor, closed at the end with its temporary tables.

        Parameters
        ----------
        timeout
            Seconds after which a running query is stopped; None lets it run.

        Raises
        ------
        SnapshotError
            The time is over, or the file is damaged.
        """
        cursor = self._connection.cursor()
        timer = threading.Timer(timeout, cursor.interrupt) if timeout is not None else None
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            with self.plainly(timeout):
                yield cursor
        finally:
            if timer is not None:
                timer.cancel()
            cursor.close()

    @contextmanager
    def plainly(self, timeout: float | None = None) -> Iterator[None]:
        """Say in a sentence what DuckDB has against a query: it was stopped, memory is short, the file is damaged."""
        try:
            yield
        except duckdb.InterruptException:
            limit = "" if timeout is None else f" after {timeout:g} seconds"
            raise SnapshotError(f"The query was stopped{limit}; ask for less, or allow more time.") from None
        except duckdb.OutOfMemoryException:
            raise SnapshotError(
                f"The query needs more than the {memory_limit()} of memory that it may use; ask for less, or allow "
                "more with COHORT_EXPLORER_MEMORY, for example COHORT_EXPLORER_MEMORY=4GB."
            ) from None
        except duckdb.Error as error:
            said = _first_line(error)
            if isinstance(error, duckdb.IOException | duckdb.SerializationException) or "orrupt" in said:
                raise SnapshotError(
                    f"The snapshot file {self.path} is damaged: {said} Remove it and build it again."
                ) from error
            raise


_open: weakref.WeakValueDictionary[tuple[int, Path], SnapshotFile] = weakref.WeakValueDictionary()
_lock = threading.Lock()


def open_file(path: Path) -> SnapshotFile:
    """Return the file's connection, which everybody in this process shares.

    Raises
    ------
    SnapshotError
        The file is missing, or is no DuckDB database that this version can read.
    """
    try:
        path = path.resolve(strict=True)
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise SnapshotError(f"The snapshot file {path} cannot be opened: {error.strerror}.") from None
    if head[8:12] != b"DUCK":
        raise SnapshotError(f"{path} is no snapshot: it is not a DuckDB file.")
    with _lock:
        key = (os.getpid(), path)  # a connection does not survive a fork
        found = _open.get(key)
        if found is None:
            try:
                found = SnapshotFile(path)
            except duckdb.OutOfMemoryException:
                raise SnapshotError(
                    f"The snapshot file {path} needs more than the {memory_limit()} of memory that it may use; allow "
                    "more with COHORT_EXPLORER_MEMORY, for example COHORT_EXPLORER_MEMORY=4GB."
                ) from None
            except duckdb.Error as error:
                raise SnapshotError(
                    f"The snapshot file {path} is damaged, or written by a newer DuckDB: {_first_line(error)} "
                    "Remove it and build it again."
                ) from error
            _open[key] = found
        return found


@contextmanager
def open_for_building(path: Path, spill: Path) -> Iterator[DuckDBPyConnection]:
    """Give a connection in memory with a new file attached as ``snapshot``; both are closed at the end.

    What a source loads stays in memory, so it cannot leak into the file, which is written in the format of 1.5.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": memory_limit(),
            "threads": str(threads()),
            "temp_directory": str(spill),
        },
    )
    try:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("ATTACH ? AS snapshot (STORAGE_VERSION 'v1.5.0')", [str(path)])
        yield connection
        connection.execute("CHECKPOINT snapshot")
        connection.execute("DETACH snapshot")
    finally:
        connection.close()


def sparingly(connection: DuckDBPyConnection, step: Callable[[], object]) -> None:
    """Run a step of a build in 640 MiB, and where that does not suffice, again in all that it may use.

    DuckDB sorts wide rows as fast when it writes them to disk meanwhile, but takes whatever memory it is given.
    """
    limit = memory_limit()
    if _bytes(limit) > _SPARING:
        try:
            connection.execute(f"SET memory_limit = '{_SPARING // 2**20}MiB'")
            step()
            return
        except duckdb.OutOfMemoryException:
            pass
        finally:
            connection.execute(f"SET memory_limit = '{limit}'")
    step()


def memory_limit() -> str:
    """Return how much memory a connection may take, as DuckDB writes it.

    The variable ``COHORT_EXPLORER_MEMORY`` (``"2GB"``), else a quarter of the machine's or container's memory, at
    most 8 GiB: many users share a hub.

    Raises
    ------
    UserError
        The variable is not an amount of memory.
    """
    wanted = os.environ.get("COHORT_EXPLORER_MEMORY", "").strip()
    if not wanted:
        return f"{min(max(_memory() // _SHARE, _LEAST), _MOST) // 2**20}MiB"
    if not _AMOUNT.fullmatch(wanted):
        raise UserError(f"COHORT_EXPLORER_MEMORY is {wanted!r}; write an amount with its unit, such as 2GB or 512MiB.")
    return wanted


def _bytes(amount: str) -> float:
    found = _AMOUNT.fullmatch(amount)
    assert found, amount
    number, unit, binary = found.groups()
    return float(number) * (2.0**10 if binary else 1e3) ** ("KMGT".index(unit) + 1)


def _check_size(connection: DuckDBPyConnection, path: Path) -> None:
    """Refuse a file that is shorter than its blocks: DuckDB opens it, and fails when it reads the lost part."""
    block, blocks = connection.execute(
        "SELECT block_size, total_blocks FROM pragma_database_size() WHERE database_name = current_database()"
    ).fetchall()[0]
    if path.stat().st_size < block * blocks:
        raise SnapshotError(f"The snapshot file {path} is cut off; remove it and build it again.")


def threads() -> int:
    wanted = os.environ.get("COHORT_EXPLORER_THREADS", "").strip()
    if wanted and not (wanted.isdecimal() and 1 <= int(wanted) <= 256):
        raise UserError(f"COHORT_EXPLORER_THREADS is {wanted!r}; write a whole number from 1 to 256.")
    if wanted:
        return int(wanted)
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)


def _memory() -> int:
    """Bytes of memory that this process may count on."""
    amounts = []
    with suppress(OSError, ValueError, AttributeError):
        amounts.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            amounts.append(int(Path("/sys/fs/cgroup", name).read_text()))
    return min(amounts, default=8 * 2**30)


def _close(connection: DuckDBPyConnection, spill: str, process: int) -> None:
    if os.getpid() != process:  # a forked child must not tidy up after its parent
        return
    connection.close()
    shutil.rmtree(spill, ignore_errors=True)


def _first_line(error: Exception) -> str:
    line = str(error).strip().splitlines()[0]
    return line if line.endswith(".") else f"{line}."
