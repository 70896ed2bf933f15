"""Everything that answers questions about cohorts, asked in one way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from tests.reference import Catalogue, Definition, Value

Key = tuple[str, str]
Counts = dict[Value, tuple[int, int]]
AMOUNTS = ("studies", "series", "instances", "bytes")
STEP = ("patients", *AMOUNTS, "alone", "without")


class Engine(Protocol):
    """What is asked of every engine; patients are (dataset, PatientID), steps as `STEP` with the rule before them."""

    def members(self, definition: Definition) -> set[Key]: ...
    def series(self, definition: Definition) -> list[str]: ...
    def totals(self, definition: Definition) -> dict[str, int]: ...
    def facet(self, definition: Definition, facet: str, group: str | None = None) -> Counts: ...
    def levels(self, definition: Definition) -> dict[str, list[dict[str, int]]]: ...
    def attrition(self, definition: Definition) -> list[list[str | int]]: ...


class Reference:
    """The slow and obvious evaluator."""

    def __init__(self, catalogue: Catalogue, folder: Path) -> None:
        self.catalogue = catalogue

    def members(self, definition: Definition) -> set[Key]:
        return set(self.catalogue.members(definition))

    def series(self, definition: Definition) -> list[str]:
        return sorted(row["SeriesInstanceUID"] for row in self.catalogue.selected(definition))

    def totals(self, definition: Definition) -> dict[str, int]:
        return self.catalogue.totals(definition)

    def facet(self, definition: Definition, facet: str, group: str | None = None) -> Counts:
        return self.catalogue.facet(facet, definition, group)

    def levels(self, definition: Definition) -> dict[str, list[dict[str, int]]]:
        return self.catalogue.levels(definition)

    def attrition(self, definition: Definition) -> list[list[str | int]]:
        steps = self.catalogue.attrition(definition)
        rules = [
            f"{kind}:{n}" for kind in ("include", "within", "exclude") for n in range(len(definition.get(kind, [])))
        ]
        names = ["everybody", *rules, "selection"]
        return [[name, *(step[number] for number in STEP)] for name, step in zip(names, steps, strict=True)]


class Product:
    """The product: a snapshot of the rows, built in the folder, and `explorer.Cohort`."""

    def __init__(self, catalogue: Catalogue, folder: Path) -> None:
        self.snapshot = build(catalogue, folder)
        self._last: tuple[Definition, Any] | None = None

    def cohort(self, definition: Definition) -> Any:
        """The cohort of this definition; the last one is kept, with what it has computed."""
        import explorer

        if self._last is None or self._last[0] != definition:
            if self._last is not None:
                self._last[1].close()
            rule = explorer.CohortDefinition.from_dict(definition)
            self._last = definition, explorer.Cohort(rule, self.snapshot)
        return self._last[1]

    def members(self, definition: Definition) -> set[Key]:
        return {*self._keys(definition, "patient")}

    def series(self, definition: Definition) -> list[str]:
        return sorted(self.cohort(definition).frame("series")["SeriesInstanceUID"])

    def totals(self, definition: Definition) -> dict[str, int]:
        totals = self.cohort(definition).totals()
        frames = {level: len(self.cohort(definition).frame(level)) for level in ("study", "series")}
        assert (totals.studies, totals.series) == (frames["study"], frames["series"]), "the table is not the totals"
        return {name: getattr(totals, name) for name in ("patients", "datasets", *AMOUNTS)}

    def facet(self, definition: Definition, facet: str, group: str | None = None) -> Counts:
        counts = self.cohort(definition).facet(facet, group)
        assert group in (None, counts.group)
        found = {value.value: (value.patients, value.series) for value in counts.values}
        assert len(found) == len(counts.values), f"a value of {facet} stands twice"
        known = [(-patients, value) for value, (patients, _) in found.items() if value is not None]
        assert known == sorted(known), f"values of {facet} are not in order"
        return found

    def levels(self, definition: Definition) -> dict[str, list[dict[str, int]]]:
        levels: dict[str, list[dict[str, int]]] = self.cohort(definition).levels()
        return levels

    def attrition(self, definition: Definition) -> list[list[str | int]]:
        steps = self.cohort(definition).attrition()
        assert all(step.rule for step in steps), "a step without its rule"
        names = [step.path.strip("/").replace("/", ":") for step in steps]
        assert (names[0], names[-1]) == ("", "select")
        names[0], names[-1] = "everybody", "selection"
        return [[name, *(getattr(step, number) for number in STEP)] for name, step in zip(names, steps, strict=True)]

    def _keys(self, definition: Definition, level: str) -> list[Key]:
        frame = self.cohort(definition).frame(level)
        keys = list(zip(frame["dataset"], frame["PatientID"], strict=True))
        assert len(keys) == len(set(keys)), "a patient stands twice"
        return keys


def build(catalogue: Catalogue, folder: Path) -> Any:
    """A snapshot of these rows."""
    from explorer import Snapshot
    from explorer.sources.rows import RowsSource

    return Snapshot.build(RowsSource(catalogue.series, derivations=catalogue.derivation), store=folder)


ENGINES: dict[str, Callable[[Catalogue, Path], Engine]] = {"reference": Reference, "duckdb": Product}
