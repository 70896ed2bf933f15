"""Definitions in Spanish: the same structure as in English, with Spanish grammar and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given

from explorer.cohort import (
    CohortDefinition,
    describe_criterion,
    describe_group,
    describe_part,
    describe_selection,
    describe_within,
)
from explorer.cohort.tongues import tongue_of
from explorer.facets import (
    FACETS,
    BodyPartExamined,
    Criterion,
    Modality,
    SeriesDescription,
    age,
    cancer_type,
    dataset,
    instances,
    license,
    sex,
    size_mb,
    species,
    study_date,
)
from tests.cohort.strategies import definitions
from tests.cohort.test_sentence import ALL, BREAST, CT, MR, PT, SEG, WOMEN, _is_one_line

SENTENCES: list[tuple[CohortDefinition, str]] = [
    (ALL, "Todos los pacientes."),
    (ALL.taking("images"), "Todos los pacientes; se toman todas sus imágenes originales."),
    (ALL.including(Modality.is_in("CT", "MR", "PT")), "Pacientes con CT, MR o PT."),
    (ALL.including(Modality.is_in("CT", "OT")), "Pacientes con CT u OT."),
    (ALL.including(Modality.is_in("CT", None)), "Pacientes con modalidad CT o sin valor."),
    (
        ALL.including(Modality.is_in("CT", "MR", "PT", *"ABCDEFGHIJK")),
        "Pacientes con una de 14 modalidades (CT, MR, PT y 11 más).",
    ),
    (
        ALL.including(license.is_in(*"abcdef")).including(sex.is_in(*"abcdef")),
        "Pacientes con licencia una de 6 licencias (a, b, c y 3 más), cuyo sexo es uno de 6 valores (a, b, c y 3 más).",
    ),
    (
        ALL.including(MR, BREAST).including(WOMEN, same="patient"),
        "Pacientes con MR de BREAST en la misma serie, cuyo sexo es F.",
    ),
    (ALL.including(MR, BREAST, same="study"), "Pacientes con MR y una serie de BREAST en el mismo estudio."),
    (ALL.including(MR, SEG, same="patient"), "Pacientes con MR y SEG en el mismo paciente."),
    (ALL.including(sex.is_in("F", None)), "Pacientes cuyo sexo es F o está sin valor."),
    (ALL.including(sex.is_in(None)), "Pacientes cuyo sexo está sin valor."),
    (ALL.including(dataset.is_in("nlst")), "Pacientes en la colección nlst."),
    (ALL.including(cancer_type.is_in("Lung", "Bone")), "Pacientes en colecciones sobre Lung o Bone."),
    (
        ALL.including(cancer_type.is_in("Lung", None)),
        "Pacientes en colecciones sobre Lung o con tipo de cáncer sin valor.",
    ),
    (ALL.including(species.is_in("Human")), "Pacientes en colecciones con especie Human."),
    (ALL.including(MR, BREAST).including(PT), "Pacientes con MR de BREAST en la misma serie, y con PT."),
    (
        ALL.including(CT).excluding(PT, WOMEN).excluding(MR),
        "Pacientes con CT; se excluyen los pacientes con PT y cuyo sexo es F, y los pacientes con MR.",
    ),
    (
        ALL.including(MR, license.is_in("CC BY 3.0", "CC BY 4.0"), instances.between(20, 40)),
        "Pacientes con MR con licencia CC BY 3.0 o CC BY 4.0, y 20 a 40 imágenes en la misma serie.",
    ),
    (ALL.including(age.between(50, 75)), "Pacientes con edad de 50 a 75 años."),
    (ALL.including(age.between(None, 50, missing=True)), "Pacientes con edad de 50 años o menos o sin valor."),
    (ALL.including(age.between(None, None)), "Pacientes con edad registrada."),
    (ALL.including(instances.between(None, None)), "Pacientes con número de imágenes registrado."),
    (ALL.including(instances.between(1_000, None)), "Pacientes con 1.000 imágenes o más."),
    (ALL.including(size_mb.between(-0.5, 1_500)), "Pacientes con tamaño de la serie de −0,5 a 1.500 MB."),
    (
        ALL.including(study_date.between("2001-01-01", None)),
        "Pacientes con fecha del estudio de 2001-01-01 o posterior.",
    ),
    (
        ALL.including(SeriesDescription.contains("T2", "a o b")),
        "Pacientes con descripción de la serie que contiene “T2” o “a o b”.",
    ),
    (ALL.including(Modality.is_in("A o B")), "Pacientes con “A o B”."),
    (ALL.including(Modality.is_in("sin valor")), "Pacientes con “sin valor”."),
    (ALL.including(Modality.is_in("”, o “")), r"Pacientes con “\u201d, o \u201c”."),
    (ALL.including(Criterion("os_days", between=(1, 2))), "Pacientes con os_days de 1 a 2."),
]


@pytest.mark.parametrize(("rule", "sentence"), SENTENCES, ids=[sentence[:60] for _, sentence in SENTENCES])
def test_sentence(rule: CohortDefinition, sentence: str) -> None:
    assert rule.describe("es") == sentence


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((0, 90), "entre 0 y 90 días después de"),
        ((1, 1), "1 día después de"),
        ((-90, 90), "en los 90 días anteriores o posteriores a"),
        ((-30, 1_060), "entre 30 días antes y 1.060 días después de"),
        ((-90, -10), "entre 10 y 90 días antes de"),
        ((0, 0), "el mismo día que"),
        ((5, None), "5 días o más después de"),
        ((-5, None), "hasta 5 días antes, o en cualquier momento después, de"),
        ((None, -5), "5 días o más antes de"),
        ((None, 5), "en cualquier momento antes, o hasta 5 días después, de"),
        ((None, None), "cualquier número de días antes o después de"),
    ],
)
def test_days_apart(days: tuple[int | None, int | None], words: str) -> None:
    rule = ALL.including(CT).including(MR).following(0, 1, days)
    assert rule.describe("es") == f"Pacientes con CT y con MR, que tienen un estudio con MR {words} un estudio con CT."
    assert describe_within(rule, rule.within[0], "es") == f"Un estudio con MR {words} un estudio con CT"


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (CT, "La modalidad es CT"),
        (BodyPartExamined.is_in("BREAST", None), "La parte del cuerpo es BREAST o está sin valor"),
        (cancer_type.is_in("Lung"), "El tipo de cáncer de la colección es Lung"),
        (dataset.is_in("nlst"), "La colección es nlst"),
        (age.between(50, 75, missing=True), "La edad es de 50 a 75 años o está sin valor"),
        (instances.between(20, 40), "El número de imágenes es de 20 a 40"),
        (study_date.between(None, None), "La fecha del estudio está registrada"),
        (SeriesDescription.contains("T2", "T1"), "La descripción de la serie contiene “T2” o “T1”"),
        (Criterion("os_days", is_in=(1,)), "Os_days es 1"),
    ],
)
def test_criterion(criterion: Criterion, words: str) -> None:
    assert describe_criterion(criterion, "es") == words


def test_parts() -> None:
    rule = ALL.including(MR, BREAST, WOMEN).including(PT, SEG, same="study").excluding(CT).following(0, 1, (0, 9))
    groups = ["/include/0", "/include/1/where/0", "/include/0/same", "/include/1/same"]
    paths = ["", *groups, "/within/0", "/exclude/0", "/select"]
    said = {path: (describe_part(rule, path), describe_part(rule, path, "es")) for path in paths}
    assert said == {
        "": ("Everybody in the snapshot", "Todos los pacientes de la instantánea"),
        "/include/0": (
            "Modality is MR and body part is BREAST in the same series; sex is F",
            "La modalidad es MR y la parte del cuerpo es BREAST en la misma serie; el sexo es F",
        ),
        "/include/1/where/0": ("Modality is PT", "La modalidad es PT"),
        "/include/0/same": (
            "In the same series, not only the same study",
            "En la misma serie, no solo en el mismo estudio",
        ),
        "/include/1/same": (
            "In the same study, not only the same patient",
            "En el mismo estudio, no solo en el mismo paciente",
        ),
        "/within/0": (
            "A study with PT and SEG 0 to 9 days after a study with MR of the BREAST in the same series",
            "Un estudio con PT y SEG entre 0 y 9 días después de un estudio con MR de BREAST en la misma serie",
        ),
        "/exclude/0": ("Without: Modality is CT", "Excluidos: la modalidad es CT"),
        "/select": ("The matching series", "Las series que cumplen los criterios"),
    }


def test_selection() -> None:
    linked = ALL.including(CT).taking("images", "linked")
    assert describe_selection(linked, "es") == (
        "Todas las imágenes originales con las segmentaciones y anotaciones vinculadas"
    )


def test_every_facet_is_spoken_of() -> None:
    spanish, english = tongue_of("es"), tongue_of("en")
    for name, facet in FACETS.items():
        words = spanish.words_of(name)
        assert words.article in ("el", "la") and words.noun and words.level == facet.level
        assert words.unit != "years" and bool(words.unit or words.counted) == bool(facet.column.unit)
        assert bool(words.alone) == bool(english.words_of(name).alone)


def test_a_language_that_nobody_speaks_is_english() -> None:
    assert ALL.including(CT).describe("xx") == "Patients with CT."


@given(definitions())
def test_every_definition_has_a_sentence_of_one_line(rule: CohortDefinition) -> None:
    sentence = rule.describe("es")
    assert _is_one_line(sentence)
    assert sentence.startswith(("Pacientes ", "Todos los pacientes")) and sentence.endswith(".")
    groups = (*rule.include, *rule.exclude)
    assert all(_is_one_line(describe_group(group, "es")) for group in groups)
    assert all(_is_one_line(describe_within(rule, pair, "es")) for pair in rule.within)
