from __future__ import annotations

import re
from pathlib import Path

import pytest

from explorer.facets import FACETS
from explorer.facets.bins import EDGES
from explorer.schema import TABLES
from explorer.snapshot import Snapshot
from explorer.snapshot.prepare import PREPARED, PREPARED_TABLES
from explorer.sources import RowsSource

PAGE = (Path(__file__).parents[2] / "docs" / "snapshot.md").read_text("utf-8")
ROWS = {cells[0]: cells[1:] for cells in re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE)}
BLOCKS = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


def test_every_table_is_on_the_page() -> None:
    assert set(ROWS) == {table.name for table in TABLES} | set(PREPARED_TABLES)


@pytest.mark.parametrize("table", PREPARED_TABLES)
def test_every_prepared_column_is_on_the_page(table: str) -> None:
    facets = set(FACETS) if table == "combination" else set()
    assert {f"`{column}`" for column in set(PREPARED_TABLES[table]) - facets} <= set(
        re.findall(r"`\w+`", ROWS[table][0])
    )


def test_every_query_runs_and_they_agree(tmp_path: Path) -> None:
    rows = [{"PatientID": f"p{number % 5}", "Modality": ("CT", "MR", None)[number % 3]} for number in range(20)]
    answers = []
    with Snapshot.build(RowsSource(rows), store=tmp_path).cursor() as cursor:
        for block in BLOCKS:
            answers.append(sorted(cursor.execute(block).fetchall(), key=str))
    assert answers[0] == answers[1] != []


def test_the_numbers_are_the_ones_in_force(default_snapshot: Snapshot) -> None:
    text = " ".join(PAGE.split())
    assert f"this is version {PREPARED}" in text
    assert f"50 … {EDGES[-1]:,}, and missing is {len(EDGES)}" in text
    with default_snapshot.cursor() as cursor:
        ((combinations,),) = cursor.execute("SELECT count(*) FROM combination").fetchall()
    assert f"{combinations:,} stand for the {default_snapshot.totals['series']:,} series" in text
