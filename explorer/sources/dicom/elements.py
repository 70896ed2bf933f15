"""Walking over DICOM data elements in bytes that nobody vouches for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from struct import Struct, error
from typing import Any, Literal, TypeAlias

from explorer.sources.dicom.header import UnreadError

__all__ = ["BIG", "EXPLICIT", "IMPLICIT", "UNDEFINED", "Short", "Span", "Syntax", "Undecided"]
__all__ += ["end_of_undefined", "item_elements", "items"]

UNDEFINED = 0xFFFFFFFF
DEEPEST = 64
"""Sequences in sequences: real objects have fewer than ten."""
MOST_ITEMS = 200_000
"""Items of one sequence; one for each frame, so that a whole hour of video fits."""

_SHORT = b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
_LONG = b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split()

_Unpack: TypeAlias = Callable[[bytes, int], tuple[Any, ...]]


class Undecided(Exception):
    """The bytes are not what the walk understands; pydicom may."""


class Short(Exception):
    """The bytes at hand end before the element does."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """How elements are written.

    Attributes
    ----------
    explicit, little
        With their value representation or without; least significant byte first or last.
    head
        Unpacks the start of an element: group, element, then representation and length, or a length of four bytes.
    tag_and_length
        Unpacks an item or a delimiter, which never has a representation.
    long_length
        Unpacks the length of a `long` element, eight bytes after its start.
    short, long, unknown
        Representations as the numbers that `head` gives: with a length of two bytes; with two reserved bytes and a
        length of four; UN, which is one of the latter.
    """

    explicit: bool
    little: bool
    head: _Unpack
    tag_and_length: _Unpack
    long_length: _Unpack
    short: frozenset[int]
    long: frozenset[int]
    unknown: int


def _syntax(explicit: bool, little: bool) -> Syntax:
    order: Literal["little", "big"] = "little" if little else "big"
    sign = "<" if little else ">"
    plain = Struct(f"{sign}HHI").unpack_from
    return Syntax(
        explicit,
        little,
        head=Struct(f"{sign}HHHH").unpack_from if explicit else plain,
        tag_and_length=plain,
        long_length=Struct(f"{sign}I").unpack_from,
        short=frozenset(int.from_bytes(each, order) for each in _SHORT),
        long=frozenset(int.from_bytes(each, order) for each in _LONG),
        unknown=int.from_bytes(b"UN", order),
    )


EXPLICIT = _syntax(explicit=True, little=True)
IMPLICIT = _syntax(explicit=False, little=True)
BIG = _syntax(explicit=True, little=False)

Span: TypeAlias = tuple[int, int, Syntax]
"""Where a value starts and ends, and how the elements in it are written."""


def item_elements(data: bytes, start: int, end: int, syntax: Syntax, wanted: frozenset[int]) -> dict[int, Span]:
    """Return where the wanted elements of one item are; the last one counts where a tag is repeated."""
    found = {}
    while start < end:
        group, element, length, value, inner = _head(data, start, syntax)
        if group == 0xFFFE:
            raise Undecided
        after = end_of_undefined(data, value, end, inner) if length == UNDEFINED else value + length
        if after > end:
            raise Undecided
        if (tag := group << 16 | element) in wanted:
            found[tag] = (value, after, inner)
        start = after
    return found


def items(data: bytes, span: Span) -> Iterator[Span]:
    """Yield where the items of a sequence are.

    Raises
    ------
    UnreadError
        There are more than any object has.
    """
    start, end, syntax = span
    count = 0
    while start + 8 <= end:
        group, element, length = syntax.tag_and_length(data, start)
        if group != 0xFFFE or element != 0xE000:
            if element == 0xE0DD:
                return
            raise Undecided
        count += 1
        if count > MOST_ITEMS:
            raise UnreadError(f"damaged: a sequence of more than {MOST_ITEMS:,} items")
        start += 8
        after = end_of_undefined(data, start, end, syntax, item=True) if length == UNDEFINED else start + length
        if after > end:
            raise Undecided
        yield start, after - 8 if length == UNDEFINED else after, syntax
        start = after


def end_of_undefined(data: bytes, start: int, end: int, syntax: Syntax, *, item: bool = False) -> int:
    """Return where a value of undefined length ends, its delimiter included.

    Parameters
    ----------
    data, start, end
        Bytes, where the value starts in them, where they end.
    syntax
        How the elements in the value are written.
    item
        The value is an item; else it is a sequence, or fragments.

    Raises
    ------
    Short
        The bytes end first.
    Undecided
        It is neither items nor elements.
    UnreadError
        It nests deeper than any object does.
    """
    inside = [(item, syntax)]  # a stack, so that no nesting reaches Python's own limit
    while inside:
        if len(inside) > DEEPEST:
            raise UnreadError(f"damaged: sequences nest more than {DEEPEST} deep")
        if start + 8 > end:
            raise Short
        in_item, syntax = inside[-1]
        group, element, length = syntax.tag_and_length(data, start)
        if group == 0xFFFE:
            start += 8
            if element == 0xE000 and not in_item:
                if length == UNDEFINED:
                    inside.append((True, syntax))
                else:
                    start += length
            elif element == (0xE00D if in_item else 0xE0DD):
                inside.pop()
            else:
                raise Undecided
        elif in_item:
            *_, length, start, inner = _head(data, start, syntax)
            if length == UNDEFINED:
                inside.append((False, inner))
            else:
                start += length
        else:
            raise Undecided
    if start > end:
        raise Short
    return start


def _head(data: bytes, start: int, syntax: Syntax) -> tuple[int, int, int, int, Syntax]:
    """Return group, element, length, where the value starts, and how elements inside it are written."""
    try:
        if not syntax.explicit:
            return *syntax.head(data, start), start + 8, syntax
        group, element, representation, length = syntax.head(data, start)
        if representation in syntax.short:
            return group, element, length, start + 8, syntax
        if representation in syntax.long:
            (length,) = syntax.long_length(data, start + 8)
            # PS3.5 6.2.2: what is inside an unknown value is always implicit, little endian
            return group, element, length, start + 12, IMPLICIT if representation == syntax.unknown else syntax
    except error:
        raise Short from None
    raise Undecided
