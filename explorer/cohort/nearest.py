"""The values nearest to one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from heapq import nsmallest

from explorer.facets import Scalar
from explorer.facets.fold import fold

__all__ = ["nearest", "nearest_names"]

_FEW = 3

_COMPARED = 5_000
"""Values that are compared letter by letter; of longer lists only those that begin alike."""


def nearest_names(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return up to three names: those that differ by case, underscores or blanks only, else those spelled alike."""
    by_fold: dict[str, str] = {_bare(name): name for name in names}
    if _bare(wanted) in by_fold:
        return (by_fold[_bare(wanted)],)
    return tuple(by_fold[name] for name in get_close_matches(_bare(wanted), by_fold, _FEW))


def _bare(name: str) -> str:
    return fold(name).replace("_", "").replace(" ", "").replace("-", "")


def nearest(wanted: Scalar, held: Sequence[Scalar]) -> tuple[Scalar, ...]:
    """Return up to three of the values held that are nearest to the wanted one, the nearest first.

    Numbers and dates by distance; texts that differ by case only, then those that begin with or hold the wanted one,
    then those spelled alike, at last those with the same first letter.
    """
    if isinstance(wanted, int | float):
        numbers = [value for value in held if isinstance(value, int | float)]
        return tuple(nsmallest(_FEW, numbers, key=lambda value: (abs(value - wanted), value)))
    texts = [value for value in held if isinstance(value, str)]
    if wanted is None:
        return ()
    day = _day(wanted)
    days = [(other, value) for value in texts if (other := _day(value)) is not None] if day is not None else []
    if day is not None and days:
        return tuple(value for _, value in nsmallest(_FEW, days, key=lambda pair: (abs(pair[0] - day), pair[0])))
    return _nearest_texts(wanted, texts)


def _day(text: str) -> int | None:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def _nearest_texts(wanted: str, texts: Sequence[str]) -> tuple[Scalar, ...]:
    target = fold(wanted)
    folded: dict[str, list[str]] = {}
    for text in texts:
        folded.setdefault(fold(text), []).append(text)
    found: list[str] = sorted(folded.get(target, []))
    for test in (str.startswith, str.__contains__):
        if len(target) > 1 and len(found) < _FEW:
            likely = sorted((key for key in folded if test(key, target)), key=lambda key: (len(key), key))
            found += [text for key in likely for text in sorted(folded[key]) if text not in found]
    if len(found) < _FEW:
        close = list(folded)
        if len(close) > _COMPARED:
            close = [key for key in close if key[:2] == target[:2]][:_COMPARED]
        found += [text for key in get_close_matches(target, close, _FEW) for text in folded[key] if text not in found]
    if not found and len(folded) <= _COMPARED:
        # "female" for F: one letter says more than nothing.
        found = sorted((text for text in texts if fold(text)[:1] == target[:1]), key=lambda text: (len(text), text))
    return tuple(found[:_FEW])
