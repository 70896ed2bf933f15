from __future__ import annotations

import copy
import json
import os
import pickle
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from explorer.cohort import CohortDefinition, Group, Within
from explorer.errors import DefinitionError, SurroundingsError, UserError
from explorer.facets import BodyPartExamined, Modality, sex

CT, MR, WOMEN = Modality.is_in("CT"), Modality.is_in("MR"), sex.is_in("F")
RULE = (
    CohortDefinition(name="x", annotations={"notes": ["a"]})
    .including(CT, BodyPartExamined.is_in("CHEST"))
    .including(WOMEN, same="patient")
    .including(MR, same="study")
    .excluding(Modality.is_in("PT"))
    .following(0, 2, (0, 90))
    .following(1, 1, (None, None))
    .following(2, 2, (1, None))
)


def test_a_definition_is_frozen_and_hashable() -> None:
    with pytest.raises(FrozenInstanceError):
        RULE.name = "y"  # type: ignore[misc]
    with pytest.raises(TypeError):
        RULE.annotations["notes"] = []  # type: ignore[index]
    RULE.annotations["notes"].append("b")
    assert RULE.annotations == {"notes": ["a"]}
    assert {RULE: 1}[CohortDefinition.from_json(RULE.to_json())] == 1


def test_a_definition_travels_between_processes() -> None:
    for again in (pickle.loads(pickle.dumps(RULE)), copy.deepcopy(RULE)):
        assert again == RULE and again.id == RULE.id


def test_equality_is_what_is_written() -> None:
    assert RULE.named("y") != RULE and RULE.id == RULE.named("y").id
    assert replace(RULE, annotations={}) != RULE and RULE.id == replace(RULE, annotations={}).id
    assert CohortDefinition().including(Modality.is_in("CT", "MR")).id == (
        CohortDefinition().including(Modality.is_in("MR", "CT", "MR")).id
    )


def test_builders_leave_the_old_one_as_it_was() -> None:
    before = RULE.to_json()
    RULE.named("y"), RULE.taking("all"), RULE.including(CT), RULE.excluding(CT), RULE.following(0, 0, (0, 0))
    assert RULE.to_json() == before


def test_taking_keeps_derived_unless_told() -> None:
    linked = RULE.taking("images", derived="linked")
    assert (linked.taking("all").select, linked.taking("all").derived) == ("all", "linked")
    assert linked.taking("all", "none").derived == "none"


def test_leaving_out_a_group_keeps_the_other_pairs_true() -> None:
    without = RULE.with_group("include", 1, None)
    assert [group.same for group in without.include] == ["series", "study"]
    assert without.within == (Within(0, 1, (0, 90)), Within(1, 1, (1, None)))
    assert RULE.with_group("exclude", 0, None).within == RULE.within


def test_replacing_a_group() -> None:
    changed = RULE.with_group("include", 0, Group("patient", (CT,)))
    assert changed.include[0] == Group("patient", (CT,)) and changed.within == RULE.within
    for index in (3, -1):
        with pytest.raises(DefinitionError, match="there are 3"):
            RULE.with_group("include", index, None)


def test_a_criterion_takes_the_place_of_those_on_its_facet() -> None:
    changed = RULE.with_criterion("include", 0, MR)
    assert changed.include[0].where == (MR, BodyPartExamined.is_in("CHEST"))
    assert RULE.with_criterion("include", 2, WOMEN).include[2].where == (MR, WOMEN)
    twice = CohortDefinition().including(CT, WOMEN, MR).with_criterion("include", 0, Modality.is_in("PT"))
    assert twice.include[0].where == (Modality.is_in("PT"), WOMEN)
    with pytest.raises(DefinitionError):
        RULE.with_criterion("exclude", 1, MR)


def test_a_file_holds_everything(tmp_path: Path) -> None:
    path = tmp_path / "a.cohort.json"
    RULE.save(path)
    assert CohortDefinition.read(path) == RULE
    assert json.loads(path.read_text("utf-8")) == RULE.to_dict()
    assert list(RULE.to_dict()) == ["version", "name", "include", "exclude", "within", "select", "annotations"]
    assert [each.name for each in tmp_path.iterdir()] == ["a.cohort.json"]


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.cohort.json"
    RULE.save(path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SurroundingsError, match="No space left"):
        CohortDefinition().save(path)
    assert CohortDefinition.read(path) == RULE
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(SurroundingsError, match="cannot be written"):
        RULE.save(tmp_path / "none" / "a.json")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        CohortDefinition.read(tmp_path / "none.json")
    with pytest.raises(UserError, match="is a folder"):
        CohortDefinition.read(tmp_path)
    with pytest.raises((UserError, SurroundingsError)):
        CohortDefinition.read("a\0b")
