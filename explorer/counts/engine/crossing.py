"""What choosing a value of each of two facets would give, tried in one group, its own criteria on both left out.

A patient counts for two values when the group holds for them with exactly these: on the level of series a series of
theirs that can be chosen has both, on that of studies a study has both, on that of patients the patient has both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from explorer.counts.engine.kernels import flagged
from explorer.counts.engine.once import once
from explorer.counts.engine.pairs import Pairs
from explorer.counts.engine.types import Flags, Numbers, Places

if TYPE_CHECKING:
    from explorer.counts.engine.choice import Choice
    from explorer.counts.engine.rules import Rules
    from explorer.facets import Facet

__all__ = ["Crossed", "Crossing"]

_Item = Literal["unit", "cell", "study"]


class Crossed(NamedTuple):
    """The patients and series of two codes, those of missing last; pairs without patients left out."""

    first: Numbers
    second: Numbers
    patients: Numbers
    series: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """What owners hold: one code in each row, the owners ascending."""

    owner: Numbers
    codes: Numbers

    def beside(self, other: _Held) -> tuple[Numbers, Numbers, Numbers]:
        """Return each owner with each of its codes here and each of its codes there."""
        begin = np.searchsorted(other.owner, self.owner, "left")
        counts = np.searchsorted(other.owner, self.owner, "right") - begin
        rows = np.repeat(np.arange(len(self.owner)), counts)
        places = np.arange(len(rows)) + np.repeat(begin - (np.cumsum(counts) - counts), counts)
        return self.owner[rows], self.codes[rows], other.codes[places]


class Crossing:
    """Two facets of which values are chosen together.

    Parameters
    ----------
    rules
        The definition on a snapshot.
    choice
        The group, its criteria on both facets left out.
    first, second
        Facets that are no texts; numbers and dates of series and studies in bins.
    coarser
        For facets by name, a coarser code for each code, that of missing included.
    """

    def __init__(
        self, rules: Rules, choice: Choice, first: Facet, second: Facet, coarser: Mapping[str, Numbers] | None = None
    ) -> None:
        self._coarser = coarser or {}
        self._rules = rules
        self._arrays = rules.arrays
        self._choice = choice
        self._scope = choice.scope
        self._facets = first, second
        self._size = self._size_of(second)
        self._codes = self._size_of(first) * self._size

    def count(self) -> Crossed:
        """Return what choosing each two values would give."""
        self._rules.go_on()
        item = self._item
        owner, codes = self._together(item)
        weights = self._choice.series_of(item)[owner]
        if self._scope.level == "series":
            pairs = self._paired(codes, self._patient_of(item)[owner])
            hit = self._in_need(pairs, pairs.of, None if item == "cell" else self._study_of(item)[owner])
            return self._told(pairs, hit, np.bincount(pairs.of, weights, pairs.count))
        pairs, hit, keys = self._hits()
        at = _places(keys, self._keys(codes, self._patient_of(item)[owner]))
        return self._told(pairs, hit, np.bincount(at[at >= 0], weights[at >= 0], pairs.count))

    def _told(self, pairs: Pairs, hit: Flags, series: Numbers) -> Crossed:
        if not pairs.count:
            none = np.zeros(0, np.int64)
            return Crossed(none, none, none, none)
        patients = np.add.reduceat(hit, pairs.first, dtype=np.int64)
        of_codes = np.add.reduceat(np.where(hit, series, 0), pairs.first).astype(np.int64)
        kept = patients > 0
        codes = pairs.held[kept].astype(np.int64)
        return Crossed(codes // self._size, codes % self._size, patients[kept], of_codes[kept])

    # --- Both values in one series ------------------------------------------------------------------------------------

    @property
    def _item(self) -> _Item:
        """What holds both values of a series, as coarse as it can be."""
        if all(facet.level != "series" for facet in self._facets):
            return "study"
        of_study = any(facet.level == "study" for facet in self._facets)
        # On another level than that of series, needs are looked up in studies.
        needy = self._scope.level == "series" and (self._scope.needs or self._scope.twice)
        return "unit" if of_study or needy else "cell"

    def _together(self, item: _Item) -> tuple[Numbers, Numbers]:
        """Return the items that can be chosen, and the two values of each; one with several values several times."""
        items = np.flatnonzero(self._choice.series_of(item))
        one, other = (self._values(facet, item, items) for facet in self._facets)
        if len(one.owner) == len(other.owner) == len(items):
            return items, self._joined(one.codes, other.codes)
        owner, first, second = one.beside(other)
        return owner, self._joined(first, second)

    # --- Both values in one study, or of one patient ------------------------------------------------------------------

    def _hits(self) -> tuple[Pairs, Flags, Numbers]:
        """Return the pairs that patients hold, which of them have all that they need, and the key of each."""
        arrays, scope = self._arrays, self._scope
        studies = scope.patients[arrays.study_patient] & scope.inside
        if scope.level == "study":
            study, codes = self._in_studies(studies)
            owner = arrays.study_patient[study]
            pairs = self._paired(codes, owner)
            return pairs, self._in_need(pairs, pairs.of, study), self._keys_of(pairs, codes, owner)
        one, other = (self._distinct(facet, "cell", scope.patients) for facet in self._facets)
        patient, first, second = one.beside(other)
        codes = self._joined(first, second)
        pairs = self._paired(codes, patient)
        keys = self._keys_of(pairs, codes, patient)
        if not scope.needs and not scope.twice:
            return pairs, np.ones(pairs.count, np.bool_), keys
        study, codes = self._in_studies(studies)
        of = _places(keys, self._keys(codes, arrays.study_patient[study]))
        return pairs, self._in_need(pairs, of, study), keys

    def _in_studies(self, studies: Flags) -> tuple[Numbers, Numbers]:
        """Return the studies, each once for every two values that series of it have."""
        one, other = (self._distinct(facet, "unit", studies) for facet in self._facets)
        study, first, second = one.beside(other)
        return study, self._joined(first, second)

    def _distinct(self, facet: Facet, item: _Item, chosen: Flags) -> _Held:
        """Return the distinct values of studies (units) or patients (cells), of those that are chosen."""
        arrays = self._arrays
        owner = arrays.unit_study if item == "unit" else arrays.cell_patient
        if item == "cell" and facet.level == "study":
            item, owner = "study", arrays.study_patient
        held = self._values(facet, item, np.flatnonzero(chosen[owner]))
        size = self._size_of(facet)
        keys = np.unique(owner[held.owner].astype(np.int64) * size + held.codes)
        return _Held(keys // size, keys % size)

    # --- What is held, and by whom ------------------------------------------------------------------------------------

    def _values(self, facet: Facet, item: _Item, items: Places) -> _Held:
        """Return the values of some items."""
        self._rules.go_on()
        held = self._values_as_counted(facet, item, items)
        coarser = self._coarser.get(facet.name)
        return held if coarser is None else _Held(held.owner, coarser[held.codes])

    def _values_as_counted(self, facet: Facet, item: _Item, items: Places) -> _Held:
        arrays, codes = self._arrays, self._arrays.codes
        if facet.level == "series":
            combination = arrays.unit_combination if item == "unit" else arrays.cell_combination
            return _Held(items, codes.coded(facet, binned=True).codes[combination[items]])
        if facet.level == "study":
            return _Held(items, codes.coded(facet, binned=True).codes[self._study_of(item)[items]])
        counts, held = codes.wide(facet).held_by(self._patient_of(item)[items])
        return _Held(np.repeat(items, counts), held)

    def _study_of(self, item: _Item) -> Numbers:
        return np.arange(self._arrays.studies) if item == "study" else self._arrays.unit_study

    def _patient_of(self, item: _Item) -> Numbers:
        arrays = self._arrays
        match item:
            case "cell":
                return arrays.cell_patient
            case "study":
                return arrays.study_patient
            case "unit":
                return self._unit_patient

    @once
    def _unit_patient(self) -> Numbers:
        return self._arrays.study_patient[self._arrays.unit_study]

    def _size_of(self, facet: Facet) -> int:
        """Return how many codes a facet has, that of missing included."""
        codes = self._arrays.codes
        if facet.name in self._coarser:
            return int(self._coarser[facet.name].max()) + 1
        return codes.coded(facet, binned=True).size if facet.of_image else len(codes.wide(facet).vocabulary) + 1

    def _joined(self, first: Numbers, second: Numbers) -> Numbers:
        return first.astype(np.int64) * self._size + second

    def _paired(self, codes: Numbers, patients: Numbers) -> Pairs:
        # Sorting by 16 bits takes a third of the time.
        return Pairs.among(codes.astype(np.uint16) if self._codes < 2**16 else codes, patients, self._codes)

    def _keys(self, codes: Numbers, patients: Numbers) -> Numbers:
        return codes * self._arrays.patients + patients

    def _keys_of(self, pairs: Pairs, codes: Numbers, patients: Numbers) -> Numbers:
        """Return one number for each pair, ascending as pairs are: by value, then by patient."""
        keys = np.empty(pairs.count, np.int64)
        keys[pairs.of] = self._keys(codes, patients)
        return keys

    def _in_need(self, pairs: Pairs, of: Numbers, study: Numbers | None) -> Flags:
        """Return the pairs that have all that they need; each of some studies is of one pair, or of none (-1)."""
        hit = np.ones(pairs.count, np.bool_)
        if study is None:
            return hit
        for need in self._scope.needs:
            hit &= flagged(of[need[study] & (of >= 0)], pairs.count)
        for twice in self._scope.twice:
            self._rules.go_on()
            inside = twice.studies[study] & (of >= 0)
            owners = self._arrays.timeline.owners_of_pairs(of[inside], study[inside], twice.days)
            hit &= flagged(owners, pairs.count)
        return hit


def _places(keys: Numbers, wanted: Numbers) -> Numbers:
    """Return where these stand among ascending keys; -1 where they do not."""
    if not len(keys):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1)
