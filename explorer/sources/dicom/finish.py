"""Raw values become a header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from explorer.sources.dicom.header import Header, UnreadError, with_age
from explorer.sources.dicom.tags import CHARACTER_SET, DIRECTORY, SERIES_UID, SOP_CLASS, TAGS, Kind
from explorer.sources.dicom.text import decoded, encodings_of, words_of_name

__all__ = ["VALUE_LIMIT", "checked_length", "finished", "no_directory", "position", "uid"]

VALUE_LIMIT = 2**16
"""Bytes: more than any value that is kept may have where its length is written in two bytes."""

_PLAIN, _TEXT, _NUMBER = Kind.PLAIN, Kind.TEXT, Kind.NUMBER


def finished(
    found: Mapping[int, bytes],
    little: bool,
    transfer_syntax: str,
    *,
    refers_to: Iterable[str] = (),
    positions: tuple[tuple[float, float, float], ...] = (),
    geometry: Mapping[int, bytes] | None = None,
) -> Header:
    """Return the header that these values make.

    Parameters
    ----------
    found
        Tag to the bytes of its value, as recorded.
    little
        Numbers are little endian.
    transfer_syntax
        As the file meta information names it; empty where nothing does.
    refers_to, positions
        As in `Header`.
    geometry
        What the functional groups say; it counts where the object itself says nothing.

    Raises
    ------
    UnreadError
        Nothing says which image or series it is; a number is damaged; it is a DICOMDIR.
    """
    encodings = encodings_of(found.get(CHARACTER_SET, b""))
    values: dict[str, str | int] = {"TransferSyntaxUID": transfer_syntax} if transfer_syntax else {}
    words: frozenset[str] = frozenset()
    for tag, value in found.items():
        keyword, kind = TAGS[tag]
        if not value:
            continue
        if kind is _PLAIN:
            text = value.decode("latin_1").strip(" \0")
            if "\\" in text:
                text = "\\".join([part.strip(" \0") for part in text.split("\\")])
            if text:
                values[keyword] = text
        elif kind is _TEXT:
            if text := decoded(value, encodings):
                values[keyword] = text
        elif kind is _NUMBER:
            if len(value) not in (2, 4):
                raise UnreadError(f"damaged: {keyword} has {len(value)} bytes, not 2")
            values[keyword] = int.from_bytes(value, "little" if little else "big")
        else:
            words |= words_of_name(value, encodings)
    if geometry:
        for tag, value in geometry.items():
            text = decoded(value, encodings)
            if text:
                values.setdefault(TAGS[tag][0], text)
    no_directory(found.get(SOP_CLASS, b""))
    if SERIES_UID not in found and SOP_CLASS not in found:
        raise UnreadError("DICOM that names neither its class nor its series")
    values.pop("SpecificCharacterSet", None)
    if "PatientBirthDate" in values:
        values = with_age(values)
    return Header(values, tuple(sorted(set(refers_to))), positions, words)


def checked_length(tag: int, length: int) -> None:
    """Raise UnreadError where a value that is kept claims to be longer than any can be."""
    if length > VALUE_LIMIT:
        raise UnreadError(f"damaged: {TAGS[tag][0]} claims to be {length:,} bytes long")


def no_directory(sop_class: bytes) -> None:
    """Raise UnreadError where a SOP class is that of a DICOMDIR."""
    if sop_class.rstrip(b" \0") == DIRECTORY:
        raise UnreadError("a DICOMDIR: a list of other files, no image")


def position(value: bytes) -> tuple[float, float, float] | None:
    """Return ImagePositionPatient as x, y, z in mm; None where it is not three finite numbers."""
    try:
        x, y, z = (float(part) for part in value.strip(b" \0").split(b"\\"))
    except ValueError:
        return None
    return (x, y, z) if abs(x) + abs(y) + abs(z) < float("inf") else None


def uid(value: bytes) -> str:
    """Return a UID without its padding."""
    return value.decode("latin_1").strip(" \0")
