"""What each request about groups makes of a state: pausing, moving between groups, order, days between two."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from explorer.cohort import CohortDefinition, Within
from explorer.cohort.paused import paused_of
from explorer.errors import DefinitionError, ExplorerError, UnknownNameError, UserError
from explorer.facets import BodyPartExamined, Criterion, Modality, SeriesDescription, age, sex
from explorer.session import Drafts, State
from tests.session.test_edits import CHEST, CT, EMPTY, MR, PT, F, after

FOUR = (
    EMPTY.including(CT)
    .including(MR, CHEST)
    .including(PT)
    .including(F, same="patient")
    .excluding(Modality.is_in("SM"))
    .excluding(sex.is_in("M"))
    .following(0, 1, (0, 90))
    .following(1, 2, (None, 30))
    .following(2, 2, (365, None))
    .following(3, 0, (None, None))
)


def pause(group: str) -> dict[str, Any]:
    return {"kind": "group-pause", "group": group}


def resume(index: int) -> dict[str, Any]:
    return {"kind": "group-resume", "index": index}


def plain(definition: CohortDefinition) -> tuple[Any, ...]:
    """What counts, with the pairs in time in any order."""
    pairs = sorted(map(repr, definition.within))
    return definition.include, definition.exclude, pairs, definition.annotations


def test_a_paused_group_does_not_count_and_comes_back_as_it_was() -> None:
    state = after(FOUR, pause("include:1"))
    now = state.definition
    assert [group.where[0] for group in now.include] == [CT, PT, F]
    assert now.within == (Within(1, 1, (365, None)), Within(2, 0, (None, None)))
    assert dict(now.annotations) == {
        "paused": [
            {
                "kind": "include",
                "at": 1,
                "group": {
                    "same": "series",
                    "where": [
                        {"facet": "Modality", "is_in": ["MR"]},
                        {"facet": "BodyPartExamined", "is_in": ["CHEST"]},
                    ],
                },
                "within": [
                    {"first": 0, "then": 1, "days": [0, 90]},
                    {"first": 1, "then": 2, "days": [None, 30]},
                ],
            }
        ]
    }
    assert CohortDefinition.from_json(now.to_json()) == now
    assert plain(after(state, resume(0)).definition) == plain(FOUR)
    out = after(FOUR, pause("exclude:0")).definition
    assert (out.include, out.within, out.exclude) == (FOUR.include, FOUR.within, FOUR.exclude[1:])
    assert after(out, resume(0)).definition == FOUR


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_the_order_of_resuming_everything_comes_back(order: tuple[int, ...]) -> None:
    state = after(FOUR, pause("include:2"), pause("exclude:1"), pause("include:0"))
    left = [0, 1, 2]
    for each in order:
        state = after(state, resume(left.index(each)))
        left.remove(each)
    assert plain(state.definition) == plain(FOUR)


def test_everything_paused_is_everybody() -> None:
    state = after(FOUR, *[pause("include:0")] * 4, *[pause("exclude:0")] * 2)
    assert (state.definition.include, state.definition.exclude, state.definition.within) == ((), (), ())
    assert state.definition.id == EMPTY.id
    state = after(state, *[resume(0)] * 6)
    assert plain(state.definition) == plain(FOUR)


def test_edits_meanwhile_leave_paused_groups_in_their_places() -> None:
    """Each edit of the groups that count gives the same with a group paused meanwhile as without."""
    for edit_before, edit_meanwhile in (
        (
            {"kind": "group-place", "group": "include:3", "to": 0},
            {"kind": "group-place", "group": "include:2", "to": 0},
        ),
        ({"kind": "group-delete", "group": "include:2"}, {"kind": "group-delete", "group": "include:1"}),
        ({"kind": "group-flip", "group": "include:3"}, {"kind": "group-flip", "group": "include:2"}),
        (
            {"kind": "clear", "facet": "sex", "group": "include:3"},
            {"kind": "clear", "facet": "sex", "group": "include:2"},
        ),
    ):
        meanwhile = after(FOUR, pause("include:1"), edit_meanwhile, resume(0)).definition
        expected = after(FOUR, edit_before).definition
        if edit_before["kind"] == "group-place":  # the paused one keeps its place, the others go round it
            assert [g.where[0] for g in meanwhile.include] == [F, MR, CT, PT]
            assert {Within(0, 2, (None, None)), Within(2, 1, (0, 90)), Within(1, 3, (None, 30))} < set(meanwhile.within)
        else:
            assert plain(meanwhile) == plain(expected)


def test_a_paused_group_can_be_deleted() -> None:
    state = after(FOUR, pause("include:2"), pause("include:0"), {"kind": "paused-delete", "index": 0}, resume(0))
    assert plain(state.definition) == plain(after(FOUR, {"kind": "group-delete", "group": "include:2"}).definition)
    assert "paused" not in state.definition.annotations


def test_other_annotations_stay_and_what_is_no_pause_is_passed_over() -> None:
    group = {"same": "series", "where": [{"facet": "sex", "is_in": ["F"]}]}
    entries = [
        "no group",
        {"kind": "include", "at": 0, "group": {"same": "series", "where": []}},
        {"kind": "include", "at": True, "group": group},
        {"kind": "neither", "at": 0, "group": group},
        {"kind": "include", "at": 0, "group": group, "within": [{"first": -1, "then": 0, "days": [0, 1]}]},
        {"kind": "include", "at": 19, "group": group, "within": [{"first": 19, "then": 7, "days": [0, 1]}]},
    ]
    start = CohortDefinition(annotations={"note": "kept", "paused": entries})
    assert [paused.at for paused in paused_of(start)] == [19]
    for index in (*range(5), 6, -1, "0", None, True, 0.0):
        with pytest.raises(UnknownNameError):
            after(start, {"kind": "group-resume", "index": index})
    state = after(start, resume(5))
    assert (state.definition.include[0].where, state.definition.within) == ((F,), ())
    assert dict(state.definition.annotations) == {"note": "kept"}
    assert paused_of(CohortDefinition(annotations={"paused": {"a": 1}})) == ()


def test_no_more_groups_than_can_be() -> None:
    state = State(EMPTY)
    for n in range(20):
        state = after(State(state.definition.including(age.between(n, n))), pause("include:0"))
    with pytest.raises(UserError, match="20 groups are paused"):
        after(State(state.definition.including(CT)), pause("include:0"))
    full = State(state.definition)
    for n in range(20):
        full = State(full.definition.including(age.between(n, None)))
    with pytest.raises(DefinitionError, match="at most 20"):
        after(full, resume(3))


@pytest.mark.parametrize(
    ("start", "request_", "expected", "active"),
    [
        pytest.param(
            EMPTY.including(Modality.is_in("CT", "MR")).including(F),
            {"from": "include:0", "to": "include:1", "facet": "Modality", "value": "MR"},
            EMPTY.including(CT).including(F, MR),
            "include:1",
            id="a value",
        ),
        pytest.param(
            EMPTY.including(CT).including(MR, F),
            {"from": "include:0", "to": "include:1", "facet": "Modality", "value": "CT"},
            EMPTY.including(Modality.is_in("MR", "CT"), F),
            "include:0",
            id="the last value, beside those of its facet",
        ),
        pytest.param(
            EMPTY.including(CT, age.between(1, 2)).excluding(MR),
            {"from": "include:0", "to": "exclude:0", "criterion": 1},
            EMPTY.including(CT).excluding(MR, age.between(1, 2)),
            "exclude:0",
            id="a whole criterion",
        ),
        pytest.param(
            EMPTY.including(age.is_in(7, None), CT).including(PT, age.between(5, None)),
            {"from": "include:0", "to": "include:1", "facet": "age", "value": None},
            EMPTY.including(age.is_in(7), CT).including(PT, age.between(5, None, missing=True)),
            "include:1",
            id="missing, to a range",
        ),
        pytest.param(
            EMPTY.including(age.between(1, 2), CT).excluding(age.is_in(None)),
            {"from": "include:0", "to": "exclude:0", "criterion": 0},
            EMPTY.including(CT).excluding(age.between(1, 2, missing=True)),
            "exclude:0",
            id="a range, to missing",
        ),
        pytest.param(
            EMPTY.including(age.between(1, 2, missing=True), CT).including(age.between(1, 2)),
            {"from": "include:0", "to": "include:1", "criterion": 0},
            EMPTY.including(CT).including(age.between(1, 2, missing=True)),
            "include:1",
            id="the same range, one with missing",
        ),
        pytest.param(
            EMPTY.including(SeriesDescription.contains("a"), CT).including(SeriesDescription.contains("b", "a")),
            {"from": "include:0", "to": "include:1", "criterion": 0},
            EMPTY.including(CT).including(SeriesDescription.contains("b", "a")),
            "include:1",
            id="texts join",
        ),
        pytest.param(
            EMPTY.including(CT, F),
            {"from": "include:0", "to": "include:new", "criterion": 1},
            EMPTY.including(CT).including(F),
            "include:1",
            id="into a new group",
        ),
        pytest.param(
            EMPTY.including(CT, F),
            {"from": "include:0", "to": "exclude:new", "facet": "sex", "value": "F"},
            EMPTY.including(CT).excluding(F),
            "exclude:0",
            id="into a new exclude group",
        ),
        pytest.param(
            State(EMPTY.including(CT, F), drafts=Drafts(2, 0)),
            {"from": "include:0", "to": "include:2", "criterion": 1},
            EMPTY.including(CT).including(F),
            "include:1",
            id="into an empty card",
        ),
        pytest.param(
            EMPTY.including(CT, F),
            {"from": "include:0", "to": "include:0", "criterion": 1},
            EMPTY.including(CT, F),
            None,
            id="to where it is",
        ),
    ],
)
def test_moving_between_groups(
    start: CohortDefinition | State, request_: dict[str, Any], expected: CohortDefinition, active: str | None
) -> None:
    state = after(start, {"kind": "move", **request_})
    assert (state.definition, state.active) == (expected, active)
    if isinstance(start, State):
        assert state.drafts == Drafts(1, 0)


@pytest.mark.parametrize(
    ("moved", "there"),
    [
        pytest.param(age.between(1, 2), age.between(5, None), id="two ranges"),
        pytest.param(age.is_in(7), age.between(5, None), id="a value, to a range"),
        pytest.param(age.between(5, None), age.is_in(7, None), id="a range, to values"),
        pytest.param(SeriesDescription.is_in(None), SeriesDescription.contains("a"), id="missing, to texts"),
    ],
)
def test_what_one_criterion_cannot_say_is_refused(moved: Criterion, there: Criterion) -> None:
    """Beside each other in one group they would ask for both of one value, which nobody has."""
    start = State(EMPTY.including(CT, moved).including(there, PT))
    with pytest.raises(UserError, match="or move this to a new group"):
        after(start, {"kind": "move", "from": "include:0", "to": "include:1", "criterion": 1})
    aside = after(start, {"kind": "move", "from": "include:0", "to": "include:new", "criterion": 1})
    assert aside.definition == EMPTY.including(CT).including(there, PT).including(moved)


def test_moving_the_last_criterion_takes_the_group_and_its_pairs_along() -> None:
    state = after(FOUR, {"kind": "move", "from": "include:0", "to": "include:3", "criterion": 0})
    assert [group.where[0] for group in state.definition.include] == [MR, PT, F]
    assert state.definition.within == (Within(0, 1, (None, 30)), Within(1, 1, (365, None)))
    assert state.active == "include:2"


def test_placing() -> None:
    state = after(FOUR, {"kind": "group-place", "group": "include:3", "to": 0})
    assert [group.where[0] for group in state.definition.include] == [F, CT, MR, PT]
    assert state.definition.within[0] == Within(1, 2, (0, 90))
    assert state.definition.within[3] == Within(0, 1, (None, None))
    assert state.active == "include:0"
    assert after(state, {"kind": "group-place", "group": "include:0", "to": 3}).definition == FOUR
    for to in (4, -1, 3):
        assert after(FOUR, {"kind": "group-place", "group": "include:3", "to": to}).definition == FOUR
    swapped = after(FOUR, {"kind": "group-place", "group": "exclude:0", "to": 1}).definition
    assert swapped.exclude == FOUR.exclude[::-1]


def test_days_between_two_groups() -> None:
    start = EMPTY.including(CT).including(MR)
    ask = {"kind": "within", "index": None, "first": 0, "then": 1, "days": [0, 90]}
    state = after(start, ask, ask)
    assert state.definition == start.following(0, 1, (0, 90))
    state = after(state, {**ask, "then": 0, "days": [365, None]}, {**ask, "index": 0, "first": 1, "then": 0})
    assert state.definition.within == (Within(1, 0, (0, 90)), Within(0, 0, (365, None)))
    state = after(state, {"kind": "within-remove", "index": 0})
    assert state.definition.within == (Within(0, 0, (365, None)),)
    for wrong in (
        {**ask, "then": 2},
        {**ask, "first": "0"},
        {**ask, "days": [90, 0]},
        {**ask, "days": [1]},
        {**ask, "index": 1},
        {**ask, "index": "0"},
        {"kind": "within-remove", "index": -1},
        {"kind": "within-remove"},
    ):
        with pytest.raises(UserError):
            after(state, wrong)


def test_linked_segmentations() -> None:
    state = after(EMPTY.including(CT).taking("images"), {"kind": "derived", "derived": "linked"})
    assert (state.definition.select, state.definition.derived) == ("images", "linked")
    with pytest.raises(DefinitionError):
        after(state, {"kind": "derived", "derived": "all"})


@pytest.mark.parametrize(
    "request_",
    [
        {"kind": "group-pause", "group": "include:9"},
        {"kind": "group-pause", "group": 1},
        {"kind": "group-resume"},
        {"kind": "paused-delete", "index": [0]},
        {"kind": "move", "from": "include:0", "to": "include:9", "criterion": 0},
        {"kind": "move", "from": "include:0", "to": "neither:new", "criterion": 0},
        {"kind": "move", "from": "include:0", "to": "exclude:0", "criterion": 7},
        {"kind": "move", "from": "include:0", "to": "exclude:0", "criterion": "0"},
        {"kind": "move", "from": "include:0", "to": "exclude:0", "facet": "sex", "value": "F"},
        {"kind": "move", "from": "include:0", "to": "exclude:0", "facet": "nothing", "value": "F"},
        {"kind": "move", "from": "include:0", "to": "exclude:0", "facet": "Modality", "value": ["CT"]},
        {"kind": "move", "to": "exclude:0", "criterion": 0},
        {"kind": "group-place", "group": "include:0", "to": "1"},
        {"kind": "group-place", "group": "include:0"},
    ],
)
def test_what_makes_no_sense_is_said(request_: dict[str, Any]) -> None:
    with pytest.raises(ExplorerError) as caught:
        after(FOUR.including(BodyPartExamined.is_in("BREAST")), request_)
    assert "Traceback" not in str(caught.value)
