"""A step of the history in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer import CohortDefinition
from explorer.cohort import with_mark, with_note
from explorer.facets import BodyPartExamined, Modality, age, sex
from explorer.session import State, edit
from explorer.snapshot import Snapshot
from explorer.sources import RowsSource
from explorer.views.speech import Speech
from explorer.views.steps import step_in_words

ALL = CohortDefinition()
MR = ALL.including(Modality.is_in("MR"))
BREAST = ALL.including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"))
WOMEN = BREAST.including(sex.is_in("F"), same="patient")
NO_PET = WOMEN.excluding(Modality.is_in("PT"))
STUDY = BREAST.with_group("include", 0, replace(BREAST.include[0], same="study"))
DAYS = WOMEN.following(0, 1, (0, 9))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (ALL, MR, "Modality is MR"),
        (MR, BREAST, "Body part is BREAST"),
        (BREAST, MR, "Taken out: body part is BREAST"),
        (MR, ALL.including(Modality.is_in("MR", "CT")), "Modality is MR or CT"),
        (BREAST, WOMEN, "Sex is F"),
        (WOMEN, BREAST, "Taken out: sex is F"),
        (WOMEN, NO_PET, "Exclude: modality is PT"),
        (NO_PET, WOMEN, "Excluded no more: modality is PT"),
        (BREAST, STUDY, "In the same study"),
        (NO_PET, ALL, "Start again"),
        (WOMEN, DAYS, "Any dated study 0 to 9 days after a study with MR of the BREAST in the same series"),
        (MR, MR.named("Mine"), "Named “Mine”"),
        (MR.named("Mine"), MR, "Name taken away"),
        (MR, MR.taking("all"), "The cohort takes all series"),
        (MR, replace(MR, derived="linked"), "With linked segmentations"),
        (MR, with_note(MR, "x"), "Note written"),
        (MR, with_mark(MR, "1.2", "flag"), "Series marked"),
        (ALL, WOMEN.named("Breast MR of women"), "Breast MR of women"),
        (ALL, ALL.including(age.between(50, 60)), "Age is 50 to 60 years"),
        (BREAST, ALL.excluding(*BREAST.include[0].where), "Exclude: modality is MR and body part is BREAST in the "),
        (ALL, WOMEN, "Patients with MR of the BREAST in the same series, whose sex is F"),
    ],
)
def test_a_step_says_what_it_changed(before: CohortDefinition, after: CohortDefinition, words: str) -> None:
    said = step_in_words(before, after, Speech())
    assert said == words or (words.endswith(" ") and said.startswith(words))
    assert step_in_words(before, after, Speech("es"))


def test_pauses_are_steps(tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = [{"PatientID": "a", "Modality": "MR", "BodyPartExamined": "BREAST", "sex": "F"}]
    facets = Snapshot.build(RowsSource(rows), store=tmp_path_factory.mktemp("snapshots")).facets
    paused = edit(State(WOMEN), {"kind": "group-pause", "group": "include:1"}, facets)
    assert step_in_words(WOMEN, paused.definition, Speech()) == "Paused: sex is F"
    again = edit(paused, {"kind": "group-resume", "index": 0}, facets)
    assert step_in_words(paused.definition, again.definition, Speech()) == "Counts again: sex is F"
    gone = edit(paused, {"kind": "paused-delete", "index": 0}, facets)
    assert step_in_words(paused.definition, gone.definition, Speech()) == "Taken out: sex is F"
