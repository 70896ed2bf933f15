"""The loops that numba compiles; importing this compiles nothing yet.

Each goes over a stretch of cells that holds whole patients, so that stretches can be counted side by side and added up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["add_combinations", "add_units", "count_cells", "count_cells_in_need", "warm_up"]


def _compiled(loop: Callable[..., None]) -> Any:
    try:
        return numba.njit(nogil=True, cache=True)(loop)
    except RuntimeError:  # there is no place to keep what is compiled
        return numba.njit(nogil=True)(loop)


@_compiled
def count_cells(
    begin: int,
    end: int,
    series: NDArray[Any],
    wanted: NDArray[Any],
    chosen: NDArray[Any],
    patient: NDArray[Any],
    combination: NDArray[Any],
    values: NDArray[Any],
    last: NDArray[Any],
    patients: NDArray[Any],
    of_combination: NDArray[Any],
    of_patient: NDArray[Any],
) -> None:
    """Count the patients of each value, and add up the series of each combination and of each patient.

    Parameters
    ----------
    begin, end
        The stretch of cells.
    series, patient, combination
        Of each cell; one without series does not count.
    wanted, chosen
        Which combinations, and which patients, count.
    values
        The values of each combination, one in each column, numbered through all facets.
    last
        Of each value, the last patient who was counted for it; -1 in the beginning.
    patients, of_combination, of_patient
        What is added to.
    """
    for cell in range(begin, end):
        row, who = combination[cell], patient[cell]
        if series[cell] == 0 or not wanted[row] or not chosen[who]:
            continue
        of_combination[row] += series[cell]
        of_patient[who] += series[cell]
        for column in range(values.shape[1]):
            value = values[row, column]
            # No branch: about every third value is new, which no processor can foresee.
            patients[value] += np.int32(last[value] != who)
            last[value] = who


@_compiled
def add_units(
    begin: int,
    end: int,
    series: NDArray[Any],
    wanted: NDArray[Any],
    chosen: NDArray[Any],
    study: NDArray[Any],
    combination: NDArray[Any],
    cell: NDArray[Any],
    of_study: NDArray[Any],
    of_cell: NDArray[Any],
) -> None:
    """Add up the series of each study and of each cell.

    Parameters
    ----------
    begin, end
        The stretch of units.
    series, study, combination, cell
        Of each unit.
    wanted, chosen
        Which combinations, and which studies, count.
    of_study, of_cell
        What is added to.
    """
    for unit in range(begin, end):
        if wanted[combination[unit]] and chosen[study[unit]]:
            of_study[study[unit]] += series[unit]
            of_cell[cell[unit]] += series[unit]


@_compiled
def add_combinations(of_combination: NDArray[Any], values: NDArray[Any], of_value: NDArray[Any]) -> None:
    """Add the series of each combination to those of each of its values."""
    for row in range(len(of_combination)):
        if of_combination[row] != 0:
            for column in range(values.shape[1]):
                of_value[values[row, column]] += of_combination[row]


@_compiled
def count_cells_in_need(
    begin: int,
    end: int,
    series: NDArray[Any],
    met: NDArray[Any],
    needed: int,
    patient: NDArray[Any],
    combination: NDArray[Any],
    values: NDArray[Any],
    gathered: NDArray[Any],
    sums: NDArray[Any],
    patients: NDArray[Any],
    of_value: NDArray[Any],
) -> None:
    """Count the patients of each value who meet every need with cells that have it, and all their series with it.

    Parameters
    ----------
    met, needed
        Of each cell, a bit for each need that it meets; all of those bits.
    gathered, sums
        Of each value, room for the needs met and the series of one patient; 0 in the beginning.
    patients, of_value
        What is added to. The other parameters are those of `count_cells`.
    """
    cell = begin
    while cell < end:
        who, first = patient[cell], cell
        while cell < end and patient[cell] == who:
            if series[cell] != 0:
                for column in range(values.shape[1]):
                    value = values[combination[cell], column]
                    gathered[value] |= met[cell]
                    sums[value] += series[cell]
            cell += 1
        # Once more over the same cells: what was gathered of a value counts where it is met first, and is cleared.
        for again in range(first, cell):
            if series[again] != 0:
                for column in range(values.shape[1]):
                    value = values[combination[again], column]
                    if gathered[value] == needed:
                        patients[value] += 1
                        of_value[value] += sums[value]
                    gathered[value] = 0
                    sums[value] = 0


def warm_up() -> None:
    """Have the loops compiled, or read from where numba keeps them, for the types that snapshots have."""
    for narrow in (np.uint16, np.uint32):
        keys, sums, flags = np.zeros(1, np.int32), np.zeros(1, np.int64), np.ones(1, np.bool_)
        cells = (keys, keys, np.zeros((1, 1), narrow))
        count_cells(0, 1, keys, flags, flags, *cells, keys.copy(), keys.copy(), sums.copy(), keys.copy())
        add_combinations(sums, cells[2], sums.copy())
        add_units(0, 1, keys, flags, flags, keys, keys, keys, keys.copy(), keys.copy())
        bits = np.zeros(1, np.uint64)
        count_cells_in_need(0, 1, keys, bits, 1, *cells, bits.copy(), sums.copy(), keys.copy(), sums.copy())
