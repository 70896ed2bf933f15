"""Bytes of a header made into text, whatever its character set claims."""

from __future__ import annotations

from functools import lru_cache

from explorer.sources.dicom.header import words_of
from explorer.sources.dicom.quiet import quietly

__all__ = ["Encodings", "decoded", "encodings_of", "words_of_name"]

Encodings = tuple[str, ...]
"""Python names of an object's character sets: the first is the default, escapes switch to the others."""

_LATIN: Encodings = ("latin_1",)
_USUAL: dict[bytes, Encodings] = {
    b"": _LATIN, b"ISO_IR 6": _LATIN, b"ISO_IR 100": _LATIN, b"ISO_IR 192": ("utf8",),
}  # fmt: skip


def encodings_of(recorded: bytes) -> Encodings:
    """Return the encodings that a SpecificCharacterSet asks for; Latin 1 where it asks for none that exists."""
    return _USUAL.get(recorded.strip(b" \0")) or _unusual(recorded.strip(b" \0"))


def decoded(value: bytes, encodings: Encodings) -> str:
    r"""Return a value as text: values apart by ``\``, each without padding; what cannot be decoded is replaced."""
    text = _escaped(value, encodings, False) if b"\x1b" in value else value.decode(encodings[0], "replace")
    if "\\" not in text:
        return text.strip(" \0")
    return "\\".join(part.strip(" \0") for part in text.split("\\"))


@lru_cache(maxsize=4096)
def words_of_name(value: bytes, encodings: Encodings) -> frozenset[str]:
    """Return the words of a value of person names, with their ideographic and phonetic forms."""
    groups = value.split(b"=") if b"\x1b" in value else [value]
    return words_of(
        _escaped(group, encodings, True) if b"\x1b" in group else group.decode(encodings[0], "replace")
        for group in groups
    )


@lru_cache(maxsize=256)
def _unusual(recorded: bytes) -> Encodings:
    from pydicom.charset import convert_encodings, python_encoding

    known = set(python_encoding.values())
    with quietly():
        asked = [part.strip(" \0") for part in recorded.decode("latin_1").split("\\")]
        try:
            found = convert_encodings(asked)
        except (LookupError, ValueError):
            return _LATIN
    # pydicom passes on any of Python's codecs, "idna" and "undefined" among them
    return tuple(name if name in known else "latin_1" for name in found)


def _escaped(value: bytes, encodings: Encodings, name: bool) -> str:
    from pydicom.charset import decode_bytes
    from pydicom.valuerep import PN_DELIMS, TEXT_VR_DELIMS

    with quietly():
        return decode_bytes(value, list(encodings), PN_DELIMS if name else TEXT_VR_DELIMS)
