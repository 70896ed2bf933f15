"""Where the bytes of a header come from, and how many of them anybody reads."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from explorer.sources.dicom.header import UnreadError

__all__ = ["HEADER_LIMIT", "INFLATED_LIMIT", "FileBytes", "InflatedBytes", "Source", "opened", "too_long"]

HEADER_LIMIT = 64 * 2**20
"""Bytes: no header is read further; values that are skipped do not count."""

INFLATED_LIMIT = 512 * 2**20
"""Bytes: a deflated file that grows beyond this is not read (285 KB can become 300 MB)."""

_LARGEST_RATIO = 1032
_STEP = 2**16
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Source(Protocol):
    """Bytes that can be read from anywhere."""

    def read(self, start: int, count: int) -> bytes:
        """Return `count` bytes from `start` on, fewer only at the end."""

    def reaches(self, start: int) -> bool:
        """Whether there are that many bytes."""


class FileBytes:
    """The bytes of an open file, any part of it, within `HEADER_LIMIT` altogether."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._left = HEADER_LIMIT

    def read(self, start: int, count: int) -> bytes:
        """Return `count` bytes from `start` on, fewer only at the end of the file."""
        self._left -= count
        if self._left < 0:
            raise too_long()
        return read_at(self._descriptor, start, count)

    def reaches(self, start: int) -> bool:
        """Whether the file has that many bytes."""
        return os.fstat(self._descriptor).st_size >= start


class InflatedBytes:
    """The inflated bytes of a deflated file, from `start` of the file on; no more is inflated than is asked for."""

    def __init__(self, descriptor: int, start: int) -> None:
        self._descriptor = descriptor
        self._next = start
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._inflated = bytearray()

    def read(self, start: int, count: int) -> bytes:
        """Return `count` bytes from `start` of the inflated bytes on, fewer only at their end."""
        self._grow(start + count)
        return bytes(self._inflated[start : start + count])

    def reaches(self, start: int) -> bool:
        """Whether it inflates to that many bytes."""
        self._grow(start)
        return len(self._inflated) >= start

    def check(self) -> None:
        """Inflate the rest to see how far it grows; nothing of that is kept.

        Raises
        ------
        UnreadError
            It inflates to more than `INFLATED_LIMIT`, or is no deflated stream.
        """
        grown = len(self._inflated)
        if os.fstat(self._descriptor).st_size * _LARGEST_RATIO <= INFLATED_LIMIT:
            return
        while more := self._inflate(2**22):
            grown += len(more)
            if grown > INFLATED_LIMIT:
                raise UnreadError(f"inflates to more than {INFLATED_LIMIT // 2**20} MB")

    def _grow(self, size: int) -> None:
        while len(self._inflated) < size:
            if len(self._inflated) >= HEADER_LIMIT:
                raise too_long()
            more = self._inflate(_STEP)
            if not more:
                break
            self._inflated += more

    def _inflate(self, limit: int) -> bytes:
        while not self._inflater.eof:
            pending = self._inflater.unconsumed_tail
            if not pending:
                pending = read_at(self._descriptor, self._next, _STEP)
                self._next += len(pending)
            try:
                more = self._inflater.decompress(pending, limit)
            except zlib.error:
                raise UnreadError("damaged: its deflated part is no deflated data") from None
            if more or not pending:
                return more
        return b""


@contextmanager
def opened(path: Path | str, *, follow_link: bool = True) -> Iterator[tuple[int, os.stat_result]]:
    """Give an open regular file as a descriptor, with what is known of it; afterwards see whether it changed.

    Raises
    ------
    UnreadError
        It cannot be opened, is no regular file, or changed in the meantime.
    """
    try:
        descriptor = os.open(path, _FLAGS | (0 if follow_link else getattr(os, "O_NOFOLLOW", 0)))
    except (OSError, ValueError) as error:
        raise UnreadError(_why(error)) from None
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise UnreadError("not a regular file")
        problem: Exception | None = None
        try:
            yield descriptor, before
        except (UnreadError, OSError) as error:
            problem = error
        after = os.fstat(descriptor)
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise UnreadError("changed while it was read")
        if problem is not None:
            raise problem if isinstance(problem, UnreadError) else UnreadError(_why(problem))
    finally:
        os.close(descriptor)


def read_at(descriptor: int, start: int, count: int) -> bytes:
    """Return `count` bytes from `start` on, fewer only at the end of the file."""
    os.lseek(descriptor, start, os.SEEK_SET)
    data = os.read(descriptor, count)
    while 0 < len(data) < count:  # a signal, or a network file system
        more = os.read(descriptor, count - len(data))
        if not more:
            break
        data += more
    return data


def too_long(limit: int = HEADER_LIMIT) -> UnreadError:
    """Return the error for a header that takes more bytes than anybody reads."""
    return UnreadError(f"its header goes on for more than {limit // 2**20} MB")


def _why(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return f"cannot be read: {said or type(error).__name__}"
