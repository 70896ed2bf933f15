from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from explorer.cohort import CohortDefinition
from explorer.facets import BodyPartExamined, Criterion, Modality, age, sex
from tests.cohort.strategies import definitions


def test_code_reads_as_one_would_write_it() -> None:
    rule = (
        CohortDefinition(name="Breast MR of women")
        .including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST", None), same="series")
        .including(sex.is_in("F"), age.between(50, None, missing=True), same="patient")
        .excluding(Criterion("os_days", between=(1, 2)))
        .following(0, 0, (30, None))
        .taking("images", derived="linked")
    )
    assert rule.code() == (
        """\
from explorer import CohortDefinition, Criterion
from explorer.facets import BodyPartExamined, Modality, age, sex

rule = (
    CohortDefinition(name='Breast MR of women')
    .including(Modality.is_in('MR'), BodyPartExamined.is_in('BREAST', None), same='series')
    .including(sex.is_in('F'), age.between(50, None, missing=True), same='patient')
    .excluding(Criterion('os_days', between=(1, 2)), same='series')
    .following(0, 0, days=(30, None))
    .taking('images', derived='linked')
)
"""
    )


@given(definitions())
def test_code_builds_the_same_definition(rule: CohortDefinition) -> None:
    names: dict[str, CohortDefinition] = {}
    exec(compile(rule.code(), "code", "exec"), names)
    assert names["rule"] == replace(rule, annotations={})
    assert names["rule"].to_json() == replace(rule, annotations={}).to_json()


@given(definitions())
def test_code_shows_nothing_invisible(rule: CohortDefinition) -> None:
    assert all(line.isprintable() for line in rule.code().split("\n"))
