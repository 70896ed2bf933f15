"""The parts of a ``multipart/related`` body, as they come; the whole is never held.

References
----------
RFC 2046, section 5.1; DICOM PS3.18, section 8.6.1.2.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from email.message import Message

from explorer.cohort.texts import one_line
from explorer.errors import SurroundingsError

__all__ = ["boundary_of", "parts"]

_LONGEST_BOUNDARY = 200
_LONGEST_HEADERS = 16_384


def boundary_of(content_type: str, place: str) -> bytes | None:
    """Return what stands between the parts; None where the body is one DICOM file, not several.

    Raises
    ------
    SurroundingsError
        It is neither.
    """
    message = Message()
    message["Content-Type"] = "".join(content_type.splitlines())
    media = message.get_content_type()
    if media == "application/dicom":
        return None
    boundary = message.get_boundary("")
    if media != "multipart/related" or not 0 < len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii():
        told = one_line(content_type[:80]) or "something without a type"
        raise SurroundingsError(f"{place} answers {told} instead of DICOM files.")
    return boundary.encode()


def parts(pieces: Iterator[bytes], boundary: bytes) -> Iterator[Iterator[bytes]]:
    """Yield each part as an iterator over its content; read it to its end before the next.

    Raises
    ------
    http.client.IncompleteRead
        The body ends before its last boundary.
    """
    body = _Body(pieces, b"\r\n--" + boundary)
    for _ in body.until_boundary():  # what stands before the first part
        pass
    while body.next_part():
        yield body.until_boundary()


class _Body:
    """A body and how far it is read."""

    def __init__(self, pieces: Iterator[bytes], boundary: bytes) -> None:
        self._pieces = pieces
        self._boundary = boundary
        # The first boundary may stand at the very beginning, without a line before it.
        self._buffer = bytearray(b"\r\n")

    def until_boundary(self) -> Iterator[bytes]:
        """Yield what stands before the next boundary and step behind that."""
        while (found := self._buffer.find(self._boundary)) < 0:
            # The last bytes may be the beginning of a boundary.
            whole = len(self._buffer) - len(self._boundary) + 1
            if whole > 0:
                yield bytes(self._buffer[:whole])
                del self._buffer[:whole]
            self._more()
        if found:
            yield bytes(self._buffer[:found])
        del self._buffer[: found + len(self._boundary)]

    def next_part(self) -> bool:
        """Step behind the headers of the part after a boundary; False where that was the last one."""
        while len(self._buffer) < 2:
            self._more()
        if self._buffer.startswith(b"--"):
            for _ in self._pieces:  # an epilogue means nothing, but has to be taken off the connection
                pass
            return False
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > _LONGEST_HEADERS:
                raise http.client.LineTooLong("headers of a part")
            self._more()
        del self._buffer[: end + 4]
        return True

    def _more(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise http.client.IncompleteRead(b"")
        self._buffer += piece
