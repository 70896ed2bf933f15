from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from explorer.cohort import (
    CohortDefinition,
    Group,
    Same,
    describe_criterion,
    describe_group,
    describe_selection,
    describe_within,
)
from explorer.facets import (
    BodyPartExamined,
    Criterion,
    Modality,
    SeriesDescription,
    age,
    body_part,
    cancer_type,
    dataset,
    instances,
    license,
    sex,
    size_mb,
    species,
    study_date,
)
from tests.cohort.strategies import criteria, definitions, groups

ALL = CohortDefinition()
CT, MR, PT, SEG = (Modality.is_in(value) for value in ("CT", "MR", "PT", "SEG"))
BREAST, WOMEN = BodyPartExamined.is_in("BREAST"), sex.is_in("F")

SENTENCES: list[tuple[CohortDefinition, str]] = [
    (ALL, "All patients."),
    (ALL.taking("all"), "All patients; takes all their series."),
    (ALL.taking("images"), "All patients; takes all their original images."),
    (
        ALL.taking("matching", "linked"),
        "All patients; takes the matching series with their linked segmentations and annotations.",
    ),
    (ALL.excluding(PT), "All patients; not patients with PT."),
    (ALL.including(CT), "Patients with CT."),
    (ALL.including(Modality.is_in("CT", "MR")), "Patients with CT or MR."),
    (ALL.including(Modality.is_in("CT", "MR", "CT")), "Patients with CT or MR."),
    (ALL.including(Modality.is_in("CT", "MR", "PT")), "Patients with CT, MR or PT."),
    (ALL.including(Modality.is_in("CT", None)), "Patients with modality CT or missing."),
    (ALL.including(Modality.is_in(None)), "Patients with modality missing."),
    (
        ALL.including(Modality.is_in("CT", "MR", "PT", *"ABCDEFGHIJK")),
        "Patients with one of 14 modalities (CT, MR, PT and 11 more).",
    ),
    (ALL.including(CT, same="patient"), "Patients with CT."),
    (ALL.including(MR, BREAST), "Patients with MR of the BREAST in the same series."),
    (ALL.including(BREAST, MR), "Patients with MR of the BREAST in the same series."),
    (ALL.including(MR, BREAST, same="study"), "Patients with MR and a series of the BREAST in the same study."),
    (ALL.including(MR, BREAST, same="patient"), "Patients with MR and a series of the BREAST in the same patient."),
    (ALL.including(MR, SEG, same="study"), "Patients with MR and SEG in the same study."),
    (ALL.including(MR, CT), "Patients with MR with CT in the same series."),
    (ALL.including(BREAST), "Patients with a series of the BREAST."),
    (
        ALL.including(MR, BREAST).including(WOMEN, same="patient"),
        "Patients with MR of the BREAST in the same series, whose sex is F.",
    ),
    (ALL.including(MR, BREAST, WOMEN), "Patients with MR of the BREAST in the same series, whose sex is F."),
    (ALL.including(CT, WOMEN), "Patients with CT, whose sex is F."),
    (ALL.including(sex.is_in("F", None)), "Patients whose sex is F or missing."),
    (ALL.including(dataset.is_in("nlst")), "Patients in dataset nlst."),
    (
        ALL.including(CT).including(cancer_type.is_in("Lung", "Bone")),
        "Patients with CT, in datasets about Lung or Bone.",
    ),
    (
        ALL.including(cancer_type.is_in("Lung", None)),
        "Patients in datasets about Lung or with cancer type missing.",
    ),
    (ALL.including(species.is_in("Human")), "Patients in datasets with species Human."),
    (ALL.including(species.is_in(None)), "Patients in datasets with species missing."),
    (ALL.including(CT).including(PT), "Patients with CT and with PT."),
    (ALL.including(MR, BREAST).including(PT), "Patients with MR of the BREAST in the same series, and with PT."),
    (ALL.including(CT).excluding(PT), "Patients with CT; not patients with PT."),
    (
        ALL.including(CT).excluding(PT, WOMEN).excluding(MR),
        "Patients with CT; not patients with PT and whose sex is F, nor patients with MR.",
    ),
    (
        ALL.including(MR, license.is_in("CC BY 3.0", "CC BY 4.0"), instances.between(20, 40)),
        "Patients with MR with licence CC BY 3.0 or CC BY 4.0, and 20 to 40 images in the same series.",
    ),
    (ALL.including(age.between(50, 75)), "Patients with age 50 to 75 years."),
    (ALL.including(age.between(50, 50)), "Patients with age 50 years."),
    (ALL.including(age.between(50, None)), "Patients with age 50 years or more."),
    (ALL.including(age.between(None, 50, missing=True)), "Patients with age 50 years or less or missing."),
    (ALL.including(age.between(None, None)), "Patients with age recorded."),
    (ALL.including(instances.between(None, None)), "Patients with number of images recorded."),
    (ALL.including(instances.between(1_000, None)), "Patients with 1,000 images or more."),
    (ALL.including(size_mb.between(-0.5, 1_500)), "Patients with series size −0.5 to 1,500 MB."),
    (ALL.including(study_date.between("2001-01-01", None)), "Patients with study date 2001-01-01 or later."),
    (ALL.including(study_date.between(None, "2001-01-01")), "Patients with study date 2001-01-01 or earlier."),
    (
        ALL.including(SeriesDescription.contains("T2", "a or b")),
        "Patients with series description containing “T2” or “a or b”.",
    ),
    (ALL.including(body_part.is_in("Breast")), "Patients with normalised body part Breast."),
    (ALL.including(Modality.is_in("A or B")), "Patients with “A or B”."),
    (ALL.including(Modality.is_in("missing")), "Patients with “missing”."),
    (ALL.including(Modality.is_in("a\nb")), r"Patients with “a\nb”."),
    (ALL.including(Modality.is_in("”, or “")), r"Patients with “\u201d, or \u201c”."),
    (
        ALL.including(SeriesDescription.is_in("x" * 1_000)),
        f"Patients with series description “{'x' * 40}…” (1,000 characters).",
    ),
    (ALL.including(Criterion("os_days", between=(1, 2))), "Patients with os_days 1 to 2."),
]


