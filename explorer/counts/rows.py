"""The rows of a cohort: all of them, a page, those of some series, a sample, a file. None where they are protected."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from explorer.counts.finding import Found, find_rows
from explorer.counts.opened import Moment, StudyRow, StudySeries, moments_of, series_of, studies_of
from explorer.counts.pages import Page, TablePage, page_keys, read_page, read_rows
from explorer.counts.sample import Sample, draw_sample
from explorer.counts.small_counts import WITHHELD, SmallCounts
from explorer.counts.tables import TableLevel, check_columns, columns_of, select_rows, select_series
from explorer.counts.workings import Workings
from explorer.counts.write import write_rows
from explorer.errors import SurroundingsError

if TYPE_CHECKING:
    import pandas as pd

    from explorer.cohort import CohortDefinition
    from explorer.snapshot import Snapshot

__all__ = ["CohortRows"]


class CohortRows(Workings):
    """What of a cohort is told row by row."""

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot, small_counts: str | None) -> None:
        super().__init__(definition, snapshot)
        self.protected = SmallCounts.holding(small_counts)

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
        UserError
            There is no such level or column, or a number is negative.
        SurroundingsError
            Small counts are protected; then there are no rows.
        """
        self._refuse_rows()
        if limit is not None:
            page = Page(level, columns, sort, descending, int(offset), int(limit))
            return read_page(self._evaluated(), page)
        return self._work().frame(select_rows(level, columns=columns, sort=sort, descending=descending))

    def page(
        self,
        level: TableLevel = "patient",
        *,
        columns: Sequence[str] | None = None,
        sort: str | None = None,
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
        seed: int | None = None,
        found: Found | None = None,
    ) -> TablePage:
        """Return a page of the cohort's rows, with their keys and how many rows there are; otherwise like `frame`.

        Parameters
        ----------
        level, columns, sort, descending, limit, offset
            As in `frame`.
        seed
            Gives the rows in an order at random instead of that of `sort`, the same everywhere for the same seed.
        found
            What `find` found at this level; then only that is on the pages.

        Raises
        ------
        UserError
            There is no such level or column, a number is negative, or the rows are both sorted and at random.
        SurroundingsError
            Small counts are protected; then there are no rows.
        """
        self._refuse_rows()
        work = self._evaluated()
        among = None if found is None else found.among
        page = Page(level, columns, sort, descending, int(offset), int(limit), seed, among)
        keys = page_keys(work, page)
        if found is not None:
            total = found.total
        elif level == "patient":
            total = len(work.members)
        else:
            total = work.taken.size.studies if level == "study" else work.taken.size.series
        return TablePage(read_rows(work, page, keys), tuple(keys.tolist()), total)

    def find(self, text: str, level: TableLevel = "patient") -> Found:
        """Return the rows that an identifier stands for.

        Parameters
        ----------
        text
            A part of a PatientID, in any case; or the UID of a study or series, whole or from 8 characters of it on.
        level
            Of which level the rows are.

        Raises
        ------
        UserError
            There is no such level.
        SurroundingsError
            Small counts are protected; then there are no rows.
        """
        self._refuse_rows()
        check_columns(level, ())
        return find_rows(self._evaluated(), level, text)

    def moments(self, patients: Sequence[int]) -> Mapping[int, tuple[Moment, ...]]:
        """Return all studies of patients, given by the keys of a page, on the patients' time lines."""
        self._refuse_rows()
        return moments_of(self._evaluated(), patients)

    def studies_of(self, patients: Sequence[int]) -> Mapping[int, tuple[StudyRow, ...]]:
        """Return the studies taken of patients, given by the keys of a page, in the order of time."""
        self._refuse_rows()
        return studies_of(self._evaluated(), patients)

    def series_of(self, study: int, limit: int = 1_000) -> StudySeries:
        """Return the series taken of a study, given by its key, and what of it is not taken."""
        self._refuse_rows()
        return series_of(self._evaluated(), study, limit)

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
