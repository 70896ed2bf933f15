"""What choosing each value of a facet would give, tried in one group of a definition, its own criterion left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.counts.engine.kernels import flagged, sum_in
from explorer.counts.engine.once import once
from explorer.counts.engine.types import Counted, Flags, Numbers, Places
from explorer.facets import FACETS, Facet

if TYPE_CHECKING:
    from explorer.counts.engine.codes import Coded, Item
    from explorer.counts.engine.compiled import Compiled
    from explorer.counts.engine.pairs import Pairs
    from explorer.counts.engine.rules import Rules
    from explorer.counts.engine.scope import Scope
    from explorer.counts.engine.wide import Wide

__all__ = ["Choice"]


class Choice:
    """The series among which values are chosen, and what a patient needs to count for one.

    A patient counts for a value when a series of theirs that can be chosen has it; where there are needs, when for
    each need one in those studies has it.

    Parameters
    ----------
    rules
        The definition on a snapshot.
    scope
        What of it holds whatever the value.
    """

    def __init__(self, rules: Rules, scope: Scope) -> None:
        self.scope = scope
        self._rules = rules
        self._arrays = rules.arrays
        self._bags: dict[int, tuple[Numbers, Numbers]] = {}

    @once
    def whole(self) -> tuple[int, int]:
        """The patients and series among which values are chosen; all facets that share this share them."""
        return int(self._chosen_patients.sum()), int(self._counted_series.sum(dtype=np.int64))

    def count(self, facet: Facet, *, binned: bool = False) -> Counted:
        """Return the patients and series of each code of a facet.

        Parameters
        ----------
        binned
            Count bins of numbers and dates, and whether a text is missing; else the values themselves.
        """
        self._rules.go_on()
        if not facet.of_image:
            wide = self._arrays.codes.wide(facet)
            patients, series = self._of_bags(wide)
            return wide.spread(patients), wide.spread(series)
        coded = self._arrays.codes.coded(facet, binned=binned)
        if coded.item == "cell" and self._compiled is not None:
            return self._together[0][facet.name]
        pairs = self._arrays.codes.pairs(facet, binned=binned)
        if not self.scope.needs and not self.scope.twice:
            items = self._items(coded.item)
            return pairs.by_code(flagged(pairs.of.take(items), pairs.count)), self._series(coded)
        hit = self._hits(coded.item, pairs)
        if self.scope.everything:
            series = self._arrays.codes.pair_series(facet, binned=binned)
        else:
            items = self._items(coded.item)
            series = np.bincount(pairs.of.take(items), weights=self._weights(coded.item), minlength=pairs.count)
        return pairs.by_code(hit), pairs.by_code(np.where(hit, series, 0))

    @once
    def _compiled(self) -> Compiled | None:
        # A bit for each need; and two studies of one value are nothing that a pass over cells can see.
        return None if self.scope.twice or len(self.scope.needs) >= 63 else self._arrays.codes.compiled()

    @once
    def _together(self) -> tuple[dict[str, Counted], Numbers]:
        """The counts of every facet of series that this choice is for, and each patient's series, in one pass."""
        if self._compiled is None:
            raise AssertionError("numpy counts facet by facet")
        left_out = self.scope.left_out
        names = [
            name for name, facet in FACETS.items() if facet.level == "series" and (not left_out or name in left_out)
        ]
        if self.scope.needs:
            needs = [flagged(self._items_within("cell", need)[0], self._arrays.cells) for need in self.scope.needs]
            of_patient = sum_in(self._cell_series, self._arrays.last_cell, np.int32)
            return self._compiled.count_in_need(names, self._cell_series, needs), of_patient
        if not self._in_cells:
            return self._compiled.count(names, self._cell_series, None, None)
        return self._compiled.count(names, self._arrays.cell_series, *self._chosen_cells)

    def series_of(self, item: Literal["unit", "cell", "study"]) -> Numbers:
        """Return how many series of each unit, cell or study can be chosen."""
        match item:
            case "unit":
                return self._unit_series
            case "cell":
                return self._cell_series
            case "study":
                return self._study_series

    def _of_bags(self, wide: Wide) -> tuple[Numbers, Numbers]:
        """Return the patients who count, and their series, for each bag; all facets of datasets have the same bags."""
        key = id(wide.bag)
        if key not in self._bags:
            self._bags[key] = wide.sums(self._chosen_patients), wide.sums(self._counted_series)
        return self._bags[key]

    # --- What can be chosen -------------------------------------------------------------------------------------------

    @once
    def _unit_series(self) -> Numbers:
        """How many series of each unit can be chosen."""
        series = self._arrays.unit_series if self.scope.everything else self.scope.met.unit_series
        if self.scope.patients.all():
            return series
        return series * self.scope.patients[self._arrays.study_patient].take(self._arrays.unit_study)

    @once
    def _rows(self) -> Flags:
        """Which series can be chosen."""
        rows = (self._unit_series > 0)[self._arrays.series_unit]
        return rows if self.scope.everything or self.scope.met.rows is None else rows & self.scope.met.rows

    @once
    def _of_units(self) -> tuple[Numbers, Numbers] | None:
        """The series of each study and of each cell that can be chosen, added up in one pass; None in numpy."""
        if self._compiled is None:
            return None
        chosen = self.scope.patients[self._arrays.study_patient]
        if self.scope.everything:
            return self._compiled.add_units(self._arrays.unit_series, None, chosen)
        chosen = chosen if self.scope.met.studies is None else chosen & self.scope.met.studies
        return self._compiled.add_units(self.scope.met.deciding_series, self.scope.met.combinations, chosen)

    @once
    def _study_series(self) -> Numbers:
        if self._of_units is not None:
            return self._of_units[0]
        return sum_in(self._unit_series, self._arrays.last_unit, np.int32)

    @property
    def _in_cells(self) -> bool:
        """Whether cells are chosen as wholes."""
        return self.scope.everything or self.scope.met.in_cells

    @once
    def _cell_series(self) -> Numbers:
        """How many series of each cell can be chosen."""
        arrays = self._arrays
        if not self._in_cells and self._of_units is not None:
            return self._of_units[1]
        if not self._in_cells:
            found = np.bincount(arrays.unit_cell, weights=self._unit_series, minlength=arrays.cells)
            return found.astype(np.int32)
        wanted, chosen = self._chosen_cells
        series = arrays.cell_series if wanted is None else arrays.cell_series * wanted.take(arrays.cell_combination)
        return series * chosen.take(arrays.cell_patient)

    @property
    def _chosen_cells(self) -> tuple[Flags | None, Flags]:
        """The combinations, None being all, and the patients of which whole cells can be chosen."""
        if self.scope.everything:
            return None, self.scope.patients
        patients = (
            self.scope.patients if self.scope.met.patients is None else self.scope.patients & self.scope.met.patients
        )
        return self.scope.met.combinations, patients

    @once
    def _patient_series(self) -> Numbers:
        if self._compiled is not None:
            return self._together[1]
        if self._in_cells:
            return sum_in(self._cell_series, self._arrays.last_cell, np.int32)
        return sum_in(self._study_series, self._arrays.last_study, np.int32)

    @once
    def _combination_series(self) -> Numbers:
        arrays, items = self._arrays, self._items("cell")
        owner = arrays.cell_combination.take(items)
        return np.bincount(owner, weights=self._cell_series.take(items), minlength=arrays.combinations)

    @once
    def _cells(self) -> Places:
        return np.flatnonzero(self._cell_series)

    @once
    def _studies(self) -> Places:
        return np.flatnonzero(self._study_series)

    def _items(self, item: Item) -> Places:
        """Return the cells, studies or series that can be chosen."""
        match item:
            case "cell":
                return self._cells
            case "study":
                return self._studies
            case "series":
                return np.flatnonzero(self._rows)

    def _weights(self, item: Item) -> Numbers | None:
        """Return how many series each of `_items` counts; None is one each."""
        if item == "series":
            return None
        series = self._cell_series if item == "cell" else self._study_series
        return series.take(self._items(item))

    def _series(self, coded: Coded) -> Numbers:
        """Return the series of each code, where every series that can be chosen counts."""
        if coded.item == "cell":
            return np.bincount(coded.codes, self._combination_series, coded.size).astype(np.int64)
        codes = coded.codes.take(self._items(coded.item))
        return np.bincount(codes, self._weights(coded.item), coded.size).astype(np.int64)

    # --- What a patient needs -----------------------------------------------------------------------------------------

    @once
    def _chosen_patients(self) -> Flags:
        """Which patients have what they need, whatever the value."""
        arrays = self._arrays
        chosen = self._patient_series > 0
        for need in self.scope.needs:
            chosen &= arrays.patients_of((self._study_series > 0) & need)
        for twice in self.scope.twice:
            studies = np.flatnonzero((self._study_series > 0) & twice.studies)
            owner = arrays.study_patient[studies]
            chosen &= flagged(arrays.timeline.owners_of_pairs(owner, studies, twice.days), arrays.patients)
        return chosen

    @once
    def _counted_series(self) -> Numbers:
        """How many series each patient counts for who has what they need."""
        return self._patient_series * self._chosen_patients

    def _hits(self, item: Item, pairs: Pairs) -> Flags:
        """Return the pairs that have all that they need."""
        hit = np.ones(pairs.count, np.bool_)
        for need in self.scope.needs:
            items, _ = self._items_within(item, need)
            hit &= flagged(pairs.of.take(items), pairs.count)
        for twice in self.scope.twice:
            self._rules.go_on()
            items, studies = self._items_within(item, twice.studies)
            hit &= flagged(
                self._arrays.timeline.owners_of_pairs(pairs.of.take(items), studies, twice.days), pairs.count
            )
        return hit

    def _items_within(self, item: Item, studies: Flags) -> tuple[Numbers, Numbers]:
        """Return the items that can be chosen within these studies, and the study of each."""
        arrays = self._arrays
        if item == "study":
            found = np.flatnonzero((self._study_series > 0) & studies)
            return found, found
        if item == "cell":
            units = np.flatnonzero((self._unit_series > 0) & studies.take(arrays.unit_study))
            return arrays.unit_cell[units], arrays.unit_study[units]
        of_series = arrays.unit_study[arrays.series_unit]
        rows = np.flatnonzero(self._rows & studies[of_series])
        return rows, of_series[rows]
