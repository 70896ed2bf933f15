"""pandas on a data frame of all series in memory, its strings as categories.

Twice: as people write it, where each facet filters the frame anew, and with the frame filtered once for all facets that
have no criterion.
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from benchmarks.facets.answer import PAGE, PAGE_COLUMNS, Answer, is_binned
from benchmarks.facets.codes import read_codes
from explorer.cohort import CohortDefinition
from explorer.facets import FACETS, Criterion, Facet

__all__ = ["ByPandas", "ByPandasOnce"]

_EPOCH = date(1970, 1, 1)


class ByPandas:
    """One boolean mask for each criterion, one `groupby` for each facet."""

    further: ClassVar[bool] = False
    anew: ClassVar[bool] = True

    def __init__(self, snapshot: Path, flat: Path) -> None:
        self._codes = read_codes(flat)
        connection = self._codes.connection
        series = connection.sql("SELECT * FROM coded ORDER BY series_key").df()
        for facet in self._codes.facets:
            if facet.kind == "category":
                values = self._codes.values[facet.name]
                codes = series[facet.name].astype("int32").where(series[facet.name] < len(values), -1)
                series[facet.name] = pd.Categorical.from_codes(codes, categories=values)
        self._series = series
        patients = "SELECT patient_key, any_value(PatientID) AS PatientID FROM series GROUP BY patient_key"
        self._patients = connection.sql(patients).df().set_index("patient_key")

    def ask(self, definition: CohortDefinition) -> Any:
        """Return totals, levels, counts and page as pandas has them."""
        where = definition.include[0].where if definition.include else ()
        met = {criterion.facet: self._met(criterion) for criterion in where}
        chosen = self._rows(met)
        of_image = any(FACETS[name].of_image for name in met)
        taken = chosen if of_image else chosen[self._original(chosen)]
        totals = (
            chosen["patient_key"].nunique(),
            chosen["dataset_key"].nunique(),
            taken["study_key"].nunique(),
            len(taken),
            taken["instances"].sum(),
            taken["bytes"].sum(),
        )
        counts = []
        for facet in self._codes.facets:
            others = {name: each for name, each in met.items() if name != facet.name}
            again = self.anew or len(others) < len(met)
            counts.append(self._counted(facet, self._rows(others) if again else chosen))
        return totals, [self._wider(met)] if met else [], counts, self._page(chosen, taken)

    def answer(self, asked: Any) -> Answer:
        """Return them in the form that all methods are compared in."""
        totals, wider, counts, page = asked
        facets = {
            facet.name: self._codes.told(
                facet,
                [(None if pd.isna(value) else value, (int(p), int(n))) for value, p, n in rows.itertuples()],
            )
            for facet, rows in zip(self._codes.facets, counts, strict=True)
        }
        rows = page.astype("object").where(page.notna(), None).values.tolist()
        return Answer(tuple(map(int, totals)), tuple((int(totals[0]), *each) for each in wider), facets, _plain(rows))

    def _rows(self, met: dict[str, pd.Series]) -> pd.DataFrame:
        return self._series[reduce(pd.Series.__and__, met.values())] if met else self._series

    def _met(self, criterion: Criterion) -> pd.Series:
        facet, column = FACETS[criterion.facet], self._series[criterion.facet]
        if criterion.between is not None:
            low, high = (_number(facet, end) for end in criterion.between)
            inside = column.notna()
            inside = inside & (column >= low) if low is not None else inside
            inside = inside & (column <= high) if high is not None else inside
            return inside | column.isna() if criterion.missing else inside
        if facet.kind in ("text", "many-valued"):
            return column.isin(self._codes.wanted(facet, criterion))
        wanted = criterion.is_in or ()
        among = column.isin([_number(facet, value) for value in wanted if value is not None])
        return among | column.isna() if None in wanted else among

    def _original(self, rows: pd.DataFrame) -> pd.Series:
        image = rows["object_kind"] == "image"
        return image & rows["analysis_result"].isna() if "analysis_result" in rows else image

    def _wider(self, met: dict[str, pd.Series]) -> tuple[int, ...]:
        """Return the patients on the levels study and patient."""
        counts = []
        for key in ("study_key", "patient_key"):
            held = (pd.Index(self._series.loc[mask, key].unique()) for mask in met.values())
            both = reduce(pd.Index.intersection, held)
            counts.append(self._series.loc[self._series[key].isin(both), "patient_key"].nunique())
        return tuple(counts)

    def _counted(self, facet: Facet, rows: pd.DataFrame) -> pd.DataFrame:
        column = f"{facet.name}_bin" if is_binned(facet) else facet.name
        if facet.kind == "text":
            rows = rows[rows[column] == len(self._codes.values[column])]
        return rows.groupby(column, observed=True, dropna=False)["patient_key"].agg(["nunique", "size"])

    def _page(self, chosen: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
        keys = chosen["patient_key"].drop_duplicates().head(PAGE)
        who = chosen[chosen["patient_key"].isin(keys)].groupby("patient_key")[["dataset", "sex"]].first()
        what = taken[taken["patient_key"].isin(keys)].groupby("patient_key")
        rows = who.join(self._patients).join(
            what.agg(
                age=("age", "min"),
                studies=("study_key", "nunique"),
                series=("series_key", "size"),
                instances=("instances", "sum"),
                bytes=("bytes", "sum"),
            )
        )
        rows = rows.fillna(dict.fromkeys(("studies", "series", "instances", "bytes"), 0))
        return rows[list(PAGE_COLUMNS)]


class ByPandasOnce(ByPandas):
    """The frame filtered once for all facets that have no criterion."""

    anew: ClassVar[bool] = False


def _number(facet: Facet, value: Any) -> Any:
    return (date.fromisoformat(value) - _EPOCH).days if facet.kind == "date" and value is not None else value


def _plain(rows: list[list[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(int(each) if isinstance(each, float) else each for each in row) for row in rows)
