"""Counting all facets in one pass over the cells, compiled by numba, where the extra ``fast`` is installed.

numba compiles once per machine, which takes seconds, and later reads what it has kept. Both happen in a thread of their
own, and until it is done numpy counts. ``COHORT_EXPLORER_ENGINE=numpy`` never uses it; with ``numba``, counting waits.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.counts.engine.types import Counted, Flags, Numbers
from explorer.errors import UserError
from explorer.snapshot.connect import threads

if TYPE_CHECKING:
    from explorer.counts.engine.arrays import Arrays

__all__ = ["Compiled", "engine_wanted"]

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
    if wanted == "numba" and not _installed():
        raise UserError(
            "COHORT_EXPLORER_ENGINE asks for numba, which is not installed; install cohort-explorer[fast], or set it "
            "to auto."
        )
    return wanted


class Compiled:
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
        # Where patients begin, at about equal shares of the cells.
        shares = [arrays.cells * part // threads() for part in range(1, threads())] if arrays.cells else []
        patients = arrays.cell_patient[shares].tolist()
        after_units = arrays.last_unit[arrays.last_study] + 1
        self._cell_cuts = [0, *(int(arrays.last_cell[who]) + 1 for who in patients), arrays.cells]
        self._unit_cuts = [0, *(int(after_units[who]) for who in patients), len(arrays.unit_study)]

    @classmethod
    def ready(cls) -> bool:
        """Whether the loops are compiled; asks for it if nobody has."""
        wanted = engine_wanted()
        if wanted == "numpy" or not _installed():
            return False
        loops = _loops_of(os.getpid())
        if wanted == "numba" and loops.result() is None:
            raise UserError("COHORT_EXPLORER_ENGINE asks for numba, which cannot compile here; set it to auto.")
        return loops.done() and loops.result() is not None

    def count(
        self, facets: Sequence[str], series: Numbers, wanted: Flags | None, chosen: Flags | None
    ) -> tuple[dict[str, Counted], Numbers]:
        """Return the patients and the series of each code of some facets, and the series of each patient.

        Parameters
        ----------
        facets
            Names of facets.
        series
            How many series of each cell can be chosen.
        wanted, chosen
            Which combinations, and which patients, they can be chosen of; None is all.
        """
        arrays, values = self._arrays, self._values_of(facets)
        wanted = np.ones(arrays.combinations, np.bool_) if wanted is None else wanted
        chosen = np.ones(arrays.patients, np.bool_) if chosen is None else chosen
        # The stretches hold different patients.
        of_patient = np.zeros(arrays.patients, np.int32)

        def stretch(begin: int, end: int) -> Counted:
            loops, last = _loops_of(os.getpid()).result(), np.full(self._size, -1, np.int32)
            patients, of_value = np.zeros(self._size, np.int32), np.zeros(self._size, np.int64)
            of_combination = np.zeros(arrays.combinations, np.int64)
            cells = (series, wanted, chosen, arrays.cell_patient, arrays.cell_combination, values)
            loops.count_cells(begin, end, *cells, last, patients, of_combination, of_patient)
            loops.add_combinations(of_combination, values, of_value)
            return patients, of_value

        return self._side_by_side(facets, stretch), of_patient

    def count_in_need(self, facets: Sequence[str], series: Numbers, needs: Sequence[Flags]) -> dict[str, Counted]:
        """Return the patients and the series of each code of some facets, where a patient needs more than a series.

        Parameters
        ----------
        facets, series
            As in `count`.
        needs
            Flags of cells: a patient counts for a code when for each need one of their cells with the code is flagged.
        """
        arrays, values, met = self._arrays, self._values_of(facets), _bits(needs, self._arrays.cells)

        def stretch(begin: int, end: int) -> Counted:
            gathered, sums = np.zeros(self._size, np.uint64), np.zeros(self._size, np.int64)
            patients, of_value = np.zeros(self._size, np.int32), np.zeros(self._size, np.int64)
            cells = (series, met, 2 ** len(needs) - 1, arrays.cell_patient, arrays.cell_combination, values)
            _loops_of(os.getpid()).result().count_cells_in_need(begin, end, *cells, gathered, sums, patients, of_value)
            return patients, of_value

        return self._side_by_side(facets, stretch)

    def add_units(self, series: Numbers, wanted: Flags | None, chosen: Flags) -> tuple[Numbers, Numbers]:
        """Return the series of each study and of each cell.

        Parameters
        ----------
        series
            How many series of each unit can be chosen.
        wanted, chosen
            Which combinations, None being all, and which studies they can be chosen of.
        """
        arrays = self._arrays
        wanted = np.ones(arrays.combinations, np.bool_) if wanted is None else wanted
        of_study, of_cell = np.zeros(arrays.studies, np.int32), np.zeros(arrays.cells, np.int32)
        units = (series, wanted, chosen, arrays.unit_study, arrays.unit_combination, arrays.unit_cell)

        def stretch(begin: int, end: int) -> None:
            _loops_of(os.getpid()).result().add_units(begin, end, *units, of_study, of_cell)

        list(_pool_of(os.getpid()).map(stretch, self._unit_cuts[:-1], self._unit_cuts[1:]))
        return of_study, of_cell

    def _values_of(self, facets: Sequence[str]) -> Numbers:
        if len(facets) == len(self._ranges):
            return self._values
        return np.ascontiguousarray(self._values[:, [list(self._ranges).index(name) for name in facets]])

    def _side_by_side(self, facets: Sequence[str], stretch: Callable[[int, int], Counted]) -> dict[str, Counted]:
        """Count all stretches, each in a thread, add them up, and return what each facet has of it."""
        parts = list(_pool_of(os.getpid()).map(stretch, self._cell_cuts[:-1], self._cell_cuts[1:]))
        patients, series = (np.stack([part[which] for part in parts]).sum(axis=0, dtype=np.int64) for which in (0, 1))
        ranges = {name: slice(*self._ranges[name]) for name in facets}
        return {name: (patients[place], series[place]) for name, place in ranges.items()}


def _bits(needs: Sequence[Flags], cells: int) -> Numbers:
    """Return for each cell a bit for each need that it meets."""
    met = np.zeros(cells, np.uint64)
    for place, flags in enumerate(needs):
        met |= flags.astype(np.uint64) << np.uint64(place)
    return met


@cache
def _installed() -> bool:
    return find_spec("numba") is not None


@cache
def _pool_of(process: int) -> ThreadPoolExecutor:
    """Return the threads of a process; a forked one has none of its parent's."""
    return ThreadPoolExecutor(threads(), thread_name_prefix="explorer-engine")


@cache
def _loops_of(process: int) -> Future[Any]:
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
    except Exception as error:
        _log.warning("numba cannot compile here, so numpy counts: %s", str(error).splitlines()[0])
        future.set_result(None)
