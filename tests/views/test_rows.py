"""The table tab without a browser: what a request makes of the page, and what is drawn then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import TABLE_LEVELS, columns_of
from explorer.facets import Modality
from explorer.sources import RowsSource
from explorer.views.row_columns import FIRST, chosen_columns, column_choices
from explorer.views.row_page import PAGE, read_shown
from explorer.views.rows import Rows
from explorer.views.takeaway import MOST_ROWS

HOSTILE = "<img src=x onerror=alert(1)>"


def catalogue() -> Iterator[dict[str, Any]]:
    """Sixty patients with up to three studies of up to twelve series."""
    for n in range(60):
        for s in range(1 + n % 3):
            for k in range(12 if n == 7 else 2):
                yield {
                    "dataset": "one",
                    "PatientID": f"p{n:02}",
                    "StudyInstanceUID": f"1.2.{n}.{s}",
                    "SeriesInstanceUID": f"1.2.{n}.{s}.{k}",
                    "SeriesNumber": str(k + 1),
                    "study_date": f"2001-0{1 + s}-05",
                    "age": None if n % 4 == 0 else 100 - n,
                    "Modality": "SEG" if k == 1 else "MR",
                    "SeriesDescription": HOSTILE if n == 7 else None,
                    "instances": n + 1,
                    "size_mb": 1.5,
                }


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cohort]:
    snapshot = Snapshot.build(RowsSource(list(catalogue())), store=tmp_path_factory.mktemp("rows"))
    cohort = Cohort(CohortDefinition().including(Modality.is_in("MR")), snapshot)
    yield cohort
    cohort.close()


class Tab:
    """The tab with a cohort that answers at once."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self.downloads: list[str] = []
        self.viewed: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.asked = 0
        self.rows = Rows(self.answer, self.downloads.append, self.viewed.append, self.requests.append)
        self.answer()

    def answer(self) -> None:
        self.asked += 1
        self.rows.show(self.rows.question()(self.cohort))

    def ask(self, kind: str, value: Any = None, **more: Any) -> dict[str, Any]:
        self.rows.pane._handle_msg({"kind": kind, "value": value, **more})
        return self.drawn

    @property
    def drawn(self) -> dict[str, Any]:
        drawn: dict[str, Any] = json.loads(self.rows.pane.data)
        return drawn

    def column(self, name: str) -> list[Any]:
        place = self.drawn["columns"].index(name)
        return [row["cells"][place] for row in self.drawn["rows"]]


@pytest.fixture
def tab(cohort: Cohort) -> Tab:
    return Tab(cohort)


def test_the_first_page(tab: Tab) -> None:
    drawn = tab.drawn
    assert (drawn["first"], drawn["last"], drawn["total"], drawn["all"], drawn["pages"]) == (1, 50, 60, 60, 2)
    assert tab.column("PatientID") == [f"p{n:02}" for n in range(PAGE)]
    assert tab.column("bytes")[:4] == [1_500_000, 3_000_000, 4_500_000, 1_500_000]
    assert [row["days"] for row in drawn["rows"][:2]] == [[[0, 1, 1]], [[0, 1, 1], [31, 1, 2]]]
    assert drawn["most"] == MOST_ROWS


@pytest.mark.parametrize("level", TABLE_LEVELS)
def test_pages_of_every_level_hold_every_row_once(tab: Tab, level: str) -> None:
    tab.ask("rows-level", level)
    keys = []
    for page in range(1, tab.drawn["pages"] + 1):
        keys += [row["key"] for row in tab.ask("rows-page", page)["rows"]]
    totals = tab.cohort.totals()
    assert len(set(keys)) == len(keys) == tab.drawn["total"]
    assert tab.drawn["total"] == {"patient": totals.patients, "study": totals.studies, "series": totals.series}[level]


def test_pages_stay_within_their_number(tab: Tab) -> None:
    assert tab.ask("rows-page", 99)["page"] == 2
    assert tab.drawn["last"] == 60
    assert tab.ask("rows-page", -5)["page"] == 1


def test_orders(tab: Tab) -> None:
    tab.ask("rows-page", 2)
    assert tab.ask("rows-sort", "age", descending=True)["page"] == 1
    ages = tab.column("age")
    assert ages[:3] == [99, 98, 97]
    assert ages[-1] is None
    tab.ask("rows-sort", "instances", descending=False)
    numbers = tab.column("instances")
    assert numbers == sorted(numbers)
    assert (tab.ask("rows-seed", 7)["seed"], tab.drawn["sort"]) == (7, None)
    first = tab.column("PatientID")
    assert first != sorted(first)
    assert tab.ask("rows-seed", 8)["rows"] and tab.column("PatientID") != first
    tab.ask("rows-seed", 7)
    assert tab.column("PatientID") == first
    tab.ask("rows-sort", None)
    assert (tab.drawn["seed"], tab.column("PatientID")[0]) == (None, "p00")


def test_rows_open_and_close(tab: Tab) -> None:
    key = tab.drawn["rows"][7]["key"]
    studies = tab.ask("rows-open", key)["rows"][7]["studies"]
    assert [(each["number"], each["day"], each["series"]) for each in studies] == [(1, 0, 11), (2, 31, 11)]
    study = studies[1]["key"]
    opened = tab.ask("rows-study", study)["rows"][7]["studies"][1]["opened"]
    assert (len(opened["rows"]), opened["taken"], opened["left"], opened["linked"]) == (8, 11, [["SEG", 1]], False)
    assert opened["rows"][0]["description"] == HOSTILE
    assert [row["number"] for row in opened["rows"]][:3] == ["1", "3", "4"]
    assert len(tab.ask("rows-more", study)["rows"][7]["studies"][1]["opened"]["rows"]) == 11
    tab.ask("rows-level", "study")
    assert [row["key"] for row in tab.drawn["rows"] if row["opened"]] == [study]
    tab.ask("rows-level", "patient")
    tab.ask("rows-study", study)
    assert tab.drawn["rows"][7]["studies"][1]["opened"] is None
    assert tab.ask("rows-open", key)["rows"][7]["studies"] is None


