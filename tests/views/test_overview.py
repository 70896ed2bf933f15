"""The charts of the overview: what they draw is what a click gives, and each person chooses which there are."""

from __future__ import annotations

import csv
import io
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality, sex
from explorer.session import State
from explorer.session.edits import edit
from explorer.sources import RowsSource
from explorer.views import wire
from explorer.views.desk import Desk
from explorer.views.overview import Overview
from explorer.views.overview.bars import nice_steps
from explorer.views.overview.figures import redraw
from explorer.views.overview.offers import offers
from explorer.views.overview.palette import palette
from explorer.views.overview.pictures import long, short
from explorer.views.overview.ranked import _with_chosen
from explorer.views.overview.saving import as_csv
from explorer.views.overview.view import Seen, View
from explorer.views.parts import Part
from explorer.views.remembered import Remembered
from explorer.views.speech import Speech

USUAL = ["age-sex", "modality-body-part", "dataset", "data_holder", "country", "study_date", "instances", "follow-up"]


def made(seed: int = 7) -> Iterator[dict[str, Any]]:
    """Two hundred patients of four datasets, with one to three studies each; a third of all values are missing."""
    draw = random.Random(seed)

    def some(*values: Any) -> Any:
        return draw.choice([*values, None]) if draw.random() < 0.9 else None

    for n in range(200):
        person = {"PatientID": f"p{n}", "dataset": draw.choice("abcd"), "sex": some("F", "M", "O"), "country": "ES"}
        person["data_holder"] = f"holder {person['dataset'] in 'ab'}"
        began, born = draw.randrange(1990, 2015), draw.randrange(2, 89)
        for k in range(draw.randrange(1, 4)):
            study = {
                "StudyInstanceUID": f"{n}.{k}",
                "study_date": some(f"{began + k}-{draw.randrange(1, 13):02}-11"),
                "age": some(born + k),
            }
            for _ in range(draw.randrange(1, 4)):
                series = {
                    "Modality": some("CT", "MR", "PT", "SEG"),
                    "BodyPartExamined": some("CHEST", "BREAST", "LUNG"),
                }
                yield {**person, **study, **series, "instances": draw.choice([1, 7, 40, 300])}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(RowsSource(list(made())), store=tmp_path_factory.mktemp("snapshots"))


@pytest.fixture(scope="module")
def everything(snapshot: Snapshot) -> dict[str, Any]:
    return wire.everything(snapshot)


RULES = {
    "everybody": CohortDefinition(),
    "CT of women": CohortDefinition().including(Modality.is_in("CT"), sex.is_in("F")),
    "PET in the study, never MR": CohortDefinition()
    .including(Modality.is_in("PT"), same="study")
    .excluding(Modality.is_in("MR")),
}

CT_AND_WOMEN = CohortDefinition().including(Modality.is_in("CT")).including(sex.is_in("F"))
"""Age by sex is counted in the group of the women, an age alone in the other one."""


def seen(
    rule: CohortDefinition, snapshot: Snapshot, everything: Mapping[str, Any], name: str, **more: Any
) -> tuple[Any, Seen]:
    """A chart and what it is drawn from."""
    kind, cohort = offers(snapshot.facets, everything)[name], Cohort(rule, snapshot)
    counts = wire.now(cohort, None)
    answer = (
        (kind.question(cohort, None), kind.question(Cohort(CohortDefinition(), snapshot), None))
        if kind.question
        else None
    )
    base: dict[str, Any] = {"theme": "light", "scale": kind.scale, "answer": answer, "protected": cohort.protected}
    base["speech"] = Speech()
    return kind, Seen(counts["by"], counts["groups"], everything, rule, **base | more)


