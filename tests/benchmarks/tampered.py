"""Methods that are right but for one count, by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from benchmarks.facets.answer import Answer
from benchmarks.facets.by_duckdb import ByDuckdb


class OnePatientMore(ByDuckdb):
    """Says one patient more for one value of one facet."""

    def answer(self, asked: Any) -> Answer:
        answer = super().answer(asked)
        counts = answer.facets["license"]
        value, (patients, series) = next(iter(counts.items()), (None, (0, 0)))
        return replace(answer, facets=answer.facets | {"license": counts | {value: (patients + 1, series)}})


class OneByteLess(ByDuckdb):
    """Says one byte less in the totals."""

    def answer(self, asked: Any) -> Answer:
        answer = super().answer(asked)
        return replace(answer, totals=(*answer.totals[:-1], answer.totals[-1] - 1))
