"""What each request makes of a state."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.cohort import CohortDefinition, Group, Within
from explorer.errors import DefinitionError, ExplorerError, UnknownNameError, UserError
from explorer.facets import FACETS, BodyPartExamined, Criterion, Modality, SeriesDescription, age, sex, study_date
from explorer.session import Drafts, State, edit

CT, MR, PT = Modality.is_in("CT"), Modality.is_in("MR"), Modality.is_in("PT")
CHEST, F = BodyPartExamined.is_in("CHEST"), sex.is_in("F")
EMPTY = CohortDefinition()


def after(start: CohortDefinition | State, *requests: dict[str, Any]) -> State:
    state = start if isinstance(start, State) else State(start)
    for request in requests:
        state = edit(state, request, FACETS)
    return state


def toggle(facet: str, value: str | int | None, *, on: bool = True, **more: Any) -> dict[str, Any]:
    return {"kind": "toggle", "facet": facet, "value": value, "on": on, **more}


@pytest.mark.parametrize(
    ("start", "request_", "expected"),
    [
        pytest.param(EMPTY, toggle("Modality", "CT"), EMPTY.including(CT), id="into a new group"),
        pytest.param(
            EMPTY.including(CT),
            toggle("Modality", "MR"),
            EMPTY.including(Modality.is_in("CT", "MR")),
            id="or within a facet",
        ),
        pytest.param(EMPTY.including(CT), toggle("sex", "F"), EMPTY.including(CT, F), id="and between facets"),
        pytest.param(
            EMPTY.including(CT).including(F),
            toggle("sex", None),
            EMPTY.including(CT).including(sex.is_in("F", None)),
            id="into the first group that names the facet",
        ),
        pytest.param(
            EMPTY.including(CT), toggle("Modality", "CT"), EMPTY.including(CT), id="a value twice is the value"
        ),
        pytest.param(
            EMPTY.including(CT, F), toggle("Modality", "CT", on=False), EMPTY.including(F), id="last value of a facet"
        ),
        pytest.param(EMPTY.including(CT), toggle("Modality", "CT", on=False), EMPTY, id="last value of a group"),
        pytest.param(EMPTY, toggle("Modality", "CT", on=False), EMPTY, id="nothing to take away"),
        pytest.param(
            EMPTY.including(CT).including(F),
            toggle("Modality", "MR", group="include:1"),
            EMPTY.including(CT).including(F, MR),
            id="into the group that is named",
        ),
        pytest.param(
            EMPTY.excluding(PT),
            toggle("Modality", "CT", group="exclude:0"),
            EMPTY.excluding(Modality.is_in("PT", "CT")),
            id="into an exclude group",
        ),
        pytest.param(
            EMPTY.including(age.between(1, 2)),
            toggle("age", None),
            EMPTY.including(age.is_in(None)),
            id="only missing takes the place of a range",
        ),
        pytest.param(
            EMPTY.including(Modality.is_in("CT", "MR"), Modality.is_in("CT")),
            toggle("Modality", "CT", on=False),
            EMPTY.including(MR),
            id="several criteria on a facet become one",
        ),
    ],
)
def test_toggle(start: CohortDefinition, request_: dict[str, Any], expected: CohortDefinition) -> None:
    assert after(start, request_).definition == expected


def test_alt_click_excludes_in_a_group_of_its_own() -> None:
    start = EMPTY.including(CT).excluding(PT, F)
    state = after(start, toggle("Modality", "PT", exclude=True))
    assert state.definition == start.excluding(PT)
    state = after(state, toggle("Modality", "MR", exclude=True))
    assert state.definition == start.excluding(Modality.is_in("PT", "MR"))
    state = after(
        state, toggle("Modality", "PT", exclude=True, on=False), toggle("Modality", "MR", exclude=True, on=False)
    )
    assert state.definition == start
    assert after(start, toggle("sex", None, exclude=True)).definition == start.excluding(sex.is_in(None))


def test_ranges() -> None:
    request = {"kind": "range", "facet": "age", "low": 50, "high": 74, "missing": True}
    state = after(EMPTY.including(CT), request)
    assert state.definition == EMPTY.including(CT, age.between(50, 74, missing=True))
    state = after(state, {**request, "low": None, "missing": False})
    assert state.definition == EMPTY.including(CT, age.between(None, 74))
    days = {"kind": "range", "facet": "study_date", "low": "2000-01-01", "high": None}
    assert after(EMPTY, days).definition == EMPTY.including(study_date.between("2000-01-01", None))


def test_contains_and_clear() -> None:
    request = {"kind": "contains", "facet": "SeriesDescription", "texts": ["t2 tse", "flair"]}
    state = after(EMPTY, request)
    assert state.definition == EMPTY.including(SeriesDescription.contains("t2 tse", "flair"))
    assert after(state, {**request, "texts": []}).definition == EMPTY
    assert after(state, {"kind": "clear", "facet": "SeriesDescription"}).definition == EMPTY
    assert after(state, {"kind": "clear", "facet": "age"}).definition == state.definition
    two = EMPTY.including(CT, F).including(F)
    assert after(two, {"kind": "clear", "facet": "sex", "group": "include:1"}).definition == EMPTY.including(CT, F)


def test_remove() -> None:
    start = EMPTY.including(CT, F).excluding(PT)
    assert after(start, {"kind": "remove", "group": "include:0", "criterion": 0}).definition == EMPTY.including(
        F
    ).excluding(PT)
    assert after(start, {"kind": "remove", "group": "exclude:0", "criterion": 0}).definition == EMPTY.including(CT, F)


def test_level() -> None:
    state = after(EMPTY.including(CT, CHEST), {"kind": "level", "group": "include:0", "same": "study"})
    assert state.definition == EMPTY.including(CT, CHEST, same="study")
    assert state.active == "include:0"


def test_cards_are_drafts_until_they_hold_something() -> None:
    state = after(EMPTY.including(CT), {"kind": "group-add"}, {"kind": "group-add", "exclude": True})
    assert state.definition == EMPTY.including(CT)
    assert (state.drafts, state.active) == (Drafts(1, 1), "exclude:0")
    state = after(state, toggle("Modality", "PT"))
    assert state.definition == EMPTY.including(CT).excluding(PT)
    assert (state.drafts, state.active) == (Drafts(1, 0), "exclude:0")
    state = after(state, {"kind": "activate", "group": "include:1"}, toggle("Modality", "MR"))
    assert state.definition == EMPTY.including(CT).including(MR).excluding(PT)
    assert state.drafts == Drafts()
    state = after(state, {"kind": "group-add"}, {"kind": "group-delete", "group": "include:2"})
    assert (state.drafts, state.active) == (Drafts(), None)


def test_values_for_one_card_of_two_go_to_one_group() -> None:
    state = after(EMPTY.including(CT), {"kind": "group-add"}, {"kind": "group-add"})
    state = after(state, toggle("Modality", "MR"), toggle("sex", "F"))
    assert state.definition == EMPTY.including(CT).including(MR, F)
    assert state.drafts == Drafts(1)


PAIRED = CohortDefinition(
    include=(Group("series", (CT,)), Group("study", (MR,)), Group("patient", (F,))),
    exclude=(Group("series", (PT,)),),
    within=(Within(0, 1, (0, 90)), Within(1, 2, (None, 5))),
)


def test_groups_move_and_within_follows_them() -> None:
    state = after(PAIRED, {"kind": "group-move", "group": "include:0", "by": 1})
    assert [group.where[0] for group in state.definition.include] == [MR, CT, F]
    assert state.definition.within == (Within(1, 0, (0, 90)), Within(0, 2, (None, 5)))
    assert state.active == "include:1"
    assert after(PAIRED, {"kind": "group-move", "group": "include:0", "by": -1}).definition == PAIRED
    assert after(PAIRED, {"kind": "group-move", "group": "exclude:0", "by": 1}).definition == PAIRED
    two = PAIRED.excluding(CT)
    moved = after(two, {"kind": "group-move", "group": "exclude:1", "by": -1})
    assert [group.where[0] for group in moved.definition.exclude] == [CT, PT]
    assert moved.active == "exclude:0"


def test_groups_go_and_within_with_them() -> None:
    gone = after(PAIRED, {"kind": "group-delete", "group": "include:0"}).definition
    assert [group.where[0] for group in gone.include] == [MR, F]
    assert gone.within == (Within(0, 1, (None, 5)),)
    flipped = after(PAIRED, {"kind": "group-flip", "group": "include:1"}).definition
    assert [group.where[0] for group in flipped.include] == [CT, F]
    assert flipped.exclude == (*PAIRED.exclude, PAIRED.include[1])
    assert flipped.within == ()
    back = after(PAIRED, {"kind": "group-flip", "group": "exclude:0"}).definition
    assert (back.include[3], back.exclude, back.within) == (PAIRED.exclude[0], (), PAIRED.within)
    twice = after(PAIRED, {"kind": "group-duplicate", "group": "include:1"}).definition
    assert (twice.include, twice.within) == ((*PAIRED.include, PAIRED.include[1]), PAIRED.within)
    emptied = after(PAIRED, {"kind": "remove", "group": "include:2", "criterion": 0}).definition
    assert emptied.within == (Within(0, 1, (0, 90)),)


def test_selection_and_name() -> None:
    state = after(PAIRED, {"kind": "select", "select": "all"}, {"kind": "rename", "name": "A <b> name"})
    assert state.definition == PAIRED.taking("all").named("A <b> name")


@pytest.mark.parametrize(
    ("request_", "kind", "says"),
    [
        ({}, UserError, "toggle, range"),
        ({"kind": "no such"}, UserError, "'no such' is no request; requests are toggle, range"),
        (toggle("modality", "CT"), UnknownNameError, "there is no facet 'modality'; there are"),
        (toggle("Modality", "CT", group="first"), UnknownNameError, "include:0, include:1"),
        (toggle("Modality", "CT", group="include:-1"), UnknownNameError, "include:0, include:1"),
        (toggle("age", "x" * 2000), DefinitionError, "1,000|1000"),
        ({"kind": "range", "facet": "age", "low": 5, "high": 1}, DefinitionError, "5"),
        ({"kind": "contains", "facet": "SeriesDescription", "texts": [""]}, DefinitionError, "contains"),
        ({"kind": "remove", "group": "include:0", "criterion": 7}, UnknownNameError, "include:0 has no criterion 7"),
        ({"kind": "remove", "group": "include:9", "criterion": 0}, UnknownNameError, "no include group 9; there are 3"),
        ({"kind": "level", "group": "include:0", "same": "row"}, UserError, "series, study, patient"),
        ({"kind": "level", "group": "include:5", "same": "study"}, UnknownNameError, "there are 3"),
        ({"kind": "group-duplicate", "group": "exclude:4"}, UnknownNameError, "there are 1"),
        ({"kind": "group-flip", "group": "exclude:4"}, UnknownNameError, "there are 1"),
        ({"kind": "group-move", "group": "include:3", "by": 1}, UnknownNameError, "there are 3"),
        ({"kind": "activate", "group": "somewhere"}, UnknownNameError, "include:0"),
        ({"kind": "select", "select": "some"}, DefinitionError, "matching"),
        ({"kind": "rename", "name": "NUL \0"}, DefinitionError, "NUL"),
        ({"kind": "rename", "name": 7}, DefinitionError, "the name is text, not a number"),
    ],
)
def test_bad_requests_say_what_exists(request_: dict[str, Any], kind: type[ExplorerError], says: str) -> None:
    with pytest.raises(kind, match=says):
        after(PAIRED, request_)


def test_twenty_groups_are_the_most() -> None:
    full = CohortDefinition(include=(Group("series", (Criterion("Modality", is_in=("CT",)),)),) * 20)
    with pytest.raises(DefinitionError, match="20"):
        after(full, {"kind": "group-duplicate", "group": "include:0"})
    with pytest.raises(DefinitionError, match="20"):
        after(full, toggle("Modality", "MR", exclude=True))
