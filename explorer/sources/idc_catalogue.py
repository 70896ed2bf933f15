"""What the Imaging Data Commons says about its collections, and how to cite them."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from explorer.schema import CITATION, DATASET
from explorer.sources.values import arrow_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["load_catalogue", "plain_text"]

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_BLOCK = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|h[1-6])\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def load_catalogue(connection: DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Register ``source_dataset`` and ``source_citation`` from those index tables that the release has."""
    datasets: list[dict[str, object]] = []
    citations: dict[str, dict[str, object]] = {}
    if "collections_index" in tables:
        for row in _rows(connection, "collections_index"):
            sources = row.get("sources") or []
            datasets.append(_dataset(row, sources))
            _cite(citations, ((s.get("source_doi"), s.get("source_title"), s) for s in sources))
    if "analysis_results_index" in tables:
        rows = _rows(connection, "analysis_results_index")
        _cite(citations, ((row.get("source_DOI"), row.get("analysis_result_title"), row) for row in rows))
    columns = [column for column in DATASET if column.name not in ("dataset_key", "source")]
    connection.register("source_dataset", arrow_table(columns, datasets))
    connection.register("source_citation", arrow_table(CITATION.columns, list(citations.values())))


def plain_text(text: str | None) -> str | None:
    r"""Return the text without HTML tags, entities and line breaks; None where nothing is left.

    Examples
    --------
    >>> plain_text("Cobb, J., &amp; Agar, W.\n(2017). <i>H&E slides</i>, p < 0.05")
    'Cobb, J., & Agar, W. (2017). H&E slides, p < 0.05'
    """
    bare = _TAG.sub("", _BLOCK.sub(" ", text or ""))
    whole = _ENTITY.sub(lambda match: html.unescape(match.group()), bare)
    return " ".join(whole.split()) or None


def _dataset(row: Mapping[str, Any], sources: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    own = [source for source in sources if source.get("source_type") == "original_data"]
    access = sorted({source["Access"] for source in own if source.get("Access")})
    cited = [text for source in own if (text := plain_text(source.get("citation")))]
    return {
        "dataset": row["collection_id"],
        "title": row.get("collection_name"),
        "description": plain_text(row.get("description")),
        "cancer_type": _parts(row.get("cancer_types")),
        "tumor_location": _parts(row.get("tumor_locations")),
        "species": _parts(row.get("species")),
        "access_condition": ", ".join(access) or None,
        "citation": "; ".join(cited) or None,
        "url": next((source["source_url"] for source in own if source.get("source_url")), None),
        "updated": _day(row.get("updated")),
    }


def _cite(
    citations: dict[str, dict[str, object]], found: Iterable[tuple[str | None, str | None, Mapping[str, Any]]]
) -> None:
    for doi, title, row in found:
        text = plain_text(row.get("citation"))
        if doi and (doi not in citations or not citations[doi]["citation"]):
            citations[doi] = {
                "source_doi": doi,
                "title": plain_text(title),
                "citation": text,
                "url": row.get("source_url"),
            }


def _rows(connection: DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    return connection.table(table).to_arrow_table().to_pylist()  # type: ignore[no-any-return]


def _parts(text: str | None) -> list[str] | None:
    return [part.strip() for part in (text or "").split(",") if part.strip()] or None


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
