"""One page of the table as the browser draws it: rows, the studies and series they open into, days on a time line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from explorer.counts import TABLE_LEVELS, Cohort, TableLevel
from explorer.views.row_columns import FIRST, column_choices
from explorer.views.takeaway import MOST_ROWS

__all__ = ["PAGE", "Shown", "Wanted", "read_shown"]

PAGE = 50
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to see of a cohort's rows.

    Attributes
    ----------
    level, sort, descending, seed, offset
        As in `Cohort.page`.
    columns
        Columns in order.
    text
        Which identifier is looked for; empty is none.
    patients
        Keys of the patients that are open.
    studies
        Keys of the studies that are open, each with how many of its series are shown at the most.
    """

    level: TableLevel = "patient"
    columns: tuple[str, ...] = FIRST["patient"]
    sort: str | None = None
    descending: bool = False
    seed: int | None = None
    offset: int = 0
    text: str = ""
    patients: frozenset[int] = frozenset()
    studies: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it was read.

    Attributes
    ----------
    wanted
        What it was read for.
    total
        How many rows there are of what is looked for.
    told
        What the browser draws.
    found
        Keys of studies that are so called as the text that is looked for.
    """

    wanted: Wanted
    total: int
    told: dict[str, Any]
    found: tuple[int, ...] = ()


def read_shown(cohort: Cohort, wanted: Wanted) -> Shown:
    """Return the page of a cohort that is wanted; computed in a thread."""
    level, totals = wanted.level, cohort.totals()
    found = cohort.find(wanted.text, level) if wanted.text else None
    page = cohort.page(
        level,
        columns=wanted.columns if level != "series" else _with_uid(wanted.columns),
        sort=wanted.sort,
        descending=wanted.descending,
        limit=PAGE,
        offset=wanted.offset,
        seed=wanted.seed,
        found=found,
    )
    everything = {"patient": totals.patients, "study": totals.studies, "series": totals.series}[level] or 0
    rows = [{"key": key, "cells": cells} for key, cells in zip(page.keys, _cells(page.rows, wanted), strict=True)]
    _open_rows(cohort, wanted, rows, page.rows)
    sort = {"name": wanted.sort, "descending": wanted.descending} if wanted.sort else None
    told = {
        "level": level,
        "levels": list(TABLE_LEVELS),
        "columns": list(wanted.columns),
        "choices": column_choices(level),
        "first_columns": list(FIRST[level]),
        "sort": sort,
        "seed": wanted.seed,
        "text": wanted.text,
        "elsewhere": found.elsewhere if found else 0,
        "first": wanted.offset + 1 if rows else 0,
        "last": wanted.offset + len(rows),
        "total": page.total,
        "all": everything,
        "most": MOST_ROWS,
        "page": wanted.offset // PAGE + 1,
        "pages": max(1, -(-page.total // PAGE)),
        "rows": rows,
    }
    return Shown(wanted, page.total, told, found.studies if found else ())


def _with_uid(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of series with their UID as the last, by which a series is opened."""
    return (*(name for name in columns if name != "SeriesInstanceUID"), "SeriesInstanceUID")


def _open_rows(cohort: Cohort, wanted: Wanted, rows: list[dict[str, Any]], frame: pd.DataFrame) -> None:
    """Give the rows what they open into: those that are open, all of it; patients, also their days."""
    keys = [row["key"] for row in rows]
    if wanted.level == "patient":
        moments = cohort.moments(keys)
        studies = cohort.studies_of([key for key in keys if key in wanted.patients])
        for row in rows:
            row["days"] = [[each.day, int(each.taken), each.number] for each in moments[row["key"]]]
            row["studies"] = None
            if row["key"] in studies:
                row["studies"] = [_study(cohort, wanted, each) for each in studies[row["key"]]]
    elif wanted.level == "study":
        for row in rows:
            row["opened"] = _series(cohort, wanted, row["key"])
    else:
        for row, uid in zip(rows, frame["SeriesInstanceUID"], strict=True):
            row["uid"] = uid


def _study(cohort: Cohort, wanted: Wanted, study: Any) -> dict[str, Any]:
    return {
        "key": study.moment.study,
        "number": study.moment.number,
        "day": study.moment.day,
        "uid": study.uid,
        "study_date": _plain(study.date),
        "age": study.age,
        "description": study.description,
        "series": study.series,
        "instances": study.instances,
        "bytes": study.bytes,
        "opened": _series(cohort, wanted, study.moment.study),
    }


def _series(cohort: Cohort, wanted: Wanted, study: int) -> dict[str, Any] | None:
    """Return the series of a study that is open."""
    if study not in wanted.studies:
        return None
    most = wanted.studies[study]
    found = cohort.series_of(study, most + 1)
    rows = [
        {
            "key": each.key,
            "uid": each.uid,
            "number": each.number,
            "description": each.description,
            "modality": each.modality,
            "model": each.model,
            "instances": each.instances,
            "bytes": each.bytes,
        }
        for each in (found.rows if found.taken <= most + 1 else found.rows[:most])
    ]
    return {"rows": rows, "taken": found.taken, "left": found.left, "linked": found.linked}


def _cells(frame: pd.DataFrame, wanted: Wanted) -> list[list[Any]]:
    """Return the values of each row as JSON holds them, None where they are missing."""
    plain = frame[list(wanted.columns)].astype("object")
    plain = plain.where(plain.notna(), None)
    return [[_plain(value) for value in row] for row in plain.itertuples(index=False, name=None)]


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # of DuckDB's frames, a Timestamp too
        return value.strftime("%Y-%m-%d")
    return value.item() if hasattr(value, "item") else value
