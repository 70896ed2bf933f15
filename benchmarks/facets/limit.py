"""The limit of one interaction on this machine: reading the integer codes of all facets from memory once.

The bandwidth is measured in the run: one thread for each core sums its part of an array of 64-bit integers that no
cache holds. The limit is the bytes of the facet columns, one code for each series and facet, divided by it. No method
reaches it that counts anything; one that reads less than all series can go below it.
"""

from __future__ import annotations

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

__all__ = ["cores", "measure_bandwidth"]

_BYTES = 2**29
_TIMES = 11


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def measure_bandwidth(size: int = _BYTES) -> float:
    """Return the bytes a second that all cores together read from memory, the median of several passes."""
    parts = np.array_split(np.ones(size // 8, dtype=np.int64), cores())
    seconds = []
    with ThreadPoolExecutor(len(parts)) as pool:
        for _ in range(_TIMES):
            begin = time.perf_counter()
            total = sum(pool.map(np.sum, parts))
            seconds.append(time.perf_counter() - begin)
            if total != size // 8:
                raise RuntimeError("the array was not summed")
    return size / statistics.median(seconds)
