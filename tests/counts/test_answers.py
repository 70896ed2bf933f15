"""Histograms, missing, what can be chosen, series by name, licences and citations: against plain Python."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.errors import OperatorError, UnknownFacetError, UnknownNameError
from explorer.facets import Modality, SeriesDescription, age, instances, sex, size_mb
from tests.counts.catalogue import CITATIONS, rows

EVERYBODY = CohortDefinition()
NOBODY = CohortDefinition().including(Modality.is_in("CT")).excluding(Modality.is_in("CT"))
EDGES = [0, *(step * 10**power for power in range(8) for step in (1, 2, 5)), float("inf")]
NUMBERS = ("age", "study_date", "instances", "size_mb")


def bin_of(facet: str, value: Any) -> tuple[Any, Any]:
    """The bin that holds a value, as the docstring of `Histogram` says."""
    if facet == "study_date":
        return f"{value[:4]}-01-01", f"{value[:4]}-12-31"
    if facet == "age":
        return value // 5 * 5, value // 5 * 5 + 4
    k = max(k for k, low in enumerate(EDGES) if low <= value)
    high = None if EDGES[k + 1] == float("inf") else EDGES[k + 1]
    return EDGES[k], high - 1 if high is not None and facet == "instances" else high


def expected(
    facet: str, chosen: list[dict[str, Any]]
) -> tuple[dict[tuple[Any, Any], tuple[int, int]], tuple[int, int]]:
    """Patients and series by bin, and of those without a value."""
    patients, series = defaultdict(set), defaultdict(int)
    for row in chosen:
        value = row.get(facet)
        place = None if value is None else bin_of(facet, value)
        patients[place].add((row["dataset"], row["PatientID"]))
        series[place] += 1
    counted = {place: (len(patients[place]), series[place]) for place in patients}
    missing = counted.pop(None, (0, 0))
    return counted, missing  # type: ignore[return-value]


@pytest.mark.parametrize("facet", NUMBERS)
@pytest.mark.parametrize(
    ("rule", "meets"),
    [
        (EVERYBODY, lambda row: True),
        (CohortDefinition().including(Modality.is_in("CT")), lambda row: row["Modality"] == "CT"),
        (CohortDefinition().including(Modality.is_in("CT"), age.between(20, 60)), None),
    ],
    ids=["everybody", "ct", "its own criterion"],
)
def test_histogram(facet: str, rule: CohortDefinition, meets: Any, small: Snapshot) -> None:
    if meets is None:
        facet, meets = "age", lambda row: row["Modality"] == "CT"
    histogram = Cohort(rule, small).histogram(facet)
    counted, missing = expected(facet, [row for row in rows() if meets(row)])
    assert {(low, high): (patients, series) for low, high, patients, series in histogram.bins} == counted
    assert histogram.missing == missing
    assert [low for low, *_ in histogram.bins] == sorted(low for low, *_ in histogram.bins)
    assert (histogram.facet, histogram.group) == (facet, "include:0")


@pytest.mark.parametrize("facet", ["age", "instances", "study_date"])
def test_a_bin_is_what_choosing_it_gives(facet: str, small: Snapshot) -> None:
    start = CohortDefinition().including(Modality.is_in("CT", "MR"), same="study")
    kind = {"age": age, "instances": instances}.get(facet)
    if kind is None:
        from explorer.facets import study_date as kind
    for low, high, patients, _ in Cohort(start, small).histogram(facet).bins:
        where = (*start.include[0].where, kind.between(low, high))
        assert Cohort(CohortDefinition().including(*where, same="study"), small).totals().patients == patients


def test_only_numbers_and_dates_have_a_histogram(small: Snapshot) -> None:
    with pytest.raises(OperatorError, match="Modality is a category facet"):
        Cohort(EVERYBODY, small).histogram("Modality")
    with pytest.raises(UnknownFacetError, match=r"no facet 'x'; its facets: .*Modality"):
        Cohort(EVERYBODY, small).histogram("x")
    with pytest.raises(UnknownNameError, match="its groups: none"):
        Cohort(EVERYBODY, small).facet("sex", "include:3")
    with pytest.raises(UnknownNameError, match="its groups: include:0"):
        Cohort(CohortDefinition().including(sex.is_in("F")), small).facet("sex", "exclude:0")


@pytest.mark.parametrize(
    "rule",
    [
        EVERYBODY,
        CohortDefinition().including(Modality.is_in("CT", None)),
        CohortDefinition().including(SeriesDescription.contains("T2"), sex.is_in("F"), same="study"),
        CohortDefinition().including(size_mb.between(1, None)).excluding(sex.is_in("M")),
        NOBODY,
    ],
    ids=["everybody", "series", "text", "excluding", "nobody"],
)
def test_missing_and_what_can_be_chosen(rule: CohortDefinition, small: Snapshot) -> None:
    cohort = Cohort(rule, small)
    groups = [None, *(f"include:{k}" for k in range(len(rule.include))), *(["exclude:0"] if rule.exclude else [])]
    for facet in sorted(small.recorded_facets):
        for group in groups:
            all_values = cohort.facet(facet, group).by_value()
            missing = cohort.missing(facet, group).by_value()
            assert missing == ({None: all_values[None]} if None in all_values else {}), (facet, group)
            patients, series = cohort.choosable(facet, group)
            assert patients >= max((value.patients for value in all_values.values()), default=0)
            if small.facets[facet].kind != "many-valued":
                assert series == sum(value.series for value in all_values.values()), (facet, group)


def test_series_by_name(small: Snapshot) -> None:
    cohort = Cohort(CohortDefinition().including(Modality.is_in("CT")), small)
    taken = list(cohort.frame("series", columns=["SeriesInstanceUID"])["SeriesInstanceUID"])
    others = [row["SeriesInstanceUID"] for row in rows() if row["SeriesInstanceUID"] not in taken][:5]
    found = cohort.series(
        [*reversed(taken[:4]), *others, "' OR 1=1 --", "?"], columns=["SeriesInstanceUID", "Modality"]
    )
    assert found == [{"SeriesInstanceUID": uid, "Modality": "CT"} for uid in taken[:4]]
    assert cohort.series([]) == []
    assert len(cohort.series(taken)) == len(taken)
    assert len(cohort.series([f"no.{n}" for n in range(5000)] + taken)) == len(taken)
    with pytest.raises(UnknownNameError, match="no column 'x'"):
        cohort.series(taken[:1], columns=["x"])


def test_licences_and_citations(small: Snapshot) -> None:
    chosen = [row for row in rows() if row["Modality"] == "CT"]
    cohort = Cohort(CohortDefinition().including(Modality.is_in("CT")), small)
    for key, answers in (("license", cohort.licences()), ("source_doi", cohort.citations())):
        found = {getattr(answer, key): (answer.patients, answer.series) for answer in answers}
        assert len(found) == len(answers)
        for value, counts in found.items():
            having = [row for row in chosen if row[key] == value]
            assert counts == (len({(row["dataset"], row["PatientID"]) for row in having}), len(having))
        assert sum(series for _, series in found.values()) == len(chosen)
        assert [answer.patients for answer in answers] == sorted((a.patients for a in answers), reverse=True)
    assert sum(each.bytes for each in cohort.licences()) == cohort.totals().bytes
    known = next(each for each in cohort.citations() if each.source_doi == "10.1/a")
    assert {key: getattr(known, key) for key in CITATIONS[0]} == CITATIONS[0]


def test_nobody(small: Snapshot) -> None:
    cohort = Cohort(NOBODY, small)
    totals = cohort.totals().to_dict()
    assert totals.pop("snapshot") == small.id
    assert set(totals.values()) == {0}
    assert str(cohort.totals()).startswith("0 patients")
    assert (cohort.licences(), cohort.citations()) == ((), ())
    for facet in NUMBERS:
        assert (cohort.histogram(facet).bins, cohort.histogram(facet).missing) == ((), (0, 0))
    assert cohort.facet("sex").values == ()
    assert cohort.choosable("sex") == (0, 0)
    assert cohort.levels()["include"][0] == {"series": 0, "study": 0, "patient": 0}
    steps = cohort.attrition()
    assert [step.patients for step in steps] == [40, steps[1].patients, 0, 0]
    assert all(type(value) in (int, str) for step in steps for value in step.to_dict().values())
    for level in ("patient", "study", "series"):
        frame = cohort.frame(level)  # type: ignore[arg-type]
        assert len(frame) == 0
        assert "PatientID" in frame
    assert cohort.series(["0.0.0"]) == []


def test_an_answer_is_computed_once(small: Snapshot) -> None:
    cohort = Cohort(EVERYBODY, small)
    assert cohort.facet("sex") is cohort.facet("sex", "include:0")
    cohort.close()
    assert cohort.facet("Modality").values
    assert cohort.totals().patients == 40
