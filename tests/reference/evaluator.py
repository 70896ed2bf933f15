"""Every answer about a cohort, in the slowest and most obvious way: the judge of every engine.

Nothing of the product is imported. The clauses of membership and selection stand in `tests.reference.clauses`; here
stand the answers that are counted from them, each with its sentence of the specification.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.reference.clauses import (
    LEVELS,
    Criterion,
    Definition,
    Group,
    Patient,
    Row,
    Rule,
    Value,
    holds,
    meets,
    rules,
    taken,
    values,
)


@dataclass
class Catalogue:
    """A catalogue: one row per series; derivation pairs (derived series, image series) by SeriesInstanceUID."""

    series: list[Row]
    derivation: list[tuple[str, str]] = field(default_factory=list)

    def patients(self) -> dict[Patient, list[Row]]:
        """Patients are keyed by dataset and patient id: PatientID is not unique."""
        found: dict[Patient, list[Row]] = {}
        for row in self.series:
            found.setdefault((row["dataset"], row["PatientID"]), []).append(row)
        return found

    def members(self, definition: Definition) -> dict[Patient, list[Row]]:
        """A patient is a member when every include group holds and no exclude group does (and every `within`)."""
        return self.kept(rules(definition))

    def kept(self, kept_by: list[Rule]) -> dict[Patient, list[Row]]:
        """The patients that every one of these rules keeps. No rule: everybody."""
        return {key: rows for key, rows in self.patients().items() if all(rule(rows) for rule in kept_by)}

    def selected(self, definition: Definition) -> list[Row]:
        """Which series of the members the cohort takes. Linked segmentations and annotations of a taken image come
        along when asked for: `"derived": "linked"`."""
        chosen = []
        for rows in self.members(definition).values():
            own = taken(rows, definition)
            uids = {row["SeriesInstanceUID"] for row in own}
            if definition.get("derived", "none") == "linked":
                images = {row["SeriesInstanceUID"] for row in own if row["object_kind"] == "image"}
                uids |= {derived for derived, image in self.derivation if image in images}
            chosen += [row for row in rows if row["SeriesInstanceUID"] in uids]
        return chosen

    def totals(self, definition: Definition) -> dict[str, int]:
        """Patients and datasets of the members, the rest of the selected series."""
        members = self.members(definition)
        return {
            "patients": len(members),
            "datasets": len({dataset for dataset, _ in members}),
            **amounts(self.selected(definition)),
        }

    def levels(self, definition: Definition) -> dict[str, list[dict[str, int]]]:
        """The patients that each group's other two levels would give."""
        return {
            kind: [self.group_levels(definition, kind, place) for place in range(len(definition.get(kind, [])))]
            for kind in ("include", "exclude")
        }

    def group_levels(self, definition: Definition, kind: str, place: int) -> dict[str, int]:
        """The patients of the whole cohort if this group had that level."""
        group: Group = definition[kind][place]
        return {
            level: len(self.members(with_group(definition, kind, place, {**group, "same": level}))) for level in LEVELS
        }

    def facet(self, facet: str, definition: Definition, active: str | None = None) -> dict[Value, tuple[int, int]]:
        """The count of value v of facet f in group g: patients are the members of the definition in which g's criterion
        on f is replaced by exactly {v}. Series are those of these members that have the value, and, at level `series`,
        meet g's other criteria. For a many-valued facet a patient counts under each value. Zeros are left out."""
        kind, place = active_group(facet, definition) if active is None else parsed(active)
        groups: list[Group] = definition.get(kind, [])
        group: Group = groups[place] if place < len(groups) else {"same": "series", "where": []}
        others = [criterion for criterion in group["where"] if criterion["facet"] != facet]
        counts: dict[Value, tuple[int, int]] = {}
        for value in {value for row in self.series for value in values(row, facet)}:
            exactly: Criterion = {"facet": facet, "is_in": [value]}
            replaced = {**group, "where": [*others, exactly]}
            if kind == "include":
                members = self.members(with_group(definition, kind, place, replaced))
            else:  # the patients that are members of the definition without g and meet g with f replaced by {v}
                without = self.members(with_group(definition, kind, place, None))
                members = {key: rows for key, rows in without.items() if holds(rows, replaced)}
            series = [row for rows in members.values() for row in rows if meets(row, exactly)]
            if group["same"] == "series":
                series = [row for row in series if all(meets(row, criterion) for criterion in others)]
            if members:
                counts[value] = (len(members), len(series))
        return counts

    def attrition(self, definition: Definition) -> list[dict[str, int]]:
        """Everybody; each include group in order; each `within`; each exclude group; last the selection. Up to there
        studies, series, instances and bytes are all those of the remaining patients. "Alone": patients that would be
        lost if only this rule were applied. "Without it": members gained when only this rule is removed."""
        every, everybody, members = rules(definition), self.patients(), self.members(definition)
        steps = []
        for count in range(len(every) + 1):
            left = self.kept(every[:count])
            rest = [row for rows in left.values() for row in rows]
            alone = without = 0
            if count:
                alone = len(everybody) - len(self.kept([every[count - 1]]))
                without = len(self.kept(every[: count - 1] + every[count:])) - len(members)
            steps.append({"patients": len(left), **amounts(rest), "alone": alone, "without": without})
        chosen = amounts(self.selected(definition))
        return [*steps, {"patients": len(members), **chosen, "alone": 0, "without": 0}]


def amounts(rows: list[Row]) -> dict[str, int]:
    """Studies, series, instances, bytes = round(size_mb x 10^6)."""
    return {
        "studies": len({(row["dataset"], row["PatientID"], row["StudyInstanceUID"]) for row in rows}),
        "series": len(rows),
        "instances": sum(row["instances"] or 0 for row in rows),
        "bytes": sum(round((row["size_mb"] or 0) * 1_000_000) for row in rows),
    }


def active_group(facet: str, definition: Definition) -> tuple[str, int]:
    """By default the first include group that names f, else the first include group, else a new one at level
    `series`."""
    for place, group in enumerate(definition.get("include", [])):
        if any(criterion["facet"] == facet for criterion in group["where"]):
            return "include", place
    return "include", 0


def parsed(active: str) -> tuple[str, int]:
    """`include:0` or `exclude:1`."""
    kind, place = active.split(":")
    return kind, int(place)


def with_group(definition: Definition, kind: str, place: int, group: Group | None) -> Definition:
    """The definition with this group in that place (None: without it); what refers to the place refers to it."""
    groups = list(definition.get(kind, []))
    groups[place : place + 1] = [] if group is None else [group]
    return {**definition, kind: groups}
