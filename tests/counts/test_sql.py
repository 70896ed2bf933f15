"""SQL with its values written out: reads as data, runs, and gives what the engine gives."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts.sql import EMPTY, Sql, join
from explorer.facets import (
    BodyPartExamined,
    Modality,
    SeriesDescription,
    StudyDescription,
    age,
    dataset,
    instances,
    license,
    size_mb,
    study_date,
)
from tests.counts.catalogue import HOSTILE

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.cohort.json"))

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
values = st.one_of(
    texts,
    st.sampled_from(HOSTILE),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.none(),
)


@given(st.lists(values, min_size=1, max_size=6))
def test_a_literal_is_its_value(wanted: list[Any]) -> None:
    select = "SELECT " + join(", ", (Sql("?", (value,)) for value in wanted))
    with duckdb.connect() as connection:
        (row,) = connection.execute(select.literal()).fetchall()
    assert row == tuple(wanted)
    assert [type(value) for value in row] == [type(value) for value in wanted]


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("it's", "'it''s'"),
        (7, "7"),
        (-7, "-7"),
        (2**63, "9.223372036854775808e+18::DOUBLE"),
        (0.1, "0.1::DOUBLE"),
        (1e300, "1e+300::DOUBLE"),
        (date(2001, 2, 3), "DATE '2001-02-03'"),
        (None, "NULL"),
    ],
)
def test_literals(value: Any, literal: str) -> None:
    written = Sql("?", (value,)).literal()
    assert written == literal or float(written.removesuffix("::DOUBLE")) == float(value)


def test_a_boolean_is_no_value() -> None:
    with pytest.raises(TypeError, match="booleans"):
        Sql("?", (True,)).literal()


def test_a_lost_value_is_noticed() -> None:
    with pytest.raises(AssertionError, match="2 places for 1 values"):
        Sql("? ?", (1,)).literal()
    assert join(", ", []) is EMPTY


def run(cohort: Cohort) -> dict[str, int]:
    """What the SQL of a cohort gives, run as it stands on its snapshot."""
    with cohort.snapshot.cursor() as cursor:
        cursor.execute(cohort.sql())
        names = [column[0] for column in cursor.description or ()]
        (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))


RULES = {
    "everybody": CohortDefinition(),
    "all": CohortDefinition(select="all"),
    "hostile values": CohortDefinition(name="'; DROP TABLE series; --").including(BodyPartExamined.is_in(*HOSTILE)),
    "quotes": CohortDefinition().including(dataset.is_in("it's", '"quoted"'), license.is_in("it's", None)),
    "question mark": CohortDefinition().including(BodyPartExamined.is_in("?"), Modality.is_in("CT", "MR")),
    "contains": CohortDefinition().including(SeriesDescription.contains(*HOSTILE[:5]), same="study"),
    "missing": CohortDefinition().including(StudyDescription.is_in(None), age.is_in(None), same="patient"),
    "dates": CohortDefinition().including(study_date.between("1996-01-01", "2001-12-31")),
    "floats": CohortDefinition().including(size_mb.between(0.25, 1.999)).excluding(size_mb.is_in(0.5)),
    "big": CohortDefinition().including(instances.between(200, 2**53 - 1)),
    "bigger": CohortDefinition().including(instances.between(None, 1e308, missing=True)),
    "negative": CohortDefinition().including(age.between(-5, 40)),
    "lines": CohortDefinition().including(BodyPartExamined.is_in("line\nbreak")),
    "pairs": CohortDefinition()
    .including(Modality.is_in("CT"))
    .including(Modality.is_in("MR"))
    .following(0, 1, (-9, 20)),
    "open pairs": CohortDefinition().including(Modality.is_in("CT", "MR")).following(0, 0, (1, None)),
    "linked": CohortDefinition(derived="linked").including(Modality.is_in("CT")),
    "nobody": CohortDefinition().including(Modality.is_in("CT")).excluding(Modality.is_in("CT")),
}


@pytest.mark.parametrize("name", RULES)
def test_the_sql_gives_the_totals(name: str, small: Snapshot) -> None:
    cohort = Cohort(RULES[name], small)
    assert {"snapshot": small.id, **run(cohort)} == cohort.totals().to_dict()
    if name not in ("nobody", "bigger"):
        assert cohort.totals().patients


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.split(".")[0])
def test_the_sql_of_the_examples(path: Path, default_snapshot: Snapshot) -> None:
    cohort = Cohort(CohortDefinition.read(path), default_snapshot)
    found = run(cohort)
    answers = json.loads((path.parent / "answers.json").read_text(encoding="utf-8"))[path.name.split(".")[0]]
    assert {key: found[key] for key in answers} == answers
    assert {"snapshot": default_snapshot.id, **found} == cohort.totals().to_dict()
    cohort.close()
