"""What a method is: a way to answer one interaction. Each stands in a module of its own."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Protocol

from benchmarks.facets.answer import Answer
from explorer.cohort import CohortDefinition

__all__ = ["METHODS", "OURS", "Method", "find_method", "installed"]


class Method(Protocol):
    """Answers interactions on one snapshot; made in a process of its own.

    Parameters
    ----------
    snapshot
        The snapshot's file.
    flat
        A DuckDB file with all series in one table (`benchmarks.facets.flat`); ours has no need of it.
    """

    further: ClassVar[bool]
    """Whether it knows every rule, not only one include group on the level of series."""

    def __init__(self, snapshot: Path, flat: Path) -> None: ...

    def ask(self, definition: CohortDefinition) -> Any:
        """Do one interaction and return whatever came out of it. This is what is timed."""

    def answer(self, asked: Any) -> Answer:
        """Return what came out of `ask` in the form that all methods are compared in. Not timed."""


OURS = "ours"

METHODS = {
    OURS: "benchmarks.facets.ours:Ours",
    "ours-fast": "benchmarks.facets.ours:OursFast",
    "duckdb-codes": "benchmarks.facets.by_duckdb_codes:ByDuckdbCodes",
    "duckdb": "benchmarks.facets.by_duckdb:ByDuckdb",
    "polars": "benchmarks.facets.by_polars:ByPolars",
    "pandas": "benchmarks.facets.by_pandas:ByPandas",
    "pandas-once": "benchmarks.facets.by_pandas:ByPandasOnce",
    "mosaic": "benchmarks.facets.by_mosaic:ByMosaic",
}
"""The methods by name, and where their classes are."""

_NEEDS = {"ours-fast": "numba", "polars": "polars"}


def installed() -> list[str]:
    """Return the names of the methods that can run here."""
    return [name for name in METHODS if name not in _NEEDS or find_spec(_NEEDS[name])]


def find_method(name: str) -> type[Method]:
    """Return the class of a method, named as in `METHODS` or as ``module:Class``."""
    module, _, attribute = METHODS.get(name, name).partition(":")
    method: type[Method] = getattr(import_module(module), attribute)
    return method
