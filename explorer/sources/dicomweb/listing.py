"""Everything that a query finds, page by page, with each page checked against the one before.

An archive may ignore `limit` or `offset`, and may change while it is read: a study that goes moves all later ones up,
and one of them falls between two pages unseen. So every page begins with the last result of the page before; where it
does not, reading starts again. Results that come twice must come twice in the same places when it is read once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from explorer.errors import SurroundingsError
from explorer.sources.dicomweb.answer import Page
from explorer.sources.dicomweb.client import Archive

__all__ = ["PAGE", "Row", "everything"]

Row = dict[str, object]
Query = Sequence[tuple[str, str]]

PAGE = 100
"""Results asked for at once."""

_ROUNDS = 3
_GROWTH = 8
_MOST_RESULTS = 2_000_000


@dataclass
class _Reading:
    """Reads all pages of one query; `key` names a result, equal keys mean the same one."""

    archive: Archive
    path: str
    query: Query
    key: Callable[[Row], object]
    notes: Counter[str]
    limit: int
    expected: int | None

    def page(self, limit: int, offset: int) -> Page:
        return self.archive.ask(self.path, [*self.query, ("limit", str(limit)), ("offset", str(offset))])

    def once(self) -> list[Row] | None:
        """Return every result, None where the order changed between two pages."""
        first = self.page(self.limit, 0)
        rows = list(first.rows)
        if len(rows) < 2:
            # The next page would begin with the same result whether or not `offset` is heeded.
            return rows if not first.more else self._at_once(first)
        if len(rows) == self.expected and len(rows) < self.limit and not first.more:
            return rows
        last, seen = first, set(self._keys(rows))
        while len(rows) < _MOST_RESULTS:
            page = self.page(self.limit, len(rows) - 1)
            if not page.rows:
                return None
            if self._keys(page.rows) == self._keys(first.rows):
                return self._at_once(first)
            if self.key(page.rows[0]) != self.key(rows[-1]):
                return None
            if len(page.rows) == 1:
                return rows if not last.more else None
            if seen.issuperset(self._keys(page.rows)):
                return None
            rows += page.rows[1:]
            seen.update(self._keys(page.rows))
            last = page
        raise SurroundingsError(f"{self.archive.address}{self.path} gives more than {_MOST_RESULTS:,} results.")

    def _at_once(self, page: Page) -> list[Row]:
        """Return every result of an archive that ignores `offset`, in one page that is not full."""
        limit = self.limit
        while len(page.rows) == limit and limit < _MOST_RESULTS:
            limit *= _GROWTH
            page = self.page(limit, 0)
        if page.more:
            raise SurroundingsError(
                f"{self.archive.address}{self.path} gives {len(page.rows):,} results, says that there are more, and "
                "gives the same ones again when it is asked for those: its offset does not work. Narrow the question "
                "with --since, or ask the archive's operator."
            )
        self.notes["queries whose offset the archive ignored: what it gave at once was taken as everything"] += 1
        return page.rows

    def _keys(self, rows: Sequence[Row]) -> list[object]:
        return [self.key(row) for row in rows]


def everything(
    archive: Archive,
    path: str,
    query: Query,
    key: Callable[[Row], object],
    notes: Counter[str],
    limit: int = PAGE,
    expected: int | None = None,
) -> list[Row]:
    """Return every result of a query, in the archive's order, each key once.

    Parameters
    ----------
    archive
        Who is asked.
    path
        Path below the root.
    query
        Names and values, without ``limit`` and ``offset``.
    key
        What a result is known by.
    notes
        Takes what was noticed.
    limit
        Results asked for at once.
    expected
        How many there should be, where that is known; it saves the question for more.

    Raises
    ------
    SurroundingsError
        The archive cannot be read, or gives its results in another order each time.
    """
    reading = _Reading(archive, path, query, key, notes, limit, expected)
    before: list[object] = []
    for _ in range(_ROUNDS):
        rows = reading.once()
        if rows is None:
            continue
        distinct: dict[object, Row] = {}
        for row in rows:
            distinct.setdefault(key(row), row)
        keys = [key(row) for row in rows]
        if len(distinct) == len(rows):
            return rows
        if len(rows) <= limit or keys == before:
            notes["results that the archive gave twice, counted once"] += len(rows) - len(distinct)
            return list(distinct.values())
        before = keys
    raise SurroundingsError(
        f"{archive.address}{path} gave its pages in another order each of {_ROUNDS} times, as if the archive were "
        "being changed all the while; try again later."
    )
