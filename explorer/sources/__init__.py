"""Where metadata comes from: one module per origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from explorer.errors import UnknownNameError
from explorer.sources.idc import IdcSource
from explorer.sources.rows import RowsSource
from explorer.sources.source import Progress, Recipe, Source, quiet

__all__ = ["SOURCES", "IdcSource", "Progress", "Recipe", "RowsSource", "Source", "quiet", "source_named"]

SOURCES: Mapping[str, Callable[[], Source]] = {"idc": IdcSource}
"""The sources that need nothing but their name."""


def source_named(name: str) -> Source:
    """Return the source of that name.

    Raises
    ------
    UnknownNameError
        There is none; the message names those that exist.
    """
    try:
        return SOURCES[name]()
    except KeyError:
        raise UnknownNameError(
            f"there is no source {name!r}; the sources are {', '.join(sorted(SOURCES))}, with a folder dicom, and with "
            "an address dicomweb"
        ) from None
