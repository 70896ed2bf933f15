"""The cache: a folder of fetched series that never grows beyond its limit."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Collection
from pathlib import Path

from explorer.cohort.texts import shown
from explorer.errors import SurroundingsError, UserError
from explorer.images.fetch.claims import Held, held
from explorer.images.fetch.folder import FetchFolder
from explorer.images.locate import cache_folder

__all__ = ["VARIABLE", "cache_folder", "cache_limit", "free_bytes", "make_room", "room_bytes"]

VARIABLE = "COHORT_EXPLORER_CACHE_GB"
_LARGEST = 20 * 10**9
_SHARE = 0.1


def cache_limit(folder: FetchFolder) -> int:
    """Return the bytes that the cache may have: ``COHORT_EXPLORER_CACHE_GB``, one GB being 10^9 bytes.

    By default 20 GB, or a tenth of what would be free without the cache, whichever is less.

    Raises
    ------
    SurroundingsError
        The variable says no number.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return min(_LARGEST, int(_SHARE * (free_bytes(folder.root) + _size(folder))))
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (math.isfinite(number) and number > 0):
        raise SurroundingsError(f"{VARIABLE}: {shown(text)} is no size; write gigabytes, for example 20")
    return int(number * 10**9)


def free_bytes(folder: Path) -> int:
    """Return the free bytes of the disk on which a folder is, or will be."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def room_bytes(folder: FetchFolder, keep: Collection[str]) -> int:
    """Return the bytes that could still come, once every series has given way that may: not kept, and not in use."""
    taken = {uid for each in held(folder) for uid in each.series} | set(keep)
    whole = sum(each.bytes for each in folder.done() if each.series_uid not in taken)
    removable = whole + sum(folder.part_bytes(uid) for uid in folder.part_uids() if uid not in taken)
    return _bound(folder) - _size(folder) + removable


def make_room(folder: FetchFolder, needed: int, keep: Collection[str], others: Collection[Held]) -> tuple[str, ...]:
    """Remove series until so many bytes more stay within the cache's limit, and return which.

    Remains of fetches that nobody goes on with go first, then the series that were used longest ago; never one that
    is kept, or that somebody fetches or reads. Nothing is removed where that would not suffice.

    Parameters
    ----------
    needed
        Bytes to come.
    keep
        Series of this fetch.
    others
        What other processes hold; what they still fetch counts as if it were there.

    Raises
    ------
    UserError
        It does not suffice.
    """
    limit = _bound(folder)
    taken = {uid for each in others for uid in each.series} | set(keep)
    coming = sum(sum(each.series.values()) for each in others if each.fetching)
    excess = _size(folder) + coming + needed - limit
    going: list[str] = []
    remains = ((uid, folder.part_bytes(uid)) for uid in sorted(folder.part_uids()))
    oldest = ((each.series_uid, each.bytes) for each in sorted(folder.done(), key=lambda each: each.used))
    for uid, size in (*remains, *oldest):
        if excess <= 0:
            break
        if uid not in taken:
            going.append(uid)
            excess -= size
    if excess > 0:
        raise UserError(
            f"the cache of {limit / 10**9:,.1f} GB ({folder.root}) is {excess / 10**9:,.2f} GB too small for this; "
            f"fetch into a folder of your own with --to FOLDER, choose fewer series, or raise {VARIABLE}"
        )
    for uid in going:
        folder.remove(uid)
    return tuple(going)


def _bound(folder: FetchFolder) -> int:
    """Return the bytes that the cache can have: its limit, or what the disk gives."""
    return min(cache_limit(folder), _size(folder) + free_bytes(folder.root))


def _size(folder: FetchFolder) -> int:
    return sum(each.bytes for each in folder.done()) + sum(folder.part_bytes(uid) for uid in folder.part_uids())
