"""The same header by pydicom: the judge of our scan, and the reader of what our scan does not understand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

from explorer.sources.dicom.bytesource import FileBytes, InflatedBytes, Source, too_long
from explorer.sources.dicom.elements import Undecided
from explorer.sources.dicom.finish import checked_length, finished, no_directory, position, uid
from explorer.sources.dicom.header import Header, UnreadError
from explorer.sources.dicom.meta import CHUNK, DEFLATED, file_meta
from explorer.sources.dicom.quiet import quietly
from explorer.sources.dicom.tags import (
    CHARACTER_SET,
    FRAME_GEOMETRY,
    LAST_GROUP,
    LAST_GROUP_OF_PLAIN,
    PATHS_TO_IMAGES,
    PER_FRAME,
    PLAIN_CLASSES,
    PLANE_POSITION,
    POSITION,
    SEQUENCES,
    SERIES_UID,
    SHARED,
    SOP_CLASS,
    TAGS,
)

if TYPE_CHECKING:
    from pydicom import Dataset
    from pydicom.tag import BaseTag

__all__ = ["read_header"]

PYDICOM_LIMIT = 4 * 2**20
"""Bytes that pydicom may read of one file: its objects take a hundred times the memory."""

_SEARCH = 8192
"""Bytes that pydicom asks for when it looks for a delimiter: fewer are no damage."""
_STARTS = (b"\x02\0\0\0", b"\x02\0\x10\0", b"\x08\0", b"\0\x08")
"""How files begin that lack the preamble: with the file meta information, or with group 0008."""


def read_header(descriptor: int) -> Header:
    """Return the header of an open regular file.

    Raises
    ------
    UnreadError
        There is no header to keep; the message says why.
    """
    file = FileBytes(descriptor)
    first = file.read(0, CHUNK)
    if not first:
        raise UnreadError("empty")
    bare = first[128:132] != b"DICM"
    if bare and not first.startswith(_STARTS):
        raise UnreadError("not a DICOM file")
    try:
        start, transfer_syntax = file_meta(first)
    except Undecided:
        start, transfer_syntax = 0, ""
    try:
        with quietly():
            if transfer_syntax != DEFLATED:
                return _read(file, partial(_whole, bare))
            inflated = InflatedBytes(descriptor, start)
            header = _read(inflated, _inflated)
            inflated.check()
            return header
    except UnreadError:
        if bare:
            raise UnreadError("not a DICOM file") from None
        raise
    except Exception as error:  # pydicom raises half a dozen types on damaged files
        # its words may hold values of the file
        reason = "not a DICOM file" if bare else f"damaged: pydicom cannot read it ({type(error).__name__})"
        raise UnreadError(reason) from None


def _whole(bare: bool, window: _Window, last: int, tags: list[int]) -> Dataset:
    from pydicom.filereader import read_partial

    return read_partial(cast(BinaryIO, window), _stop_after(last), force=bare, specific_tags=tags)


def _inflated(window: _Window, last: int, tags: list[int]) -> Dataset:
    from pydicom.filereader import read_dataset

    return read_dataset(cast(BinaryIO, window), False, True, stop_when=_stop_after(last), specific_tags=tags)


def _stop_after(last: int) -> Callable[[BaseTag, str | None, int], bool]:
    return lambda tag, representation, length: tag >> 16 > last


def _read(source: Source, read: Callable[[_Window, int, list[int]], Dataset]) -> Header:
    for last in (LAST_GROUP_OF_PLAIN, LAST_GROUP):
        window = _Window(source)
        try:
            dataset = read(window, last, [*TAGS, *SEQUENCES])
        except Exception as error:  # pydicom makes another error of ours
            raise window.refused or error from None
        if window.refused or window.cut:
            raise window.refused or _cut()
        found = {tag: value for tag in TAGS if (value := _raw(dataset, tag)) is not None}
        if found.get(SOP_CLASS, b"").rstrip(b" \0") in PLAIN_CLASSES:
            break
    meta = getattr(dataset, "file_meta", None)
    no_directory(str(meta.get("MediaStorageSOPClassUID", "") if meta else "").encode())
    named = str(meta.get("TransferSyntaxUID") or "") if meta else DEFLATED
    little = all(getattr(dataset.get_item(tag), "is_little_endian", True) for tag in found)
    positions = (position(each) for each in _values(dataset, (PER_FRAME, PLANE_POSITION, POSITION)))
    return finished(
        found,
        little,
        named,
        refers_to=(uid(each) for path in PATHS_TO_IMAGES for each in _values(dataset, (*path, SERIES_UID))),
        positions=tuple(each for each in positions if each is not None),
        geometry=_geometry(dataset),
    )


def _raw(dataset: Dataset, tag: int) -> bytes | None:
    """Return a value's bytes as recorded; None where there is none, or a sequence."""
    value = dataset.get_item(tag).value if tag in dataset else None
    if tag == CHARACTER_SET and value and not isinstance(value, bytes):  # pydicom has made text of it
        value = ("\\".join([value] if isinstance(value, str) else map(str, value))).encode("latin_1", "replace")
    if not isinstance(value, bytes):
        return None
    checked_length(tag, len(value))
    return value


def _items(dataset: Dataset, tag: int) -> list[Dataset]:
    return list(dataset[tag].value) if tag in dataset else []


def _values(dataset: Dataset, path: tuple[int, ...]) -> Iterator[bytes]:
    tag, *rest = path
    if rest:
        for item in _items(dataset, tag):
            yield from _values(item, tuple(rest))
    elif value := _raw(dataset, tag):
        yield value


def _geometry(dataset: Dataset) -> dict[int, bytes]:
    geometry: dict[int, bytes] = {}
    for tag in (SHARED, PER_FRAME):
        for frame in _items(dataset, tag)[:1]:
            for group, leaves in FRAME_GEOMETRY.items():
                for item in _items(frame, group)[:1]:
                    for leaf in leaves:
                        if value := _raw(item, leaf):
                            geometry.setdefault(leaf, value)
    return geometry


class _Window:
    """A file for pydicom to read, which counts what it reads and notices where the bytes end too early."""

    name = ""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = 0
        self._left = PYDICOM_LIMIT
        self.cut = False
        self.refused: UnreadError | None = None

    def read(self, count: int = -1) -> bytes:
        if count < 0 or count > self._left:
            self.refused = too_long(PYDICOM_LIMIT) if self._source.reaches(self._at + count) else _cut()
            raise self.refused
        data = self._source.read(self._at, count)
        self._left -= len(data) + 8
        if len(data) < count != _SEARCH and (data or not self._source.reaches(self._at)):
            self.cut = True
        self._at += len(data)
        return data

    def seek(self, to: int, whence: int = os.SEEK_SET) -> int:
        self._at = to if whence == os.SEEK_SET else self._at + to
        return self._at

    def tell(self) -> int:
        return self._at


def _cut() -> UnreadError:
    return UnreadError("damaged: it ends in the middle of an element")
