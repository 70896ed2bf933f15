"""What an archive answers, read within limits: pieces of a body, or DICOM JSON."""

from __future__ import annotations

import http.client
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from explorer.cohort.texts import kind_of, one_line
from explorer.errors import SurroundingsError

__all__ = ["LARGEST_PAGE", "Answer", "Page"]

LARGEST_PAGE = 64_000_000
"""Bytes that one answer to a query may have; an archive that ignores `limit` sends everything at once."""

_PIECE = 65_536
_JSON_TYPES = ("application/dicom+json", "application/json")


@dataclass(frozen=True, slots=True)
class Page:
    """DICOM JSON objects, and whether the archive says that there are more than it gives."""

    rows: list[dict[str, object]]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose body is still to be read.

    Attributes
    ----------
    place
        Address without the query, for messages.
    """

    place: str
    _response: http.client.HTTPResponse
    _check: Callable[[], None]

    @property
    def content_type(self) -> str:
        """Media type with its parameters, ``""`` where the archive says none."""
        return self._response.headers.get("Content-Type", "")

    @property
    def finished(self) -> bool:
        """Whether the body is read to its end."""
        return self._response.isclosed()

    def pieces(self) -> Iterator[bytes]:
        """Yield the body in pieces of up to 64 KiB.

        Raises
        ------
        http.client.HTTPException, OSError
            The body breaks off; the archive's connection turns this into a sentence.
        """
        encoding = self._response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding in ("identity", ""):
            yield from self._raw()
        elif encoding in ("gzip", "x-gzip"):
            yield from _inflated(self._raw())
        else:
            raise SurroundingsError(
                f"{self.place} answers in an encoding that was not asked for, {one_line(encoding[:40])}."
            )

    def page(self) -> Page:
        """Return the body as DICOM JSON objects.

        Raises
        ------
        SurroundingsError
            It is something else, or too much.
        """
        warning = self._response.headers.get("Warning", "")
        more = "299" in warning and "additional" in warning.lower()
        if self._response.status == 204:
            self._response.read()
            return Page([], more)
        media = self.content_type.partition(";")[0].strip().lower()
        if media not in _JSON_TYPES:
            self._wrong(f"{one_line(media[:60]) or 'something without a type'} instead of DICOM JSON")
        body = bytearray()
        for piece in self.pieces():
            body += piece
            if len(body) > LARGEST_PAGE:
                self._wrong(f"more than {LARGEST_PAGE // 1_000_000} MB at once")
        try:
            rows = json.loads(body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            self._wrong("text that is no JSON")
        if not isinstance(rows, list):
            self._wrong(f"{kind_of(rows)} instead of a list")
        for row in rows:
            if not isinstance(row, dict):
                self._wrong(f"a list with {kind_of(row)} in it instead of DICOM JSON")
        return Page(rows, more)

    def _raw(self) -> Iterator[bytes]:
        while piece := self._response.read1(_PIECE):
            self._check()
            yield piece
        self._check()
        if self._response.length:
            raise http.client.IncompleteRead(b"", self._response.length)
        self._response.close()  # reading in pieces does not, and the connection would not take another question

    def _wrong(self, what: str) -> NoReturn:
        raise SurroundingsError(
            f"{self.place} answers {what}; the address should be the root of a DICOMweb service, which often ends in "
            "/dicom-web, and be open to whoever asks."
        )


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what gzip packed, never more than a piece at a time."""
    inflate = zlib.decompressobj(wbits=31)
    for piece in pieces:
        while piece and not inflate.eof:
            try:
                yield inflate.decompress(piece, _PIECE)
            except zlib.error:
                raise http.client.IncompleteRead(b"") from None
            piece = inflate.unconsumed_tail
    if not inflate.eof:
        raise http.client.IncompleteRead(b"")


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")
