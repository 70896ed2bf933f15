"""What Python says on a page, in its language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer import CohortDefinition, Snapshot
from explorer.cohort.checking import check_definition
from explorer.counts import SmallCounts
from explorer.facets import FACETS, Modality, SeriesDescription, sex, study_date
from explorer.sources import RowsSource
from explorer.views.parts import bar_data
from explorer.views.speech import Speech
from tests.cohort.test_check import Small
from tests.home import ROOT

SPANISH: dict[str, str] = json.loads((ROOT / "widgets" / "locale" / "es.json").read_text(encoding="utf-8"))
RULE = CohortDefinition().including(Modality.is_in("CT"), sex.is_in("F")).excluding(Modality.is_in("PT"))
EN, ES = Speech(), Speech("es")
TEN = SmallCounts(10, 10)


class Unlinked(Small):
    has_links = False


def test_numbers_and_their_places() -> None:
    assert EN.say("%1 of %2 patients", 3_296, "86,451") == "3,296 of 86,451 patients"
    assert ES.say("%1 of %2 patients", 3_296, "86.451") == "3.296 de 86.451 pacientes"
    assert [speech.number(1_204.5) for speech in (EN, ES)] == ["1,204.5", "1.204,5"]
    assert [ES.percent(286, 1_000), ES.percent(1, 2_000), ES.percent(0, 5)] == ["28,6 %", "< 0,1 %", "0"]
    assert [EN.percent(286, 1_000), EN.percent(1, 2_000), EN.percent(None, 5)] == ["28.6 %", "< 0.1 %", "0"]


@pytest.mark.parametrize(("patients", "english", "spanish"), [
    (3_296, "≈ 3,296", "≈ 3.296"),
    (None, "under 10", "menos de 10"),
    (0, "0", "0"),
])  # fmt: skip
def test_protected_counts(patients: int | None, english: str, spanish: str) -> None:
    assert (EN.patients(patients, TEN), ES.patients(patients, TEN)) == (english, spanish)


def test_sizes_that_are_not_shown() -> None:
    assert (EN.size(None, TEN), ES.size(None, TEN), ES.size(1_000, None)) == ("not shown", "no se muestra", "1.000")
    assert EN.policy(TEN) == TEN.sentence()
    assert ES.policy(TEN).startswith("Los recuentos pequeños están protegidos: por debajo de 10 ")


def test_a_definition() -> None:
    assert EN.sentence(RULE) == RULE.describe()
    assert ES.sentence(RULE) == "Pacientes con CT, cuyo sexo es F; se excluyen los pacientes con PT."
    assert ES.rule(RULE, "/exclude/0") == "Excluidos: la modalidad es PT"
    assert EN.taken(RULE) == "The cohort takes the matching series."
    assert ES.taken(RULE) == "La cohorte toma las series que cumplen los criterios."
    assert [choice["title"] for choice in ES.choices(RULE)] == [
        "las series que cumplen los criterios",
        "todas las imágenes originales",
        "todas las series",
    ]


@pytest.mark.parametrize("speech", [EN, ES])
@pytest.mark.parametrize("low", [None, -30, -1, 0, 1, 1_000])
@pytest.mark.parametrize("high", [None, -1, 0, 1, 30, 1_000])
def test_the_days_of_a_pair_are_words_of_the_sentence(speech: Speech, low: int | None, high: int | None) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    rule = CohortDefinition().including(Modality.is_in("CT")).following(0, 0, (low, high))
    assert f" {speech.days(rule.within[0])} " in speech.sentence(rule)


@pytest.mark.parametrize(("speech", "day", "word"), [(EN, "undated", "snapshot"), (ES, "sin fecha", "instantánea")])
def test_what_the_bar_says_about_the_snapshot(speech: Speech, day: str, word: str, tmp_path: Path) -> None:
    snapshot = Snapshot.build(RowsSource([{"PatientID": "p", "Modality": "CT"}]), store=tmp_path)
    about = bar_data(RULE, snapshot, {}, speech, theme="", exporting=False)["about"]
    assert about == f"{snapshot.title}, {day}, {word} {snapshot.id[:12]}"


def test_advice() -> None:
    rule = CohortDefinition().including(
        Modality.is_in("MRI", None), SeriesDescription.contains("zzz"), study_date.between("2001-01-01", None)
    )
    advice = check_definition(rule.taking("matching", "linked"), Unlinked())
    assert EN.advice(advice) == [each.message for each in advice]
    said = ES.advice(advice)
    assert said[0].startswith('Modality "MRI" no aparece en esta instantánea y no cuenta nada.')
    assert not any(one == other for one, other in zip(said, EN.advice(advice), strict=True))


def test_every_facet_has_spanish_words() -> None:
    for facet in FACETS.values():
        column = facet.column
        texts = [facet.title, column.description, column.missing, column.caution, column.unit]
        assert [text for text in texts if text and not SPANISH.get(text)] == []
