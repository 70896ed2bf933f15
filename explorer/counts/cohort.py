"""A cohort: a definition on a snapshot, and everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from explorer.cohort import Advice, CohortDefinition
from explorer.counts.answers import FacetCounts, Histogram, Step, Totals, protected_pair
from explorer.counts.attrition import attrition
from explorer.counts.explain import explain_sql
from explorer.counts.facet_counts import (
    active_group,
    count_choosable,
    count_missing,
    count_values,
    find_group,
)
from explorer.counts.histogram import count_bins
from explorer.counts.levels import LevelCounts, count_levels
from explorer.counts.overlap import Overlap, count_overlap, require_same
from explorer.counts.program import NamedGroup
from explorer.counts.sample import Sample, draw_sample
from explorer.counts.scratch import Scratch
from explorer.counts.small_counts import WITHHELD, Count, SmallCounts
from explorer.counts.sources import Citation, Licence, citations, licences
from explorer.counts.tables import columns_of, select_rows, select_series
from explorer.counts.workings import Workings
from explorer.counts.write import write_rows
from explorer.errors import OperatorError, SurroundingsError, UnknownFacetError
from explorer.facets import Facet

if TYPE_CHECKING:
    import pandas as pd

    from explorer.snapshot import Snapshot

__all__ = ["Cohort"]

T = TypeVar("T")


class Cohort(Workings):
    """The patients and series that a definition selects in one snapshot.

    Nothing is computed before it is asked for, and nothing is kept that could go stale: definition and
    snapshot never change. May be asked from several threads.

    Parameters
    ----------
    definition
        The rule.
    snapshot
        Where to look.
    small_counts
        Threshold and rounding under which numbers are told, ``"10,10"``; None is what this process was started with,
        by default none. Where it was started with one, no other holds.

    Attributes
    ----------
    protected
        The policy under which every number is told; None where all are exact. Under one there are no rows.

    Raises
    ------
    DefinitionError
        The definition names a facet, an operator or a type of value that the snapshot does not have.
    SurroundingsError
        ``COHORT_EXPLORER_SMALL_COUNTS`` says no policy, or another one.

    Examples
    --------
    >>> import explorer
    >>> from explorer.facets import Modality
    >>> rule = explorer.CohortDefinition().including(Modality.is_in("PT"))
    >>> cohort = explorer.Cohort(rule, explorer.Snapshot.open())    # doctest: +SKIP
    >>> cohort.totals().patients                                    # doctest: +SKIP
    2587
    """

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot, *, small_counts: str | None = None) -> None:
        super().__init__(definition, snapshot)
        self.protected = SmallCounts.holding(small_counts)
        self.advice: tuple[Advice, ...] = definition.check(snapshot)
        self._answers: dict[tuple[object, ...], Any] = {}

    def totals(self) -> Totals:
        """Return how many patients, datasets, studies, series, instances and bytes the cohort has.

        Patients and datasets are those of the members; the rest is that of the series that are taken.
        """
        work = self._work()
        ((patients, datasets),) = work.rows(
            "SELECT count(*), count(DISTINCT dataset_key) FROM member JOIN patient USING (patient_key)"
        )
        (taken,) = work.rows("SELECT count(DISTINCT study_key), count(*), sum(instances), sum(bytes) FROM taken")
        studies, series, instances, size = (int(number or 0) for number in taken)
        totals = Totals(self.snapshot.id, patients, datasets, studies, series, instances, size)
        return totals.under(self.protected, self._takers())

    def facet(self, name: str, group: str | None = None) -> FacetCounts:
        """Return what choosing each value of a facet would give, its own criterion left out.

        Parameters
        ----------
        name
            Name of the facet.
        group
            The group in which the values are tried, ``include:0`` or ``exclude:1``, or ``new`` for one more include
            group on the level of series; by default the first include group that names the facet, else the first,
            else a new one.

        Returns
        -------
        FacetCounts
            Every value with its patients and series, missing as None; zeros left out, never truncated.
        """
        return self._counted(count_values, name, group).under(self.protected)

    def histogram(self, name: str, group: str | None = None) -> Histogram:
        """Return what choosing each range of a number or date facet would give; otherwise like `facet`."""
        facet = self._facet(name)
        if facet.kind not in ("number", "date"):
            raise OperatorError(f"{name} is a {facet.kind} facet; only numbers and dates have a histogram")
        return self._counted(count_bins, name, group).under(self.protected)

    def missing(self, name: str, group: str | None = None) -> FacetCounts:
        """Return only what choosing "missing" of a facet would give; for texts, whose values are too many to count."""
        return self._counted(count_missing, name, group).under(self.protected)

    def choosable(self, name: str, group: str | None = None) -> tuple[Count, Count]:
        """Return the patients and series among which the values of a facet are chosen: the whole of its shares."""
        return protected_pair(self.protected, *self._counted(count_choosable, name, group))

    def levels(self) -> LevelCounts:
        """Return the patients that the cohort would have if one group held on another level, for each group."""
        return count_levels(self._work(), self.snapshot, self.protected)

    def attrition(self) -> tuple[Step, ...]:
        """Return what each rule costs: in order, alone, and when only it is left out."""
        *steps, last = attrition(self._work())
        return (*(step.under(self.protected) for step in steps), last.under(self.protected, self._takers()))

    def licences(self) -> tuple[Licence, ...]:
        """Return the licences of the taken series, with patients, series and bytes."""
        return licences(self._work(), self.protected)

    def citations(self) -> tuple[Citation, ...]:
        """Return the publications that the taken series belong to, with patients and series."""
        return citations(self._work(), self.protected)

    def overlap(self, other: Cohort) -> Overlap:
        """Return how many patients this cohort and another share, and how many only one of them has.

        Parameters
        ----------
        other
            The second cohort, of the same snapshot.

        Raises
        ------
        UserError
            It is of another snapshot.
        """
        require_same(self.snapshot, other.snapshot)
        overlap = count_overlap(self._work(), other._work(), self.snapshot.id)
        return overlap.under(self.protected or other.protected)

    def sql(self) -> str:
        """Return one SELECT that gives the totals, to be run as it stands in DuckDB on the snapshot."""
        return explain_sql(self.definition)

    def frame(
        self,
        level: Literal["patient", "study", "series"] = "patient",
        *,
        columns: Sequence[str] | None = None,
        sort: str | None = None,
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> pd.DataFrame:
        """Return the cohort's rows at a level as a DataFrame, all of them or a page.

        Parameters
        ----------
        level
            ``patient`` (every member), ``study`` or ``series`` (those that the cohort takes).
        columns
            Columns wanted, in order; all by default.
        sort, descending
            Column to sort by; missing values come last, ties stand in the order of the snapshot.
        limit, offset
            Number of rows, and how many to skip.

        Raises
        ------
        SurroundingsError
            Small counts are protected; then there are no rows.
        """
        self._refuse_rows()
        select = select_rows(level, columns=columns, sort=sort, descending=descending, limit=limit, offset=offset)
        return self._work().frame(select)

    def series(self, uids: Sequence[str], *, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Return the rows, in the order of the snapshot, of those of these series that the cohort takes.

        Parameters
        ----------
        uids
            SeriesInstanceUIDs, in any number.
        columns
            Columns wanted; all by default.

        Raises
        ------
        SurroundingsError
            Small counts are protected; then there are no rows.
        """
        self._refuse_rows()
        if not uids:
            return []
        names = list(columns or columns_of("series"))
        return [dict(zip(names, row, strict=True)) for row in self._work().rows(select_series(uids, names))]

    def sample(
        self,
        n: int = 24,
        by: str | None = "vendor",
        seed: int = 7,
        *,
        columns: Sequence[str] | None = None,
        among: Collection[str] | None = None,
    ) -> Sample:
        """Return images of the cohort to look at, drawn at random but the same everywhere for the same seed.

        Each image series has a lot, the MD5 of seed and SeriesInstanceUID. The values of `by` take turns, those with
        most series first; of each value patients come first that it has not shown yet, then the lowest lots.

        Parameters
        ----------
        n
            How many series, 1 to 1,000; all where there are fewer.
        by
            Facet with values, over which the sample is spread; missing is one more value. None: over nothing.
        seed, columns
            Another seed draws others; columns of the rows are all by default.
        among
            SeriesInstanceUIDs from which alone is drawn, such as those on this computer; None is all.

        Raises
        ------
        UserError
            There is no such facet or column, or `n` or `seed` is none.
        SurroundingsError
            Small counts are protected; then there are no rows.
        """
        self._refuse_rows()
        return draw_sample(self._work(), n, by, seed, columns, among)

    def write_table(self, level: str, path: Path | str) -> int:
        """Write the cohort's rows at a level to a ``.csv`` or ``.parquet`` file, and return how many rows it has.

        Raises
        ------
        SurroundingsError
            The file cannot be written, or small counts are protected; then there are no rows.
        """
        self._refuse_rows()
        return write_rows(self._work(), select_rows(level), Path(path))

    def _refuse_rows(self) -> None:
        """Raise where rows are not to be seen."""
        if self.protected:
            raise SurroundingsError(f"{WITHHELD} {self.protected.sentence()}")

    def _takers(self) -> int | None:
        """Return how many patients there are of whom a series is taken; None where nobody needs to know."""
        if self.protected is None:
            return None
        return int(self._work().rows("SELECT count(DISTINCT patient_key) FROM taken")[0][0])

    def _facet(self, name: str) -> Facet:
        try:
            return self.snapshot.facets[name]
        except KeyError:
            raise UnknownFacetError(
                f"this snapshot has no facet {name!r}; its facets: {', '.join(self.snapshot.facets)}"
            ) from None

    def _counted(self, count: Callable[[Scratch, Facet, NamedGroup | None], T], name: str, label: str | None) -> T:
        facet, work = self._facet(name), self._work()
        group = find_group(work.program, label) if label else active_group(work.program, facet)
        key = (count, name, group.label if group else None)
        if key not in self._answers:
            self._answers[key] = count(work, facet, group)
        answer: T = self._answers[key]
        return answer
