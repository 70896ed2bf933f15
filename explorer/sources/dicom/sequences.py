"""What a scan takes out of the few sequences that it opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from explorer.sources.dicom.elements import Span, Syntax, item_elements, items
from explorer.sources.dicom.finish import checked_length, position, uid
from explorer.sources.dicom.tags import (
    FRAME_GEOMETRY,
    PATHS_TO_IMAGES,
    PER_FRAME,
    PLANE_POSITION,
    POSITION,
    SERIES_UID,
    SHARED,
)

__all__ = ["Opened", "geometry_of", "positions_of", "series_named"]

Opened = Mapping[int, tuple[bytes, Syntax]]
"""Tag of a sequence to the bytes of its value, and how they are written."""

_GROUPS = frozenset(FRAME_GEOMETRY)
_POSITIONS = frozenset({PLANE_POSITION})
_POSITION = frozenset({POSITION})


def series_named(sequences: Opened) -> Iterator[str]:
    """Yield the SeriesInstanceUIDs that an object names as those of its images."""
    for first, *others in PATHS_TO_IMAGES:
        if first in sequences:
            data, syntax = sequences[first]
            for found in _values(data, (0, len(data), syntax), (*others, SERIES_UID)):
                yield uid(found)


def positions_of(sequences: Opened) -> tuple[tuple[float, float, float], ...]:
    """Return the positions of an object's frames, in the order of the frames; a frame without one is left out."""
    if PER_FRAME not in sequences:
        return ()
    data, syntax = sequences[PER_FRAME]
    found = _values(data, (0, len(data), syntax), (PLANE_POSITION, POSITION))
    return tuple(each for each in map(position, found) if each is not None)


def geometry_of(sequences: Opened) -> dict[int, bytes]:
    """Return orientation, spacing and thickness that all frames share, or else those of the first frame."""
    geometry: dict[int, bytes] = {}
    for tag in (SHARED, PER_FRAME):
        if tag not in sequences:
            continue
        data, syntax = sequences[tag]
        for item in items(data, (0, len(data), syntax)):
            for group, span in item_elements(data, *item, _GROUPS).items():
                for each in items(data, span):
                    for leaf, (start, end, _) in item_elements(data, *each, frozenset(FRAME_GEOMETRY[group])).items():
                        checked_length(leaf, end - start)
                        if end > start:
                            geometry.setdefault(leaf, data[start:end])
                    break
            break
    return geometry


def _values(data: bytes, span: Span, path: tuple[int, ...]) -> Iterator[bytes]:
    """Yield the values at the end of a path of tags, through every item on the way."""
    tag, *rest = path
    for item in items(data, span):
        found = item_elements(data, *item, frozenset({tag})).get(tag)
        if found is None:
            continue
        if rest:
            yield from _values(data, found, tuple(rest))
        else:
            start, end, _ = found
            checked_length(tag, end - start)
            yield data[start:end]
