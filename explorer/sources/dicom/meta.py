"""The file meta information: what stands before the object itself."""

from __future__ import annotations

from explorer.sources.dicom.elements import EXPLICIT, Undecided
from explorer.sources.dicom.finish import no_directory, uid

__all__ = ["CHUNK", "DEFLATED", "file_meta"]

CHUNK = 2**13
"""Bytes of one read: more than most headers have before their pixels."""

DEFLATED = "1.2.840.10008.1.2.1.99"
"""The transfer syntax whose object is one deflated stream."""


def file_meta(first: bytes) -> tuple[int, str]:
    """Return where the object starts, and its transfer syntax.

    Parameters
    ----------
    first
        The file's first `CHUNK` bytes.

    Raises
    ------
    Undecided
        There is no preamble, or no transfer syntax.
    UnreadError
        It is a DICOMDIR.
    """
    if first[128:132] != b"DICM":
        raise Undecided
    at, transfer_syntax = 132, b""
    while True:
        if at + 12 > len(first):
            raise Undecided
        group, element, representation, length = EXPLICIT.head(first, at)
        if group != 2:
            break
        if representation in EXPLICIT.short:
            at += 8
        elif representation in EXPLICIT.long:
            (length,) = EXPLICIT.long_length(first, at + 8)
            at += 12
        else:
            raise Undecided
        if element == 0x0010:
            transfer_syntax = first[at : at + length]
        elif element == 0x0002:
            no_directory(first[at : at + length])
        at += length
    if not transfer_syntax or group == 0:
        raise Undecided
    return at, uid(transfer_syntax)
