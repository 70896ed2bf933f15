"""The facets of a snapshot as codes: of combinations, studies and series, and the bags of patients and datasets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from explorer.counts.engine.compiled import Compiled
from explorer.counts.engine.kept import read_columns
from explorer.counts.engine.pairs import Pairs
from explorer.counts.engine.types import Flags, Numbers
from explorer.counts.engine.vocabulary import Vocabulary
from explorer.counts.engine.wide import Wide
from explorer.facets import FACETS, Criterion, Facet, Scalar
from explorer.facets.bins import EDGES, YEARS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from explorer.counts.engine.arrays import Arrays

__all__ = ["Coded", "Codes", "Item"]

Item = Literal["cell", "study", "series"]
"""What has codes of its own: cells those of combinations, studies those of dates and ages, series those of texts."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A facet of series or studies as codes.

    Attributes
    ----------
    item
        What is counted for it.
    codes
        Of each combination where the items are cells, else of each item.
    size
        How many codes there are, that of missing, the last, included.
    """

    item: Item
    codes: Numbers
    size: int


class Codes:
    """The codes of a snapshot's facets, each read or made when first asked for.

    Parameters
    ----------
    arrays
        The snapshot's.
    cursor, prefix
        Where the prepared tables are read from, and what their names begin with there.
    """

    def __init__(self, arrays: Arrays, cursor: DuckDBPyConnection, prefix: str) -> None:
        self._arrays = arrays
        self._kept = arrays.kept
        self._combinations = read_columns(cursor, f"SELECT {', '.join(_OF_SERIES)} FROM {prefix}combination")
        words: dict[str, list[str]] = {name: [] for name, facet in FACETS.items() if facet.kind in _WORDS}
        select = f"SELECT facet, value FROM {prefix}facet_value WHERE value IS NOT NULL ORDER BY facet, code"
        for name, value in cursor.execute(select).fetchall():
            if name in words:
                words[name].append(value)
        self._words = {name: Vocabulary(FACETS[name].kind, values) for name, values in words.items()}

    @property
    def combinations(self) -> int:
        """How many combinations there are."""
        return len(self._combinations[_OF_SERIES[0]])

    def vocabulary(self, facet: Facet) -> Vocabulary:
        """Return the distinct values of a facet that is no text."""
        if facet.kind in _WORDS:
            return self._words[facet.name]
        return self._numbers(facet)[0]

    def combination_codes(self, facet: Facet) -> Numbers:
        """Return the code of each combination: of a value, a bin, or whether a text is missing (1)."""
        return self._combinations[facet.name]

    def combinations_meeting(self, criterion: Criterion) -> Flags:
        """Return which combinations meet a criterion on a category of series."""
        facet = FACETS[criterion.facet]
        return self.vocabulary(facet).wanted(criterion)[self.combination_codes(facet)]

    def study_codes(self, facet: Facet) -> Numbers:
        """Return the code of each study for a facet of studies."""
        return (
            self._numbers(facet)[1]
            if facet.kind not in _WORDS
            else self._kept.get(("codes", facet.name), self._read_codes, facet)
        )

    def wide(self, facet: Facet) -> Wide:
        """Return a facet of patients or datasets."""
        return self._kept.get(("wide", facet.name), self._read_wide, facet)

    def coded(self, facet: Facet, *, binned: bool) -> Coded:
        """Return the codes of a facet of series or studies.

        Parameters
        ----------
        binned
            Codes of bins for numbers and dates, and of whether there is one for texts; else of the values themselves.
        """
        binned = binned and facet.kind not in _WORDS
        return self._kept.get(("coded", facet.name, binned), self._coded, facet, binned)

    def bins(self, facet: Facet) -> Numbers:
        """Return the number of the bin that each code of `coded(facet, binned=True)` stands for, but for missing."""
        if facet.level == "series":
            return np.arange(len(EDGES))
        return self._kept.get(("bins", facet.name), self._bins, facet)

    def values(self, facet: Facet, codes: Numbers) -> list[Scalar]:
        """Return the values that codes of `coded(facet, binned=False)` stand for, None for missing."""
        if facet.kind != "text":
            scalars = self.vocabulary(facet).scalars
            return [scalars[code] for code in codes.tolist()]
        select = "SELECT rowid, text FROM text_value WHERE rowid IN (SELECT unnest(?::BIGINT[]))"
        with self._kept.cursor() as cursor:
            found = dict(cursor.execute(select, [codes.tolist()]).fetchall())
        return [found.get(code) for code in codes.tolist()]

    def pairs(self, facet: Facet, *, binned: bool) -> Pairs:
        """Return the distinct (code, patient) pairs of `coded`."""
        binned = binned and facet.kind not in _WORDS
        return self._kept.get(("pairs", facet.name, binned), self._pairs, facet, binned)

    def compiled(self) -> Compiled | None:
        """Return the compiled loops over the cells; None where numpy has to count."""
        return self._kept.get("compiled", self._compile) if Compiled.ready() else None

    def pair_series(self, facet: Facet, *, binned: bool) -> Numbers:
        """Return how many series each pair has in the snapshot."""
        binned = binned and facet.kind not in _WORDS
        return self._kept.get(("pair_series", facet.name, binned), self._pair_series, facet, binned)

    def series_texts(self, facet: Facet) -> Numbers:
        """Return the place of each series' text in ``text_value``, that of missing being after the last."""
        return self._kept.column(f"SELECT {facet.name} FROM series_unit")

    def series_numbers(self, facet: Facet) -> Numbers:
        """Return the number of each series; NaN where it is missing."""
        return self._kept.column(f"SELECT {facet.name}::DOUBLE FROM series")

    @property
    def texts(self) -> int:
        """How many distinct texts there are."""
        return int(self._kept.column("SELECT count(*) FROM text_value")[0])

    def text_places(
        self, asking: Callable[[DuckDBPyConnection], AbstractContextManager[None]], select: str, *values: object
    ) -> Numbers:
        """Return the numbers that a SELECT on ``text_value`` finds, while `asking` holds the cursor."""
        with self._kept.cursor() as cursor, asking(cursor):
            return np.array([place for (place,) in cursor.execute(select, list(values)).fetchall()], np.int64)

    # --- Made when first asked for ------------------------------------------------------------------------------------

    def _numbers(self, facet: Facet) -> tuple[Vocabulary, Numbers]:
        return self._kept.get(("numbers", facet.name), self._read_numbers, facet)

    def _read_numbers(self, facet: Facet) -> tuple[Vocabulary, Numbers]:
        value = f"{facet.name} - DATE '1970-01-01'" if facet.kind == "date" else facet.name
        numbers = self._kept.read(f"SELECT ({value})::DOUBLE FROM {facet.level}")
        held = ~np.isnan(numbers)
        values, codes = np.unique(numbers[held], return_inverse=True)
        all_codes = np.full(len(numbers), len(values), _narrow(len(values)))
        all_codes[held] = codes
        whole = facet.kind == "date" or facet.column.type == "integer"
        return Vocabulary(facet.kind, values.astype(np.int64) if whole else values), all_codes

    def _read_codes(self, facet: Facet) -> Numbers:
        """Read the code of each study or patient for a facet of categories."""
        words = self.vocabulary(facet)
        values = list(words.values)
        select = (
            f"SELECT coalesce(code, ?)::UINTEGER FROM {facet.level} LEFT JOIN "
            "(SELECT unnest(?::VARCHAR[]) AS value, unnest(range(?)) AS code) AS word "
            f"ON word.value = {facet.level}.{facet.name} ORDER BY {facet.level}_key"
        )
        return self._kept.read(select, len(values), values, len(values))

    def _read_wide(self, facet: Facet) -> Wide:
        if facet.level == "patient" and facet.kind == "category":
            return Wide.of_codes(self.vocabulary(facet), self._read_codes(facet))
        if facet.level == "patient" and facet.kind in ("number", "date"):
            return Wide.of_codes(*self._numbers(facet))
        if facet.kind in ("number", "date"):
            vocabulary, codes = self._numbers(facet)
            return Wide.of_codes(vocabulary, codes[self._arrays.patient_dataset])
        vocabulary = self.vocabulary(facet)
        place = {value: code for code, value in enumerate(vocabulary.values)}
        with self._kept.cursor() as cursor:
            held = cursor.execute(f"SELECT {facet.name} FROM {facet.level} ORDER BY {facet.level}_key").fetchall()
        bags = [[] if value is None else [value] if isinstance(value, str) else value for (value,) in held]
        bag = self._arrays.patient_dataset if facet.level == "dataset" else np.arange(self._arrays.patients)
        return Wide.of_bags(vocabulary, bag, [[place[value] for value in dict.fromkeys(values)] for values in bags])

    def _bins(self, facet: Facet) -> Numbers:
        return np.unique(_bin_numbers(facet, np.asarray(self.vocabulary(facet).values)))

    def _coded(self, facet: Facet, binned: bool) -> Coded:
        if facet.level == "study":
            codes, size = self.study_codes(facet), len(self.vocabulary(facet)) + 1
            if binned and facet.kind in ("number", "date"):
                numbers = _bin_numbers(facet, np.asarray(self.vocabulary(facet).values))
                bins, of_value = np.unique(numbers, return_inverse=True)
                codes, size = np.append(of_value, len(bins)).astype(_narrow(len(bins)))[codes], len(bins) + 1
            return Coded("study", codes, size)
        if binned or facet.kind == "category":
            sizes = {"category": len(self._words.get(facet.name, ())), "text": 1, "number": len(EDGES)}
            return Coded("cell", self.combination_codes(facet), sizes[facet.kind] + 1)
        if facet.kind == "text":
            return Coded("series", self.series_texts(facet), self.texts + 1)
        return Coded("series", self._numbers(facet)[1], len(self.vocabulary(facet)) + 1)

    def _pairs(self, facet: Facet, binned: bool) -> Pairs:
        coded = self.coded(facet, binned=binned)
        match coded.item:
            case "cell":
                return Pairs.among(coded.codes[self._arrays.cell_combination], self._arrays.cell_patient, coded.size)
            case "study":
                return Pairs.among(coded.codes, self._arrays.study_patient, coded.size)
            case "series":
                patients = self._arrays.study_patient[self._arrays.unit_study][self._arrays.series_unit]
                return Pairs.among(coded.codes, patients, coded.size)

    def _compile(self) -> Compiled:
        coded = {name: self.coded(FACETS[name], binned=True) for name in _OF_SERIES}
        return Compiled(self._arrays, {name: (each.codes, each.size) for name, each in coded.items()})

    def _pair_series(self, facet: Facet, binned: bool) -> Numbers:
        pairs, item = self.pairs(facet, binned=binned), self.coded(facet, binned=binned).item
        weights = (
            {"cell": self._arrays.cell_series, "series": None}.get(item)
            if item != "study"
            else self._arrays.study_series
        )
        return np.bincount(pairs.of, weights=weights, minlength=pairs.count).astype(np.int64)


_WORDS = ("category", "many-valued")
_OF_SERIES = tuple(facet.name for facet in FACETS.values() if facet.level == "series")


def _narrow(most: int) -> type[np.unsignedinteger[Any]]:
    """Return the narrowest type for the numbers from 0 to `most`."""
    return np.uint8 if most < 2**8 else np.uint16 if most < 2**16 else np.uint32


def _bin_numbers(facet: Facet, values: Numbers) -> Numbers:
    """Return the number of the bin of each value, as `explorer.facets.bins` numbers them."""
    if facet.kind == "date":
        return values.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    if facet.column.unit == "years":
        return np.floor_divide(values, YEARS).astype(np.int64)
    return np.maximum(np.searchsorted(EDGES, values, side="right") - 1, 0)
