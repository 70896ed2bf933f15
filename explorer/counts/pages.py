"""A page of the cohort's rows: its keys and amounts from the engine's arrays, everything else from the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.amounts import MISSING, amount
from explorer.counts.engine.turning import in_blocks, lowest, walked
from explorer.counts.finding import held_of
from explorer.counts.sql import Value
from explorer.counts.tables import (
    TableLevel,
    amounts_of,
    check_columns,
    select_lots,
    select_order,
    select_page,
    table_of,
)
from explorer.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from explorer.counts.engine.amounts import Amount
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.counts.engine.types import Flags, Numbers
    from explorer.schema import Level

__all__ = ["Page", "TablePage", "page_keys", "read_page", "read_rows"]

_FEW = 4
"""Adding up for a fourth of all patients or studies takes as long as for all of them."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are wanted: `limit` of those of a level in an order, `offset` being skipped.

    Attributes
    ----------
    seed
        Draws the rows in an order at random, the same everywhere for the same seed; None is the order of `sort`.
    among
        Which rows of the snapshot may stand on the page, by their keys; None is all.

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
    seed: int | None = None
    among: Flags | None = None

    def __post_init__(self) -> None:
        check_columns(self.level, [*(self.columns or ()), *([self.sort] if self.sort else ())])
        if self.offset < 0 or self.limit < 0:
            raise UserError(f"a page of {self.limit} rows from {self.offset} on; neither can be negative")
        if self.seed is not None and (self.sort or self.seed < 0):
            raise UserError(f"rows in the random order of seed {self.seed}: it is 0 or more, and no column sorts them")


@dataclass(frozen=True, eq=False)
class TablePage:
    """A page of a cohort's rows.

    Attributes
    ----------
    rows
        The rows in order.
    keys
        Their keys in the snapshot, by which their studies and series are asked for.
    total
        How many rows there are on all pages together.
    """

    rows: pd.DataFrame
    keys: tuple[int, ...]
    total: int


def read_page(work: Evaluation, page: Page) -> pd.DataFrame:
    """Return a page of the rows of a definition on a snapshot."""
    return read_rows(work, page, page_keys(work, page))


def read_rows(work: Evaluation, page: Page, keys: Numbers) -> pd.DataFrame:
    """Return the rows with these keys, in their order and with the columns of a page."""
    with work.snapshot.cursor() as cursor, work.rules.asking(cursor):
        wanted = amounts_of(page.level, page.columns)
        amounts = {name: _told(amount(work, page.level, name, keys)) for name in wanted}
        select = select_page(page.level, page.columns, keys.tolist(), amounts)
        return cursor.execute(select.text, list(select.values)).df()


def page_keys(work: Evaluation, page: Page) -> Numbers:
    """Return the keys of the rows on a page, in its order."""
    with work.snapshot.cursor() as cursor, work.rules.asking(cursor):
        return _keys(work, page, cursor)


def _keys(work: Evaluation, page: Page, cursor: DuckDBPyConnection) -> Numbers:
    """Return the keys of the rows on a page, in its order."""
    for name in amounts_of(page.level):
        if name == page.sort:
            return _sorted_by(work, page, name)
    order: Numbers | range = range(work.arrays.nesting.sizes[page.level])

    def read(select: str) -> Numbers:
        work.rules.go_on()
        return cursor.execute(select).fetchnumpy()["key"]

    if page.seed is not None:
        order = work.arrays.orders.get(select_lots(page.level, page.seed), read)
    if not page.sort:
        return _walked(work, page, page.level, order)
    table = table_of(page.level, page.sort)
    order = work.arrays.orders.get(select_order(table, page.sort, page.descending), read)
    return _walked(work, page, table, order)


def _sorted_by(work: Evaluation, page: Page, name: Amount) -> Numbers:
    """Return the keys of the rows on a page sorted by an amount."""
    keys = work.members if page.level == "patient" else np.flatnonzero(work.taken.studies)
    keys = keys if page.among is None else keys[page.among[keys]]
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
    return walked(blocks, partial(_held, work, page), page.offset, page.limit)


def _held(work: Evaluation, page: Page, keys: Numbers) -> Flags:
    """Return which of some keys the page can have rows for."""
    held = held_of(work, page.level, keys)
    return held if page.among is None else held & page.among[keys]


def _told(numbers: Numbers) -> list[Value]:
    return [None if number == MISSING else number for number in numbers.tolist()]
