"""Where the patients of each step come from: an attrition by data holder, dataset or country."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.attrition import rules_in_order
from explorer.counts.small_counts import Count, SmallCounts
from explorer.errors import OperatorError
from explorer.facets import Facet, Scalar

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation

__all__ = ["AttritionBy", "count_attrition_by"]


@dataclass(frozen=True, slots=True)
class AttritionBy:
    """The patients of each step of an attrition, by value of a facet.

    Attributes
    ----------
    snapshot
        Id of the snapshot that was counted.
    facet
        Name of the facet. Where it has many values, a patient counts under each.
    values
        Most members first, then most patients in the snapshot, then in their order; None, for missing, last. Under a
        policy, by the numbers that are told.
    patients
        For each of `values`, the patients of each step of `Cohort.attrition`, the selection included.
    protected
        As in `Totals`.
    """

    snapshot: str
    facet: str
    values: tuple[Scalar, ...]
    patients: tuple[tuple[Count, ...], ...]
    protected: SmallCounts | None = field(default=None, repr=False)

    def under(self, policy: SmallCounts | None) -> AttritionBy:
        """Return what the policy lets be told of exact counts."""
        if policy is None or self.protected is not None:
            return self
        patients = tuple(tuple(policy.protect(number or 0) for number in row) for row in self.patients)
        return replace(self, patients=patients, protected=policy).in_order()

    def in_order(self) -> AttritionBy:
        """Return the same, its values in the order that the numbers say."""

        def key(row: tuple[Scalar, tuple[Count, ...]]) -> tuple[object, ...]:
            value, numbers = row
            return -(numbers[-1] or 0), -(numbers[0] or 0), value is None, value

        rows = sorted(zip(self.values, self.patients, strict=True), key=key)
        return replace(self, values=tuple(row[0] for row in rows), patients=tuple(row[1] for row in rows))


def count_attrition_by(evaluation: Evaluation, facet: Facet, *, criteria: bool = False) -> AttritionBy:
    """Return the patients of each step by value of a facet of datasets or patients; `criteria` as in `attrition`.

    Raises
    ------
    OperatorError
        The facet is one of studies or series, of which a patient has several.
    """
    if facet.of_image:
        raise OperatorError(
            f"{facet.name} belongs to a {facet.level}; the patients of a step are counted by what belongs to a dataset "
            "or to a patient"
        )
    wide = evaluation.arrays.codes.wide(facet)
    remaining = [np.ones(evaluation.arrays.patients, np.bool_)]
    for rule in rules_in_order(evaluation, criteria=criteria):
        remaining.append(remaining[-1] & rule.held)
    steps = [wide.spread(wide.sums(flags)).tolist() for flags in (*remaining, remaining[-1])]
    rows = [(value, row) for value, *row in zip(wide.vocabulary.scalars, *steps, strict=True) if row[0]]
    found = AttritionBy(
        evaluation.snapshot.id, facet.name, tuple(value for value, _ in rows), tuple(tuple(row) for _, row in rows)
    )
    return found.in_order()
