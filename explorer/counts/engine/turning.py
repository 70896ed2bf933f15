"""Which rows stand on a page: found without putting all of them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from explorer.counts.engine.amounts import MISSING
from explorer.counts.engine.types import Flags, Numbers

__all__ = ["in_blocks", "lowest", "walked"]


def lowest(numbers: Numbers, descending: bool, offset: int, limit: int) -> Numbers:
    """Return where the numbers of a page stand, sorted; `MISSING` is last either way, ties stand in their order."""
    end = min(offset + limit, len(numbers))
    if offset >= end:
        return np.zeros(0, np.intp)
    ranks = np.where(numbers == MISSING, MISSING, -numbers) if descending else numbers
    least, most = np.partition(ranks, (offset, end - 1))[[offset, end - 1]]
    places = np.flatnonzero((least <= ranks) & (ranks <= most))
    places = places[np.argsort(ranks[places], kind="stable")]
    skipped = np.count_nonzero(ranks < least)
    return places[offset - skipped : end - skipped]


def in_blocks(order: Numbers | range, first: int) -> Iterator[Numbers]:
    """Give the keys of an order in blocks: of `first` keys, then twice as many each time."""
    start = 0
    while start < len(order):
        block = order[start : start + first]
        yield np.arange(block.start, block.stop) if isinstance(block, range) else block
        start, first = start + first, 2 * first


def walked(blocks: Iterator[Numbers], held: Callable[[Numbers], Flags], offset: int, limit: int) -> Numbers:
    """Return the keys of a page: those of the blocks that are held, from `offset` on, until there are `limit`."""
    found: list[Numbers] = [np.zeros(0, np.intp)]
    for block in blocks:
        if limit <= 0:
            break
        keys = block[held(block)]
        page = keys[offset : offset + limit]
        offset, limit = max(offset - len(keys), 0), limit - len(page)
        found.append(page)
    return np.concatenate(found)
