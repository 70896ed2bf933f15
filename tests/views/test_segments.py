from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from explorer.images import Mask, Segment
from explorer.images.overlay import PALETTE
from explorer.views.segments import colour_tables
from explorer.views.shown import Overlay
from tests.images.test_masks import blank


def overlay(count: int) -> Overlay:
    grid = blank()
    labels = replace(grid, array=np.zeros(grid.array.shape, "u1"))
    segments = tuple(Segment(number, f"organ {number}") for number in range(1, count + 1))
    return Overlay(Mask(labels, segments, {}), "Organs", "SEG", "")


def test_the_palette_begins_again_when_all_of_it_is_used() -> None:
    (table,) = colour_tables([overlay(36)])
    used = Counter(tuple(int(part) for part in colour) for colour in table[1:])
    assert set(used) == set(PALETTE)
    assert max(used.values()) - min(used.values()) <= 1
