"""A page of the cohort's rows: its keys and amounts from the engine's arrays, everything else from the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.amounts import MISSING, amount
from explorer.counts.engine.turning import in_blocks, lowest, walked
from explorer.counts.sql import Value
from explorer.counts.tables import TableLevel, amounts_of, check_columns, select_order, select_page, table_of
from explorer.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from explorer.counts.engine.amounts import Amount
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.counts.engine.types import Flags, Numbers
    from explorer.schema import Level

__all__ = ["Page", "read_page"]

_FEW = 4
"""Adding up for a fourth of all patients or studies takes as long as for all of them."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are wanted: `limit` of those of a level in an order, `offset` being skipped.

    Raises
    ------
    UserError
        There is no such level or column, or a number is negative.
    """

    level: TableLevel
    columns: Sequence[str] | None
    sort: str | None
    descending: bool
    offset: int
    limit: int

    def __post_init__(self) -> None:
        check_columns(self.level, [*(self.columns or ()), *([self.sort] if self.sort else ())])
        if self.offset < 0 or self.limit < 0:
            raise UserError(f"a page of {self.limit} rows from {self.offset} on; neither can be negative")


def read_page(work: Evaluation, page: Page) -> pd.DataFrame:
    """Return a page of the rows of a definition on a snapshot."""
    with work.snapshot.cursor() as cursor, work.rules.asking(cursor):
        keys = _keys(work, page, cursor)
        wanted = amounts_of(page.level, page.columns)
        amounts = {name: _told(amount(work, page.level, name, keys)) for name in wanted}
        select = select_page(page.level, page.columns, keys.tolist(), amounts)
        return cursor.execute(select.text, list(select.values)).df()


def _keys(work: Evaluation, page: Page, cursor: DuckDBPyConnection) -> Numbers:
    """Return the keys of the rows on a page, in its order."""
    for name in amounts_of(page.level):
        if name == page.sort:
            return _sorted_by(work, page, name)
    order: Numbers | range = range(work.arrays.nesting.sizes[page.level])
    if not page.sort:
        return _walked(work, page, page.level, order)

    def read(select: str) -> Numbers:
        work.rules.go_on()
        return cursor.execute(select).fetchnumpy()["key"]

    table = table_of(page.level, page.sort)
    order = work.arrays.orders.get(select_order(table, page.sort, page.descending), read)
    return _walked(work, page, table, order)


def _sorted_by(work: Evaluation, page: Page, name: Amount) -> Numbers:
    """Return the keys of the rows on a page sorted by an amount."""
    keys = work.members if page.level == "patient" else np.flatnonzero(work.taken.studies)
    few = len(keys) < work.arrays.nesting.sizes[page.level] // _FEW
    numbers = amount(work, page.level, name, keys) if few else amount(work, page.level, name)[keys]
    return keys[lowest(numbers, page.descending, page.offset, page.limit)]


def _walked(work: Evaluation, page: Page, table: Level, order: Numbers | range) -> Numbers:
    """Return the keys of the rows on a page, whose order is that of a table of their own or of what they belong to."""
    nesting = work.arrays.nesting
    first = 1 + (page.offset + page.limit) * len(order) // max(nesting.sizes[page.level], 1)
    blocks = in_blocks(order, first)
    if table != page.level:
        blocks = (nesting.within(page.level, table, owners)[0] for owners in blocks)
    return walked(blocks, partial(_held, work, page.level), page.offset, page.limit)


def _held(work: Evaluation, level: Level, keys: Numbers) -> Flags:
    """Return which of some keys the cohort has rows for."""
    if level == "series":
        return work.taken.holds(keys)
    return (work.rules.members if level == "patient" else work.taken.studies)[keys]


def _told(numbers: Numbers) -> list[Value]:
    return [None if number == MISSING else number for number in numbers.tolist()]
