"""Counting all facets in one pass over the cells, compiled by numba, where the extra ``fast`` is installed.

numba compiles once per machine, which takes seconds, and later reads what it has kept. Both happen in a thread of their
own, and until it is done numpy counts. ``COHORT_EXPLORER_ENGINE=numpy`` never uses it; with ``numba``, counting waits.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.counts.engine.types import Flags, Numbers
from explorer.errors import UserError
from explorer.snapshot.connect import threads

if TYPE_CHECKING:
    from explorer.counts.engine.arrays import Arrays

__all__ = ["CompiledCells", "engine_wanted"]

_log = logging.getLogger(__name__)
_ENGINES = ("auto", "numpy", "numba")
_PATIENCE_S = 1.0


def engine_wanted() -> str:
    """Return which engine ``COHORT_EXPLORER_ENGINE`` asks for: ``auto``, ``numpy`` or ``numba``.

    Raises
    ------
    UserError
        It asks for another, or for numba where that is not installed.
    """
    wanted = os.environ.get("COHORT_EXPLORER_ENGINE", "").strip() or "auto"
    if wanted not in _ENGINES:
        raise UserError(f"COHORT_EXPLORER_ENGINE is {wanted!r}; write one of {', '.join(_ENGINES)}.")
    if wanted == "numba" and find_spec("numba") is None:
        raise UserError(
            "COHORT_EXPLORER_ENGINE asks for numba, which is not installed; install cohort-explorer[fast], or set it "
            "to auto."
        )
    return wanted


class CompiledCells:
    """The cells of a snapshot, for the compiled loops.

    Parameters
    ----------
    arrays
        The snapshot's.
    codes
        The codes of each combination for each facet of series, by the facet's name; how many codes a facet has.
    """

    def __init__(self, arrays: Arrays, codes: dict[str, tuple[Numbers, int]]) -> None:
        self._arrays = arrays
        ends = np.cumsum([size for _, size in codes.values()])
        self._ranges = {
            name: (int(end) - size, int(end)) for end, (name, (_, size)) in zip(ends, codes.items(), strict=True)
        }
        self._size = int(ends[-1])
        narrow = np.uint16 if self._size < 2**16 else np.uint32
        values = [(of_facet + self._ranges[name][0]).astype(narrow) for name, (of_facet, _) in codes.items()]
        self._values = np.stack(values, axis=1)
        after = arrays.last_cell + 1
        wanted = [arrays.cells * part // threads() for part in range(1, threads())]
        self._cuts = [0, *(int(after[np.searchsorted(after, cell)]) for cell in wanted if arrays.cells), arrays.cells]

    @classmethod
    def ready(cls) -> bool:
        """Whether the loops are compiled; asks for it if nobody has."""
        wanted = engine_wanted()
        if wanted == "numpy" or find_spec("numba") is None:
            return False
        loops = _loops()
        return wanted == "numba" or (loops.done() and loops.result() is not None)

    def count(
        self, facets: Sequence[str], series: Numbers, needs: Sequence[Flags] = ()
    ) -> dict[str, tuple[Numbers, Numbers]]:
        """Return the patients and the series of each code of some facets.

        Parameters
        ----------
        facets
            Names of facets.
        series
            How many series of each cell can be chosen.
        needs
            Flags of cells: a patient counts for a code when for each need one of their cells with the code is flagged.
        """
        every = len(facets) == len(self._ranges)
        places = [place for place, name in enumerate(self._ranges) if name in facets]
        values = self._values if every else np.ascontiguousarray(self._values[:, places])
        weights = np.ascontiguousarray(series, np.int64)
        met = _bits(needs, len(weights))

        def stretch(begin: int, end: int) -> tuple[Numbers, Numbers]:
            return self._stretch(begin, end, weights, met, len(needs), values)

        parts = list(_pool().map(stretch, self._cuts[:-1], self._cuts[1:]))
        patients, of_value = (np.stack([part[which] for part in parts]).sum(axis=0, dtype=np.int64) for which in (0, 1))
        counted = {}
        for name in facets:
            begin, end = self._ranges[name]
            counted[name] = (patients[begin:end], of_value[begin:end])
        return counted

    def _stretch(
        self, begin: int, end: int, series: Numbers, met: Numbers, needs: int, values: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Return the patients and the series of each value."""
        loops, arrays = _loops().result(), self._arrays
        cells = (arrays.cell_patient, arrays.cell_combination, values)
        patients, of_value = np.zeros(self._size, np.int32), np.zeros(self._size, np.int64)
        if needs:
            gathered, sums = np.zeros(self._size, np.uint64), np.zeros(self._size, np.int64)
            loops.count_cells_in_need(begin, end, series, met, 2**needs - 1, *cells, gathered, sums, patients, of_value)
        else:
            last, of_combination = np.full(self._size, -1, np.int32), np.zeros(arrays.combinations, np.int64)
            loops.count_cells(begin, end, series, *cells, last, patients, of_combination)
            loops.add_combinations(of_combination, values, of_value)
        return patients, of_value


def _bits(needs: Iterable[Flags], cells: int) -> Numbers:
    """Return for each cell a bit for each need that it meets."""
    needs = list(needs)
    met = np.zeros(cells if needs else 0, np.uint64)
    for place, flags in enumerate(needs):
        met |= flags.astype(np.uint64) << np.uint64(place)
    return met


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), thread_name_prefix="explorer-engine")


@cache
def _loops() -> Future[Any]:
    """Return the compiled loops, in a while; None where they cannot be had."""
    future: Future[Any] = Future()
    # Not while the first answers are computed, unless they wait for it.
    timer = threading.Timer(0.0 if engine_wanted() == "numba" else _PATIENCE_S, _compile, args=[future])
    timer.daemon = True
    timer.start()
    return future


def _compile(future: Future[Any]) -> None:
    try:
        from explorer.counts.engine import loops

        loops.warm_up()
        future.set_result(loops)
    except Exception:
        _log.exception("numba cannot compile here; numpy counts instead")
        future.set_result(None)