def test_one_series_more_needs_no_click(tab: Tab) -> None:
    """Nine series are shown where eight would leave a button for one."""
    shown = read_shown(tab.cohort, tab.rows.wanted)
    key = shown.told["rows"][7]["key"]
    studies = tab.ask("rows-open", key)["rows"][7]["studies"]
    tab.rows.wanted = type(tab.rows.wanted)(patients=frozenset({key}), studies={studies[0]["key"]: 10})
    tab.answer()
    assert len(tab.drawn["rows"][7]["studies"][0]["opened"]["rows"]) == 11


def test_what_is_found_opens_once(tab: Tab) -> None:
    drawn = tab.ask("rows-find", "  1.2.7.1.3 ")
    assert (drawn["text"], drawn["total"], drawn["all"]) == ("1.2.7.1.3", 1, 60)
    assert tab.column("PatientID") == ["p07"]
    assert [study["opened"] is not None for study in drawn["rows"][0]["studies"]] == [False, True]
    assert tab.ask("rows-open", drawn["rows"][0]["key"])["rows"][0]["studies"] is None
    drawn = tab.ask("rows-find", "P1")
    assert (drawn["total"], [row["studies"] for row in drawn["rows"]]) == (10, [None] * 10)
    assert tab.ask("rows-find", "1.2.8.0.1")["total"] == 0  # a segmentation, which is not taken
    assert (tab.drawn["elsewhere"], tab.drawn["pages"]) == (0, 1)
    tab.ask("download-rows")
    assert tab.downloads == ["patient"]
    assert tab.ask("rows-find", "")["total"] == 60


def test_columns(tab: Tab) -> None:
    assert tab.ask("rows-columns", ["source", "age", "PatientID"])["columns"] == ["PatientID", "age", "source"]
    assert [len(row["cells"]) for row in tab.drawn["rows"]] == [3] * 50
    tab.ask("rows-level", "series")
    tab.ask("rows-columns", ["Modality"])
    assert tab.drawn["rows"][0]["uid"] == "1.2.0.0.0"
    assert tab.column("Modality") == ["MR"] * 50
    assert tab.ask("rows-level", "patient")["columns"] == ["PatientID", "age", "source"]
    tab.ask("rows-sort", "age")
    assert tab.ask("rows-columns", ["PatientID"])["sort"] is None
    assert tab.ask("rows-columns", [])["columns"] == list(FIRST["patient"])
    tab.ask("rows-column", "sex", on=False)
    tab.ask("rows-column", "source", on=True)
    expected = [name for name in FIRST["patient"] if name != "sex"] + ["source"]
    assert tab.drawn["columns"] == expected
    assert tab.ask("rows-column", "no such", on=True)["columns"] == expected


@pytest.mark.parametrize("level", TABLE_LEVELS)
def test_every_column_can_be_chosen_and_read(tab: Tab, level: Any) -> None:
    choices = column_choices(level)
    assert [choice["name"] for choice in choices] == list(columns_of(level))
    tab.ask("rows-level", level)
    drawn = tab.ask("rows-columns", [choice["name"] for choice in choices])
    assert set(drawn["columns"]) == set(columns_of(level))
    for choice in choices:
        values = [value for value in tab.column(choice["name"]) if value is not None]
        assert all(isinstance(value, (int, float)) is choice["number"] for value in values)
    assert chosen_columns(level, ["x", 5, None]) == FIRST[level]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("rows-level", "image"),
        ("rows-level", None),
        ("rows-page", "2"),
        ("rows-sort", "Modality"),
        ("rows-sort", 'age"; DROP TABLE patient --'),
        ("rows-seed", -1),
        ("rows-seed", 2**60),
        ("rows-find", 5),
        ("rows-columns", "age"),
        ("rows-open", "7"),
        ("rows-more", 7),
        ("nonsense", 1),
    ],
)
def test_what_makes_no_sense_changes_nothing(tab: Tab, kind: str, value: Any) -> None:
    before = tab.rows.wanted
    tab.ask(kind, value)
    assert (tab.rows.wanted, tab.asked) == (before, 1)


def test_keys_that_are_nobodys_open_nothing(tab: Tab) -> None:
    before = tab.drawn["rows"]
    numbers = {tab.drawn["drawn"]}
    for key in (-1, 10**12):
        tab.ask("rows-open", key)
        tab.ask("rows-study", key)
        numbers.add(tab.drawn["drawn"])
    assert tab.drawn["rows"] == before
    assert len(numbers) == 3  # although nothing is new: the browser may be waiting


def test_a_late_page_is_not_drawn(tab: Tab) -> None:
    late = tab.rows.question()
    tab.ask("rows-page", 2)
    tab.rows.show(late(tab.cohort))
    assert tab.drawn["page"] == 2
    tab.rows.first()
    assert tab.rows.wanted.offset == 0


def test_what_others_do(tab: Tab) -> None:
    tab.ask("rows-view", "1.2.7.0.0")
    tab.rows.pane._handle_msg({"kind": "derived", "derived": "linked"})
    assert tab.viewed == ["1.2.7.0.0"]
    assert tab.requests == [{"kind": "derived", "derived": "linked"}]
