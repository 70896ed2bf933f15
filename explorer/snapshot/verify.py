"""Whether a snapshot's file still holds what its id says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.errors import SnapshotError
from explorer.facets import FACETS
from explorer.facets.fold import fold
from explorer.snapshot.about import read_totals
from explorer.snapshot.content import content_id
from explorer.snapshot.prepare import PREPARED_TABLES, write_prepared

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from explorer.snapshot.snapshot import Snapshot

__all__ = ["verify_content"]


def verify_content(snapshot: Snapshot) -> None:
    """Read the whole file and check it; see `explorer.Snapshot.verify`."""
    with snapshot.cursor() as cursor:
        found = content_id(cursor)
        totals = read_totals(cursor)
        texts = cursor.execute("SELECT text, folded FROM text_value").fetchall()
        known = {text for name in FACETS if FACETS[name].kind == "text" for text in snapshot.values(name)}
    if found != snapshot.id:
        raise SnapshotError(
            f"The content of {snapshot.path} is not what its id says: {found[:12]} instead of {snapshot.id[:12]}. "
            "Remove it and build it again."
        )
    if snapshot.prepared:
        with snapshot.cursor() as cursor:
            wrong = _differing(cursor)
        if wrong:
            raise SnapshotError(
                f"Table {wrong} of {snapshot.path} does not fit its content. Remove the file and build it again."
            )
    if totals != snapshot.totals or {text for text, _ in texts} != known or any(fold(t) != f for t, f in texts):
        raise SnapshotError(f"The tables of {snapshot.path} do not fit together. Remove it and build it again.")


def _differing(cursor: DuckDBPyConnection) -> str | None:
    """Return the name of a prepared table that is not what the content makes it, rows, order and types; or None."""
    stored = {name: cursor.sql(f"FROM {name}").to_arrow_table() for name in PREPARED_TABLES}
    write_prepared(cursor)
    for name, table in stored.items():
        if not cursor.sql(f"FROM temp.{name}").to_arrow_table().equals(table):
            return name
    return None
