"""The content tree of a structured report: its items, walked without trusting their depth or number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydicom import Dataset

from explorer.errors import ImageError
from explorer.images.mask_file import codes, items, text
from explorer.images.masks import Code

__all__ = [
    "ITEM_LIMIT",
    "Observer",
    "children",
    "code_value",
    "key_of",
    "meaning",
    "name_of",
    "observer_of",
    "person_name",
]

ITEM_LIMIT = 200_000
"""Content items of one report."""
DEPTH_LIMIT = 64
"""Content items within each other."""

_NOTHING = Code("", "", "")


@dataclass(frozen=True)
class Observer:
    """The person or the device that says what a report says; text is as recorded, so hostile until escaped."""

    name: str
    is_device: bool = False

    @property
    def shown(self) -> str:
        """The name as people write it."""
        return self.name if self.is_device else person_name(self.name)


def person_name(recorded: str) -> str:
    """Return a name as people write it: ``Roe^Jane^^Dr`` is Jane Roe."""
    family, given, *_ = [*recorded.split("=")[0].split("^"), ""]
    return f"{given} {family}".strip()


def children(item: Dataset, budget: list[int], depth: int) -> Iterator[Dataset]:
    """Yield the content items right below one.

    Parameters
    ----------
    budget
        Content items that are still allowed, in a list of one; it shrinks.
    depth
        How many items lie around them.

    Raises
    ------
    ImageError
        They are too many, or too deep.
    """
    found = items(item, "ContentSequence")
    budget[0] -= len(found)
    if budget[0] < 0:
        raise ImageError(f"it has more than {ITEM_LIMIT:,} entries")
    if found and depth > DEPTH_LIMIT:
        raise ImageError(f"its entries lie more than {DEPTH_LIMIT} deep in each other")
    yield from found


def name_of(item: Dataset) -> Code:
    """Return what a content item is about."""
    return next(iter(codes(item, "ConceptNameCodeSequence")), _NOTHING)


def key_of(item: Dataset) -> tuple[str, str]:
    """Return value and scheme of what a content item is about; they tell it from others, its meaning does not."""
    concept = name_of(item)
    return concept.value, concept.scheme


def code_value(item: Dataset) -> Code | None:
    """Return the value of a coded content item."""
    return next(iter(codes(item, "ConceptCodeSequence")), None)


def meaning(code: Code | None) -> str:
    """Return a code in words, its value where it has none."""
    return "" if code is None else code.meaning or code.value


_PERSON, _DEVICE, _MAKER, _MODEL = ((value, "DCM") for value in ("121008", "121013", "121014", "121015"))


def observer_of(found: Iterable[Dataset]) -> Observer | None:
    """Return the observer that content items name (PS3.16 TID 1002); None where they name none."""
    named: dict[tuple[str, str], str] = {}
    for item in found:
        if (key := key_of(item)) in (_PERSON, _DEVICE, _MAKER, _MODEL):
            named.setdefault(key, text(item, "PersonName") or text(item, "TextValue"))
    if person := named.get(_PERSON):
        return Observer(person)
    device = named.get(_DEVICE) or " ".join(filter(None, (named.get(_MAKER), named.get(_MODEL))))
    return Observer(device, is_device=True) if device else None
