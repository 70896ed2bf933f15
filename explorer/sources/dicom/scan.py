"""The header of one DICOM file, from its first kilobytes."""

from __future__ import annotations

from pathlib import Path

from explorer.sources.dicom.bytesource import FileBytes, InflatedBytes, Source, opened
from explorer.sources.dicom.elements import (
    BIG,
    EXPLICIT,
    IMPLICIT,
    UNDEFINED,
    Short,
    Syntax,
    Undecided,
    end_of_undefined,
)
from explorer.sources.dicom.finish import checked_length, finished
from explorer.sources.dicom.header import Header, UnreadError
from explorer.sources.dicom.meta import CHUNK, DEFLATED, file_meta
from explorer.sources.dicom.sequences import geometry_of, positions_of, series_named
from explorer.sources.dicom.tags import (
    LAST_GROUP,
    LAST_GROUP_OF_PLAIN,
    PLAIN_CLASSES,
    SEQUENCES,
    SOP_CLASS,
    TAGS,
)

__all__ = ["scan_file", "scan_open", "scan_with_pydicom"]

_SYNTAXES = {"1.2.840.10008.1.2": IMPLICIT, "1.2.840.10008.1.2.2": BIG}
_OPENED = SEQUENCES.union(TAGS)
_TAIL = bytes(4)


def scan_file(path: Path) -> Header:
    """Return the header of a DICOM file.

    Only what comes before the pixels is read, 8 KB as a rule. pydicom reads what this scan does not understand: files
    without the preamble, unknown value representations, data that is written otherwise than declared.

    Parameters
    ----------
    path
        A regular file, or a link to one.

    Raises
    ------
    UnreadError
        There is no header to keep; the message says why: no DICOM, damaged, changed while it was read.
    """
    with opened(path) as (descriptor, _):
        return scan_open(descriptor)


def scan_with_pydicom(path: Path) -> Header:
    """Return what `scan_file` returns, as pydicom reads it: the judge, and the way out.

    Raises
    ------
    UnreadError
        As for `scan_file`.
    """
    from explorer.sources.dicom.fallback import read_header

    with opened(path) as (descriptor, _):
        return read_header(descriptor)


def scan_open(descriptor: int) -> Header:
    """Return the header of an open regular file; see `scan_file`."""
    file = FileBytes(descriptor)
    first = file.read(0, CHUNK)
    if not first:
        raise UnreadError("empty")
    try:
        start, transfer_syntax = file_meta(first)
        if transfer_syntax != DEFLATED:
            syntax = _SYNTAXES.get(transfer_syntax, EXPLICIT)
            return _header(file, first, start, syntax, transfer_syntax)
        inflated = InflatedBytes(descriptor, start)
        header = _header(inflated, inflated.read(0, CHUNK), 0, EXPLICIT, transfer_syntax)
        inflated.check()
        return header
    except (Undecided, Short):
        from explorer.sources.dicom.fallback import read_header

        return read_header(descriptor)


def _header(source: Source, buffer: bytes, at: int, syntax: Syntax, transfer_syntax: str) -> Header:
    """Walk over an object's elements, which start at `at` in the buffer, until nothing wanted can follow."""
    explicit, head, short, long = syntax.explicit, syntax.head, syntax.short, syntax.long
    representation = int.from_bytes(buffer[at + 4 : at + 6], "little" if syntax.little else "big")
    if explicit != (representation in short or representation in long):
        raise Undecided  # written otherwise than declared
    found: dict[int, bytes] = {}
    sequences: dict[int, tuple[bytes, Syntax]] = {}
    base, have, last = 0, len(buffer), LAST_GROUP_OF_PLAIN
    ask, whole = 0, have < CHUNK
    while True:
        if ask or at + 12 > have:
            base, at, ask = base + at, 0, max(ask, CHUNK)
            buffer = source.read(base, ask)
            have = len(buffer)
            whole, ask = have < ask, 0
            if have < 8:
                if have or not source.reaches(base):
                    raise _cut()
                break
            buffer += _TAIL
        if explicit:
            group, element, representation, length = head(buffer, at)
            if representation in short:
                start = at + 8
            elif representation in long:
                (length,) = syntax.long_length(buffer, at + 8)
                start = at + 12
            else:
                raise Undecided
        else:
            group, element, length = head(buffer, at)
            start = at + 8
        if group > last:
            if last == LAST_GROUP or group > LAST_GROUP or found.get(SOP_CLASS, b"").rstrip(b"\0 ") in PLAIN_CLASSES:
                break
            last = LAST_GROUP
        tag = group << 16 | element
        if length == UNDEFINED:
            inner = IMPLICIT if representation == syntax.unknown else syntax
            try:
                end = end_of_undefined(buffer, start, have, inner)
            except Short:
                if whole:
                    raise _cut() from None
                ask = 4 * max(have - at, CHUNK)
                continue
        else:
            end = start + length
        if tag in _OPENED:
            if tag in TAGS:
                checked_length(tag, end - start)
            if end > have:
                if whole or not source.reaches(base + end):
                    raise _cut()
                ask = end - at
                continue
            if tag in SEQUENCES:
                sequences[tag] = (buffer[start:end], IMPLICIT if representation == syntax.unknown else syntax)
            elif length != UNDEFINED:
                found[tag] = buffer[start:end]
        at = end
    return finished(
        found,
        syntax.little,
        transfer_syntax,
        refers_to=series_named(sequences),
        positions=positions_of(sequences),
        geometry=geometry_of(sequences),
    )


def _cut() -> UnreadError:
    return UnreadError("damaged: it ends in the middle of an element")
