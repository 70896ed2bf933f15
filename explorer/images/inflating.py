"""How large a deflated DICOM file grows, found out without letting it."""

from __future__ import annotations

import zlib
from pathlib import Path

from pydicom.uid import DeflatedExplicitVRLittleEndian

__all__ = ["INFLATED_LIMIT", "inflates_within"]

INFLATED_LIMIT = 512 * 2**20
"""Bytes: a deflated file that grows beyond this is refused (285 KB can become 300 MB)."""

_META_TAG = b"\x02\x00\x00\x00UL\x04\x00"
_DEFLATED = DeflatedExplicitVRLittleEndian.encode()


def inflates_within(path: Path, limit: int = INFLATED_LIMIT) -> bool:
    """Whether a file stays below ``limit`` bytes once inflated; True where it is not deflated."""
    with path.open("rb") as file:
        head = file.read(4096)
        if _DEFLATED not in head:  # the meta group, which names the syntax, comes first and is short
            return True
        length = int.from_bytes(head[140:144], "little") if head[132:140] == _META_TAG else None
        if length is None:
            return False
        file.seek(144 + length)
        inflater, grown = zlib.decompressobj(-zlib.MAX_WBITS), 0
        pending = file.read(2**16)
        while pending and not inflater.eof:
            grown += len(inflater.decompress(pending, 2**22))
            if grown > limit:
                return False
            pending = inflater.unconsumed_tail or file.read(2**16)
    return True
