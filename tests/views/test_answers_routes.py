"""The questions of the Jupyter server, asked over HTTP on a socket."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from explorer import CohortDefinition, Snapshot
from explorer.cohort import Group
from explorer.export import notebook
from explorer.facets import Criterion, Modality, sex
from explorer.session import Workspace
from explorer.sources import RowsSource
from explorer.views.answers import patterns, questions, routes
from explorer.views.rooms import Rooms
from tests.loops import in_a_loop

ROWS: list[dict[str, Any]] = [
    {"PatientID": "a", "Modality": "CT", "sex": "F"},
    {"PatientID": "b", "Modality": "MR", "sex": "M"},
    {"PatientID": "c", "Modality": "MR", "sex": "F"},
]
MR = CohortDefinition(name="Some MR").including(Modality.is_in("MR"))
WOMEN = CohortDefinition().including(sex.is_in("F"), same="patient")
CLICK = {"kind": "toggle", "facet": "Modality", "value": "MR", "on": True}

Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def rooms(home: Path) -> Rooms:
    first = Snapshot.build(RowsSource(ROWS, title="A", release="7", date="2026-01-02"))
    made = Rooms(lambda _report: first)
    made.wait()
    return made


def asked(rooms: Rooms, *questions: tuple[str, Any], **options: Any) -> list[tuple[int, dict[str, Any]]]:
    """The answers to several questions that are asked at once: status and content."""

    async def run() -> list[tuple[int, dict[str, Any]]]:
        server = HTTPServer(Application(patterns(rooms)))
        sockets, port = bind_unused_port()
        server.add_sockets([sockets])
        client = AsyncHTTPClient(force_instance=True, max_clients=20)
        try:
            return await asyncio.gather(*(one(client, port, name, content) for name, content in questions))
        finally:
            client.close()
            server.stop()
            await server.close_all_connections()

    async def one(client: AsyncHTTPClient, port: int, name: str, content: Any) -> tuple[int, dict[str, Any]]:
        headers = options.get("headers", {"Content-Type": "application/json"})
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        method = options.get("method", "POST")
        request = HTTPRequest(f"http://127.0.0.1:{port}/ask/{name}", method, headers, None if method == "GET" else body)
        response = await client.fetch(request, raise_error=False)
        assert response.headers["Content-Type"] == "application/json"
        return response.code, json.loads(response.body)

    return in_a_loop(run())


@pytest.fixture
def ask(rooms: Rooms) -> Ask:
    def one(name: str, content: Any, **options: Any) -> tuple[int, dict[str, Any]]:
        (answer,) = asked(rooms, (name, content), **options)
        return answer

    return one


def test_status(ask: Ask) -> None:
    assert ask("status", None, method="GET") == (200, {"ready": True, "doing": "", "share": None, "problem": None})


def test_while_it_is_being_built(home: Path) -> None:
    go = threading.Event()
    made = Snapshot.build(RowsSource(ROWS))

    def find(report: Callable[[float, str], None]) -> Snapshot:
        report(0.25, "hashing the content")
        assert go.wait(20)
        return made

    rooms = Rooms(find)
    while rooms.status()["share"] is None:
        threading.Event().wait(0.01)
    ((status, said),) = asked(rooms, ("status", None), method="GET")
    assert (status, said["ready"], said["share"]) == (200, False, 0.25)
    for name, content in (
        ("column", {"workspace": "default"}),
        ("patients", {"definitions": []}),
        ("cell", {"workspace": "default", "what": "cohort"}),
        ("snapshot", {"workspace": "default", "snapshot": made.id}),
    ):
        ((status, said),) = asked(rooms, (name, content))
        assert status == 503 and "hashing the content, 25%" in said["message"], name
    ((status, said),) = asked(rooms, ("snapshots", {"workspace": "default"}))
    assert (status, said["current"], len(said["snapshots"])) == (200, "", 1)
    go.set()
    rooms.wait()
    ((status, said),) = asked(rooms, ("column", {"workspace": "default"}))
    assert (status, said["totals"][1]["value"]) == (200, "3")


def test_the_column(ask: Ask, rooms: Rooms) -> None:
    status, first = ask("column", {"workspace": "default", "have": "", "request": None})
    assert status == 200 and first["traits"]["all"]
    snapshot = first["snapshot"]["id"]
    status, second = ask("column", {"workspace": "default", "have": snapshot, "request": CLICK})
    assert (status, second["totals"][1]["value"], "all" in second["traits"]) == (200, "2", False)
    # Each workspace is its own.
    assert ask("column", {"workspace": "other"})[1]["totals"][1]["value"] == "3"
    assert Workspace.names() == ["default"]


def test_clicks_that_arrive_together_all_count(rooms: Rooms) -> None:
    clicks = [("column", {"workspace": "w", "request": {"kind": "rename", "name": str(n)}}) for n in range(12)]
    answers = asked(rooms, *clicks)
    assert {status for status, _ in answers} == {200}
    shared = Workspace("w").read()
    last = max((answer for _, answer in answers), key=lambda answer: int(answer["revision"]))
    assert (last["revision"], last["name"]) == (12, shared.definition.name) == (shared.revision, last["name"])


def test_a_click_waits_for_no_slow_question(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    write = routes._written

    def written(answer: dict[str, Any]) -> str:
        if "traits" in answer:
            answered.set()
        return write(answer)

    monkeypatch.setattr(routes, "_written", written)
    monkeypatch.setitem(questions.IN_TIME, "cell", lambda _rooms, _content: {"after the click": answered.wait(10)})
    slow = [("cell", {"what": "cohort"})] * (2 * routes._THREADS)
    *others, (status, said) = asked(rooms, *slow, ("column", {"request": CLICK}))
    assert (status, said["sentence"]) == (200, "Patients with MR.")
    assert others == [(200, {"after the click": True})] * len(slow)


def test_patients_of_several_definitions(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {"version": 1, "include": [{"same": "series", "where": []}]}
    unfit = CohortDefinition().including(Criterion("shoe size", is_in=(43,))).to_dict()
    content = {"snapshot": "", "definitions": [MR.to_dict(), broken, CohortDefinition().to_dict(), unfit, 7]}
    status, said = ask("patients", content)
    assert (status, said["patients"]) == (200, [2, None, 3, None, None])
    assert [bool(problem) for problem in said["problems"]] == [False, True, False, True, True]
    assert "shoe size" in said["problems"][3]
    for wrong in (None, {}, [{}] * 201):
        assert ask("patients", {"definitions": wrong})[0] == 400


def test_two_cohorts_compared(ask: Ask, rooms: Rooms) -> None:
    content = {"snapshot": rooms.snapshot().snapshot.id, "first": MR.to_dict(), "second": WOMEN.to_dict()}
    status, said = ask("compare", content)
    assert status == 200
    wanted = {"both": 1, "first": 1, "second": 1, "unit": "patients", "snapshot": "A"}
    assert {key: said[key] for key in wanted} == wanted
    broken = {"version": 1, "include": [{"same": "series", "where": [{"facet": "Modality"}]}]}
    status, said = ask("compare", content | {"second": broken})
    assert (status, said["path"]) == (400, "/second/include/0/where/0") and not said["message"].startswith("/")
    assert ask("compare", content | {"snapshot": "f" * 64})[0] == 400
    assert ask("compare", {"first": MR.to_dict()})[0] == 400


@pytest.mark.parametrize("what", ["cohort", "images", "builder"])
def test_cells(ask: Ask, rooms: Rooms, what: str) -> None:
    ask("column", {"workspace": "w", "request": CLICK})
    id_ = rooms.snapshot().snapshot.id[:16]
    for content in ({"workspace": "w"}, {"definition": MR.to_dict()}):
        status, said = ask("cell", content | {"what": what})
        assert status == 200 and f'explorer.Snapshot.open("{id_}")' in said["source"]
        assert ("Some MR" in said["source"]) == ("definition" in content)
        own = "builder" if what == "builder" else "cohort"
        assert f"\n{own} = explorer." in said["source"]
    assert ask("cell", {"workspace": "w", "what": "cake"})[0] == 400


def test_the_images_cell_knows_the_folders(rooms: Rooms) -> None:
    first = rooms.snapshot().snapshot
    with_images = Rooms(lambda _report: first, [Path("/images/of mine")])
    with_images.wait()
    ((_, said),) = asked(with_images, ("cell", {"workspace": "w", "what": "images"}))
    assert "index_folders(['/images/of mine'])" in said["source"]


def test_the_notebook(ask: Ask, rooms: Rooms) -> None:
    status, said = ask("notebook", {"definition": MR.to_dict()})
    assert (status, said["name"]) == (200, "some-mr.ipynb")
    nbformat.validate(said["notebook"])
    assert said["notebook"] == json.loads(notebook(MR, rooms.snapshot().snapshot))
    assert ask("notebook", {"workspace": "w"})[1]["name"] == "cohort.ipynb"


def test_snapshots_and_going_to_one(ask: Ask, rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Snapshot.build(RowsSource(ROWS[:1], title="B"), store=tmp_path / "shared")
    monkeypatch.setenv("COHORT_EXPLORER_PATH", str(tmp_path / "shared"))
    first = rooms.snapshot().snapshot
    status, said = ask("snapshots", {"workspace": "default"})
    assert (status, said["current"]) == (200, first.id)
    known = {each["title"]: each for each in said["snapshots"]}
    assert (known["A"]["mine"], known["B"]["mine"]) == (True, False)
    assert known["A"] | {"built": ""} == {
        "id": first.id,
        "title": "A",
        "alias": first.alias,
        "date": "2026-01-02",
        "built": "",
        "source": "rows",
        "release": "7",
        "patients": 3,
        "bytes": first.path.stat().st_size,
        "mine": True,
    }
    assert known["A"]["built"].startswith("20") and known["A"]["built"].endswith("+00:00")
    status, said = ask("snapshot", {"workspace": "default", "snapshot": shared.id})
    assert (status, said["snapshot"]["title"], said["totals"][1]["value"]) == (200, "B", "1")
    assert ask("snapshots", {"workspace": "default"})[1]["current"] == shared.id
    assert ask("cell", {"workspace": "default", "what": "cohort"})[1]["source"].count(shared.id[:16]) == 1
    assert ask("snapshot", {"workspace": "default", "snapshot": "nothing"})[0] == 400


def test_a_snapshot_opened_by_its_path_is_listed(tmp_path: Path) -> None:
    elsewhere = Snapshot.build(RowsSource(ROWS, title="By path"), store=tmp_path)
    rooms = Rooms(lambda _report: elsewhere)
    rooms.wait()
    ((_, said),) = asked(rooms, ("snapshots", {}))
    assert [each["title"] for each in said["snapshots"]] == ["By path"] and said["current"] == elsewhere.id
    ((_, said),) = asked(rooms, ("cell", {"what": "cohort", "workspace": "w"}))
    assert str(elsewhere.path) in said["source"]


def test_small_counts_are_protected_here_too(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10,10")
    assert ask("patients", {"definitions": [MR.to_dict()]})[1]["patients"] == [None]
    said = ask("compare", {"first": MR.to_dict(), "second": WOMEN.to_dict()})[1]
    assert (said["both"], said["first"], said["second"]) == (None, None, None)
    assert [each["patients"] for each in ask("snapshots", {})[1]["snapshots"]] == [None]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"7", b"[" * 5000, b"null", b'"x"'])
def test_what_is_no_question(ask: Ask, body: bytes) -> None:
    status, said = ask("column", body)
    assert status == 400 and said["message"].startswith("A question is")


def test_only_json_is_taken(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        assert ask("column", {}, headers={"Content-Type": kind})[0] in (400, 415), kind
    assert ask("column", {}, headers={"Content-Type": "Application/JSON; charset=utf-8"})[0] == 200
    assert ask("column", {}, method="GET")[0] == 405
    monkeypatch.setattr("explorer.views.answers.routes._LARGEST", 10)
    assert ask("column", {"workspace": "default"})[0] == 413


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("column", {"workspace": "../x"}),
        ("column", {"workspace": 7}),
        ("column", {"have": 7}),
        ("column", {"request": []}),
        ("snapshot", {"workspace": "default"}),
        ("patients", {"snapshot": "nowhere", "definitions": []}),
        ("cell", {"workspace": "..", "what": "cohort"}),
        ("cell", {"definition": 7, "what": "cohort"}),
        ("notebook", {"definition": {"version": 2}}),
        ("snapshots", {"workspace": "/"}),
    ],
)
def test_wrong_questions_are_told_why(ask: Ask, name: str, content: dict[str, Any]) -> None:
    status, said = ask(name, content)
    assert status == 400 and said["message"]


def test_unknown_questions(ask: Ask) -> None:
    status, said = ask("meaning", {})
    assert status == 404 and "column" in said["message"]


def test_a_mishap_is_a_sentence_and_is_logged(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> dict[str, Any]:
        raise ZeroDivisionError("secret")

    monkeypatch.setitem(questions.IN_TIME, "notebook", fail)
    with caplog.at_level(logging.ERROR):
        status, said = ask("notebook", {})
    assert status == 500 and "secret" not in said["message"] and "ZeroDivisionError" in caplog.text


def test_hostile_definitions_pass_through_whole(ask: Ask) -> None:
    text = "<img src=x onerror=alert(1)>\u202e\"'`${7*7}\n\u2028"
    hostile = CohortDefinition(text, include=(Group("study", (Modality.is_in(text, "MR"),)),))
    ask("column", {"workspace": "w"})
    Workspace("w").change(lambda shared: type(shared)(0, shared.timeline.then(hostile)))
    status, said = ask("column", {"workspace": "w"})
    assert (status, said["name"], said["totals"][1]["value"]) == (200, hostile.name, "2")
    assert CohortDefinition.from_dict(said["traits"]["definition"]) == hostile