def view(*args: Any, **more: Any) -> View:
    kind, found = seen(*args, **more)
    drawn: View = kind.view(found)
    return drawn


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
@pytest.mark.parametrize("name", ["age-sex", "modality-body-part", "dataset", "data_holder", "study_date", "age"])
def test_a_click_gives_the_patients_that_the_chart_shows(
    snapshot: Snapshot, everything: dict[str, Any], rule: CohortDefinition, name: str
) -> None:
    shown = view(rule, snapshot, everything, name)
    assert len(shown.rows) > 3 or name == "data_holder"
    for row in shown.rows[:30]:
        kind = offers(snapshot.facets, everything)[name]
        request = row.request
        assert request is not None
        after = edit(State(definition=rule), request, snapshot.facets).definition
        if row.chosen and name in ("dataset", "data_holder"):
            continue  # a click takes it back
        if row.chosen:
            assert after != rule
            continue
        if hasattr(kind, "facet") and any(c.facet == kind.facet.name for g in rule.include for c in g.where):
            continue  # a click adds a value to those that are chosen
        assert Cohort(after, snapshot).totals().patients == row.numbers[0], row.names
    for mark in shown.marks:
        middle = ((mark.left + mark.right) / 2, (mark.bottom + mark.top) / 2)
        assert shown.at(*middle) == mark