@pytest.mark.parametrize(("rule", "sentence"), SENTENCES, ids=[sentence[:60] for _, sentence in SENTENCES])
def test_sentence(rule: CohortDefinition, sentence: str) -> None:
    assert rule.describe() == sentence


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((0, 90), "0 to 90 days after"),
        ((1, 1), "1 day after"),
        ((30, 60), "30 to 60 days after"),
        ((-90, 90), "within 90 days before or after"),
        ((-30, 60), "30 days before to 60 days after"),
        ((-90, -10), "10 to 90 days before"),
        ((-90, 0), "0 to 90 days before"),
        ((-5, -5), "5 days before"),
        ((0, 0), "on the same day as"),
        ((5, None), "5 days or more after"),
        ((0, None), "0 days or more after"),
        ((-5, None), "up to 5 days before, or any time after,"),
        ((None, -5), "5 days or more before"),
        ((None, 0), "0 days or more before"),
        ((None, 5), "any time before, or up to 5 days after,"),
        ((None, None), "any number of days before or after"),
    ],
)
def test_days_apart(days: tuple[int | None, int | None], words: str) -> None:
    rule = ALL.including(CT).including(MR).following(0, 1, days)
    assert rule.describe() == f"Patients with CT and with MR, who have a study with MR {words} a study with CT."
    assert describe_within(rule, rule.within[0]) == f"A study with MR {words} a study with CT"


def test_pairs_say_what_a_study_has_to_meet() -> None:
    rule = ALL.including(MR, BREAST).including(MR, SEG, same="patient").including(WOMEN)
    rule = rule.following(0, 1, (0, 1)).following(2, 2, (30, None))
    assert rule.describe() == (
        "Patients with MR of the BREAST in the same series, and with MR and SEG in the same patient, whose sex is F, "
        "who have a study with MR and SEG 0 to 1 day after a study with MR of the BREAST in the same series, and any "
        "dated study 30 days or more after any dated study."
    )


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (CT, "Modality is CT"),
        (BodyPartExamined.is_in("BREAST", None), "Body part is BREAST or missing"),
        (cancer_type.is_in("Lung"), "Cancer type of the dataset is Lung"),
        (dataset.is_in("nlst"), "Dataset is nlst"),
        (age.between(50, 75, missing=True), "Age is 50 to 75 years or missing"),
        (instances.between(20, 40), "Number of images is 20 to 40"),
        (study_date.between(None, None), "Study date is recorded"),
        (SeriesDescription.contains("T2", "T1"), "Series description contains “T2” or “T1”"),
    ],
)
def test_criterion(criterion: Criterion, words: str) -> None:
    assert describe_criterion(criterion) == words


@pytest.mark.parametrize(
    ("same", "where", "words"),
    [
        ("series", (CT,), "Modality is CT"),
        ("series", (MR, BREAST), "Modality is MR and body part is BREAST in the same series"),
        ("study", (MR, BREAST, WOMEN), "Modality is MR and body part is BREAST in the same study; sex is F"),
        ("patient", (WOMEN, cancer_type.is_in("Lung")), "Sex is F; cancer type of the dataset is Lung"),
    ],
)
def test_group(same: Same, where: tuple[Criterion, ...], words: str) -> None:
    assert describe_group(Group(same, where)) == words


def test_selection() -> None:
    assert describe_selection(ALL) == "All original images"
    assert describe_selection(ALL.including(WOMEN)) == "All original images"
    assert describe_selection(ALL.including(CT)) == "The matching series"
    assert describe_selection(ALL.including(CT).taking("all")) == "All series"
    linked = ALL.including(CT).taking("images", "linked")
    assert describe_selection(linked) == "All original images with linked segmentations and annotations"


def _is_one_line(text: str) -> bool:
    return bool(text.strip()) and not any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") for c in text)


@given(definitions())
def test_every_definition_has_a_sentence_of_one_line(rule: CohortDefinition) -> None:
    sentence = rule.describe()
    assert _is_one_line(sentence)
    assert sentence.startswith(("Patients ", "All patients")) and sentence.endswith(".")
    assert _is_one_line(describe_selection(rule))
    assert all(_is_one_line(describe_within(rule, pair)) for pair in rule.within)


@given(criteria, groups)
def test_every_part_has_words(criterion: Criterion, group: Group) -> None:
    rule = CohortDefinition(include=(Group("series", (criterion,)), group))
    assert _is_one_line(describe_criterion(rule.include[0].where[0]))
    assert _is_one_line(describe_group(rule.include[1]))


EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.cohort.json")), ids=lambda path: path.name)
def test_examples_are_read_and_kept(path: Path) -> None:
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    assert CohortDefinition.read(path).to_dict() == content