def test_a_cell_that_is_chosen_is_taken_back(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    rule = RULES["CT of women"]
    shown = view(rule, snapshot, everything, "modality-body-part")
    cell = next(row for row in shown.rows if row.names == ("CT", "CHEST"))
    state = edit(State(definition=rule), cell.request or {}, snapshot.facets)
    assert [(c.facet, c.is_in) for c in state.definition.include[0].where] == [
        ("Modality", ("CT",)),
        ("sex", ("F",)),
        ("BodyPartExamined", ("CHEST",)),
    ]
    assert len(state.definition.include) == 1
    again = view(state.definition, snapshot, everything, "modality-body-part")
    (chosen,) = [row for row in again.rows if row.chosen]
    assert chosen.names == ("CT", "CHEST")
    frames = again.picture.layers[2].columns
    assert len(frames["left"]) == 1
    assert "The framed cell is your rule." in again.foot[0].text
    back = edit(state, chosen.request or {}, snapshot.facets).definition
    assert [c.facet for c in back.include[0].where] == ["sex"]


def test_a_brush_takes_the_bars_under_it(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    years = view(CohortDefinition(), snapshot, everything, "study_date")
    assert years.brush
    first = int(years.marks[0].label)
    asked = years.brush(2.6, 5.2)
    assert asked == {
        "kind": "range",
        "facet": "study_date",
        "low": f"{first + 3}-01-01",
        "high": f"{first + 5}-12-31",
        "missing": False,
    }
    assert (years.brush(-1, 2) or {})["low"] is None, "an end at the border stays open"
    assert (years.brush(-1, 999) or {})["kind"] == "clear"
    assert years.brush(900, 999) is None
    ages = view(CohortDefinition(), snapshot, everything, "age-sex")
    assert ages.brush and ages.brushed == "y"
    low = int(ages.marks[2].label.split()[1].split("–")[0])
    brushed = ages.brush(1.6, 2.4) or {}
    assert (brushed["facet"], brushed["low"], brushed["high"]) == ("age", low, low + 9)


def test_follow_up_is_chosen_as_at_least(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    rule = RULES["CT of women"]
    shown = view(rule, snapshot, everything, "follow-up")
    assert sum(row.numbers[0] or 0 for row in shown.rows) > 0
    asked = shown.rows[3].request or {}
    assert {name: asked[name] for name in ("kind", "index", "first", "then", "days")} == {
        "kind": "within",
        "index": None,
        "first": 0,
        "then": 0,
        "days": [91, None],
    }
    chosen = CohortDefinition.from_dict({**rule.to_dict(), "within": [{"first": 0, "then": 0, "days": [91, None]}]})
    again = view(chosen, snapshot, everything, "follow-up")
    assert [row.numbers for row in again.rows] == [row.numbers for row in shown.rows]
    assert [row.chosen for row in again.rows] == [False] * 3 + [True] * 5
    assert Cohort(chosen, snapshot).totals().patients == sum(row.numbers[0] or 0 for row in shown.rows[3:])
    assert again.rows[3].request == {"kind": "within-remove", "index": 0}
    assert (again.rows[4].request or {})["index"] == 0
    free = view(CohortDefinition(), snapshot, everything, "follow-up")
    assert free.rows[0].request is None and "Choose a filter first" in free.foot[-1].text


def test_what_is_chosen_stays_on_screen(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    rule = RULES["CT of women"]
    colours = palette("light")
    bars = view(rule, snapshot, everything, "Modality")
    fills = dict(zip((mark.label for mark in bars.marks), bars.picture.layers[2].columns["fill"], strict=True))
    assert fills["CT"] == colours.accent and {fills["MR"], fills["PT"]} == {colours.accent_soft}
    assert fills["missing"] == "#00000000", "missing is hatched"
    ranked: list[tuple[Any, int | None]] = [(f"v{k}", 100 - k) for k in range(40)]
    kept = _with_chosen(ranked, ("v3", "v30"), 11)
    assert [value for value, _ in kept] == [*(f"v{k}" for k in range(10)), "v30"]


def test_grey_is_everybody_or_in_proportion(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    rule = RULES["CT of women"]
    for scale in ("numbers", "proportion"):
        shown = view(rule, snapshot, everything, "study_date", scale=scale)
        of_all = [row.numbers[1] or 0 for row in shown.rows]
        now, all_of_them = Cohort(rule, snapshot).choosable("study_date")[0] or 0, 200
        factor = 1 if scale == "numbers" else now / all_of_them
        heights = [top for top in shown.picture.layers[1].columns["top"]]
        assert heights == pytest.approx([n * factor for n in of_all if n])


def test_missing_is_said_and_can_be_shown(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    shown = view(CohortDefinition(), snapshot, everything, "age-sex")
    foot = shown.foot[-1]
    missing = Cohort(CohortDefinition(), snapshot).histogram("age").missing[0]
    assert foot.text.startswith(f"Missing: {missing} of 200 patients (") and foot.offer == "Show them"
    after = edit(State(), foot.request or {}, snapshot.facets).definition
    assert Cohort(after, snapshot).totals().patients == missing


def test_the_file_has_all_rows(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    kind, found = seen(RULES["CT of women"], snapshot, everything, "modality-body-part")
    read = list(csv.reader(io.StringIO(as_csv(kind.view(found), found).decode())))
    assert read[0] == ["Modality", "Body part", "patients now", "patients of all"]
    pairs = Cohort(RULES["CT of women"], snapshot).pairs("Modality", "BodyPartExamined")
    assert {(a, b): int(n) for a, b, n, _ in read[1:]} == {
        (c.first or "missing", c.second or "missing"): c.patients for c in pairs.cells
    }


@pytest.mark.parametrize("most", [0, 1, 3, 9, 10, 976, 1_201, 86_451])
def test_steps_of_an_axis_are_whole_and_reach_over_the_longest_bar(most: int) -> None:
    steps = nice_steps(most)
    assert steps[0] == 0 and steps[-1] >= most and steps == sorted(set(steps))
    assert 2 <= len(steps) <= 6


def test_labels_are_short_and_no_tex() -> None:
    assert short("$$x^2$$\nb\\alpha", 200).count("$$") == 0
    assert "\\\u2060alpha" in short("\\alpha", 200)
    assert short("BREAST", 60) == "BREAST"
    assert (short("WHOLEBODY", 42), short("胸部胸部胸部", 42)) == ("WH…", "胸部…")


def _at_once(task: Callable[[], object]) -> None:
    task()


class Board:
    """An overview with nobody before it, and what it asked for."""

    def __init__(
        self,
        snapshot: Snapshot,
        everything: dict[str, Any],
        in_turn: Callable[[Callable[[], object]], None] = _at_once,
    ) -> None:
        self.requests: list[dict[str, Any]] = []
        self.rule, self.snapshot = CohortDefinition(), snapshot
        self.asked = 0
        self.overview = Overview(snapshot, everything, Speech(), self.requests.append, self.answer, in_turn)

    def answer(self, question: Callable[[Cohort], Any], answered: Callable[[Any], None]) -> None:
        self.asked += 1
        answered(question(Cohort(self.rule, self.snapshot)))

    def show(self, rule: CohortDefinition, theme: str = "light", active: str | None = None, counts: Any = None) -> None:
        self.rule = rule
        self.overview.show(counts or wire.now(Cohort(rule, self.snapshot), active), rule, theme, active)

    def says(self, **request: Any) -> None:
        self.overview._chosen({"kind": "charts", "shown": None, "looks": {}, **request})

    def menu(self, name: str, kind: str, **more: Any) -> None:
        self.overview._charts[name]._heard({"kind": kind, **more})

    def kept(self) -> dict[str, Any]:
        drawn: dict[str, Any] = json.loads(self.overview._choice.data)
        return drawn

    def on_screen(self) -> list[str]:
        columns: list[Any] = list(self.overview._grid)
        parts = [column[0] for column in columns]
        assert all(isinstance(part, Part) for part in parts)
        return [json.loads(part.data)["name"] for part in parts if part.data]


@pytest.fixture
def board(snapshot: Snapshot, everything: dict[str, Any]) -> Board:
    return Board(snapshot, everything)


def test_nothing_is_drawn_before_the_browser_has_said_what_it_keeps(board: Board) -> None:
    board.show(CohortDefinition())
    assert len(board.overview._grid) == 0 and board.asked == 0
    board.says()
    assert board.on_screen() == USUAL
    assert board.asked == 3
    board.says()
    assert board.asked == 3


def test_a_new_rule_redraws_the_figures_that_are_there(board: Board) -> None:
    board.says()
    board.show(CohortDefinition())
    chart = board.overview._charts["modality-body-part"]
    figure = chart._figure
    before = dict(figure.renderers[3].data_source.data)
    board.show(RULES["CT of women"])
    assert chart._figure is figure and figure.renderers[3].data_source.data != before
    board.show(RULES["CT of women"], "dark")
    assert set(figure.renderers[1].data_source.data["fill"]) <= set(palette("dark").heat)
    board.overview._charts["dataset"]._tapped(0.1, 0.2)
    board.overview._charts["study_date"]._brushed(0, 3)
    board.overview._charts["dataset"]._tapped(99, 99)
    assert [request["kind"] for request in board.requests] == ["toggle", "range"]


def test_each_person_has_their_own_charts(board: Board) -> None:
    board.show(CohortDefinition())
    board.says(shown=["Modality", "gone", 5, "dataset"], looks={"dataset": {"scale": "proportion"}, "gone": {}, "x": 1})
    assert board.on_screen() == ["Modality", "dataset"]
    assert board.kept()["shown"] == ["Modality", "gone", "dataset"], "another snapshot may have it"
    assert board.kept()["looks"] == {"dataset": {"scale": "proportion", "table": False}}
    board.menu("dataset", "chart-move", by=-1)
    assert board.kept()["shown"] == ["dataset", "gone", "Modality"]
    assert board.on_screen() == ["dataset", "Modality"]
    board.menu("dataset", "chart-move", by=-1)
    assert board.on_screen() == ["dataset", "Modality"]
    board.menu("dataset", "chart-table")
    chart = board.overview._charts["dataset"]
    assert chart.pane[1] is chart._rows
    rows = json.loads(chart._rows.data)["rows"]
    assert {row["names"][0] for row in rows} == set("abcd")
    board.menu("dataset", "chart-row", index=1)
    board.menu("dataset", "chart-row", index=99)
    assert board.requests == [
        {"kind": "toggle", "facet": "dataset", "value": rows[1]["names"][0], "on": True, "group": "include:0"}
    ]
    board.menu("Modality", "chart-hide")
    assert board.on_screen() == ["dataset"] and board.kept()["shown"] == ["dataset", "gone"]
    board.says(shown="x", looks="y")
    assert board.on_screen() == USUAL


def test_one_chart_can_have_all_the_room(board: Board) -> None:
    board.show(CohortDefinition())
    board.says(shown=["dataset", "modality-body-part"])
    board.menu("modality-body-part", "chart-large")
    assert board.on_screen() == ["modality-body-part"] and board.kept()["large"]
    assert json.loads(board.overview._charts["modality-body-part"]._heading.data)["large"]
    board.show(RULES["CT of women"])
    board.menu("modality-body-part", "chart-large")
    assert board.on_screen() == ["dataset", "modality-body-part"]
    for name in ("dataset", "modality-body-part"):
        drawn = json.loads(board.overview._charts[name]._heading.data)
        assert "CT" in drawn["sentence"] and not drawn["large"]


def test_a_figure_takes_another_picture(snapshot: Snapshot, everything: dict[str, Any], board: Board) -> None:
    board.show(CohortDefinition())
    board.says(shown=["dataset"])
    figure = board.overview._charts["dataset"]._figure
    large = view(CohortDefinition(), snapshot, everything, "dataset", large=True, theme="dark")
    redraw(figure, large.picture, palette("dark"))
    assert figure.yaxis[0].major_label_text_color == palette("dark").ink_2
    assert (
        figure.yaxis[0].major_label_overrides == {0.0: "a", 1.0: "b", 2.0: "c", 3.0: "d"}
        or len(figure.yaxis[0].major_label_overrides) == 4
    )


def test_an_answer_is_of_one_group(board: Board, snapshot: Snapshot) -> None:
    rule = CT_AND_WOMEN
    board.says(shown=["modality-body-part", "age-sex"])
    for active in (None, "include:1", "include:4"):
        board.show(rule, active=active)
        assert board.on_screen() == ["modality-body-part", "age-sex"]
    board.show(rule)
    board.menu("age-sex", "chart-large")
    board.show(rule, active="include:1")
    board.menu("age-sex", "chart-large")
    counted = Cohort(rule, snapshot).pairs("Modality", "BodyPartExamined", "include:1")
    heat = board.overview._charts["modality-body-part"]
    assert heat._view and heat.answer_of == (rule.id, "include:1")
    assert {row.numbers[0] for row in heat._view.rows} == {cell.patients for cell in counted.cells}
    asked = board.asked
    board.show(rule, "dark", active="include:1", counts=board.overview._last[0])  # type: ignore[index]
    assert board.asked == asked


def test_everybody_is_asked_once(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[CohortDefinition] = []

    class Watched(Cohort):
        def close(self) -> None:
            closed.append(self.definition)
            super().close()

    monkeypatch.setattr("explorer.views.overview.chart.Cohort", Watched)
    monkeypatch.setattr("explorer.views.overview.chart._wholes", Remembered(32))
    board.says(shown=["modality-body-part", "age-sex"])
    for rule in RULES.values():
        board.show(rule)
    assert closed == [CohortDefinition()] * 2


def test_the_uppermost_chart_is_composed_first(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    turns: list[Callable[[], object]] = []
    board = Board(snapshot, everything, turns.append)
    answers: list[Callable[[], object]] = []
    board.overview._ask = lambda question, take: answers.append(lambda: board.answer(question, take))
    board.says()
    board.show(CohortDefinition())
    turns.pop(0)()
    for answer in answers:
        answer()
    charts = board.overview._charts

    def composed() -> list[str]:
        return [name for name in USUAL if charts[name]._figure is not None]

    assert composed() == ["dataset"], "the first that had its numbers"
    for name in USUAL[:2]:
        turns.pop(0)()
        assert name in composed()
    board.menu("country", "chart-hide")
    board.menu("dataset", "chart-large")
    for turn in turns:
        turn()
    assert composed() == USUAL


def test_an_excluded_group_that_is_edited_leaves_the_charts_as_they_are(
    snapshot: Snapshot, everything: dict[str, Any]
) -> None:
    rule = RULES["PET in the study, never MR"]
    with closing(Desk(snapshot, everything)) as desk:
        overview = desk.tabs._overview
        overview._chosen({"kind": "charts", "shown": ["Modality", "modality-body-part"]})
        desk.session.show(rule)
        desk._requested({"kind": "activate", "group": "exclude:0"})
        _until(lambda: (desk.tabs._counts or {"groups": {}})["groups"].get("Modality") == "exclude:0")
        bars, heat = (overview._charts[name] for name in ("Modality", "modality-body-part"))
        for _ in range(3):  # all that was asked for by then, and what that asks for
            done: list[None] = []
            desk._live.ask(lambda _cohort: None, done.append)
            _until(partial(len, done))
        assert heat.answer_of == (rule.id, None)
        cohort = Cohort(rule, snapshot)
        counted = {value.value or "missing": value.patients for value in cohort.facet("Modality").values}
        assert bars._view and {row.names[0]: row.numbers[0] for row in bars._view.rows if row.numbers[0]} == counted
        assert counted != {v.value or "missing": v.patients for v in cohort.facet("Modality", "exclude:0").values}
        place = next(k for k, row in enumerate(bars._view.rows) if row.names == ("CT",))
        bars._heard({"kind": "chart-row", "index": place})
        after = desk.session.definition
        assert after.exclude == rule.exclude and after.include[0].where == (Modality.is_in("PT", "CT"),)
        assert desk.session.state.active == "exclude:0"


def _until(holds: Callable[[], object]) -> None:
    late = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < late
        time.sleep(0.01)


def test_the_pyramid_and_its_words_are_of_one_group(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    rule = CT_AND_WOMEN
    shown, cohort = view(rule, snapshot, everything, "age-sex"), Cohort(rule, snapshot)
    missing, whole = cohort.histogram("age", "include:1").missing[0], cohort.choosable("age", "include:1")[0]
    assert missing != cohort.histogram("age").missing[0], "there are two groups to take for one another"
    foot = shown.foot[-1]
    assert foot.text.startswith(f"Missing: {missing} of {whole} patients (")
    after = edit(State(definition=rule), foot.request or {}, snapshot.facets).definition
    assert after.include[0] == rule.include[0] and Cohort(after, snapshot).totals().patients == missing
    assert shown.brush
    for mark in shown.marks:
        if mark.label.startswith("F") and "0–9" not in mark.label:
            middle = (mark.bottom + mark.top) / 2
            asked = shown.brush(middle - 0.2, middle + 0.2) or {}
            state = edit(State(definition=rule), asked, snapshot.facets)
            assert str(Cohort(state.definition, snapshot).totals().patients) == mark.now, mark.label
    clear = shown.brush(-99, 99)
    assert clear == {"kind": "clear", "facet": "age", "group": "include:1"}


def test_a_click_edits_the_group_whose_counts_are_shown(board: Board, snapshot: Snapshot) -> None:
    board.says(shown=["Modality", "study_date", "age-sex"])
    board.show(CT_AND_WOMEN)
    chart = board.overview._charts
    chart["Modality"]._heard({"kind": "chart-row", "index": 1})
    board.overview._charts["study_date"]._brushed(0, 3)
    board.show(CT_AND_WOMEN, active="include:1")
    chart["Modality"]._heard({"kind": "chart-row", "index": 1})
    chart["age-sex"]._heard({"kind": "chart-row", "index": 1})
    assert [request["group"] for request in board.requests] == ["include:0", "include:0", "include:1", "include:1"]


def test_captions_name_what_they_count(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    nobody = CohortDefinition().including(Modality.is_in("CT")).excluding(Modality.is_in("CT"))
    for name, noun in (("dataset", "datasets"), ("data_holder", "data holders"), ("Modality", "values")):
        assert f" {noun} now, of " in view(CohortDefinition(), snapshot, everything, name).foot[0].text
    assert view(nobody, snapshot, everything, "dataset").foot[0].text == "None of the 4 datasets now."
    assert view(CohortDefinition(), snapshot, everything, "study_date").heads[0] == "Year of study"
    assert view(CohortDefinition(), snapshot, everything, "age").heads[0] == "Age"


def test_headings_of_the_pyramid_have_room(snapshot: Snapshot, everything: dict[str, Any]) -> None:
    for language, head in (("en", "F now"), ("es", "F ahora")):
        picture = view(CohortDefinition(), snapshot, everything, "age-sex", speech=Speech(language)).picture
        wide = picture.x.end - picture.x.start
        numbers = picture.layers[3].columns
        place = numbers["text"].index(head)
        assert (numbers["x"][place] - picture.x.start) / wide * 400 > long(head) + 4
