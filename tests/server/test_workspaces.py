from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import DefinitionError, UserError
from explorer.server import workspaces
from explorer.session.workspace import Workspace
from tests.server.running import Server

CT = {"version": 1, "include": [{"same": "series", "where": [{"facet": "Modality", "is_in": ["CT"]}]}]}
MR = json.dumps(CT).replace("CT", "MR")
BASE_OF_MR = hashlib.sha256(MR.encode()).hexdigest()


def test_a_definition_is_opened_and_what_was_there_is_one_undo_away() -> None:
    opened = workspaces.put("default", {"definition": CT})
    assert (opened["revision"], opened["sentence"], opened["can_undo"]) == (1, "Patients with CT.", True)
    assert workspaces.show("default") == opened
    assert workspaces.names() == {"workspaces": ["default"]}
    assert workspaces.put("default", {"definition": CT})["revision"] == 1


def test_a_file_is_opened_once_and_found_again_as_it_was_left() -> None:
    opened = workspaces.put("file-1", {"definition": MR})
    assert opened["base"] == BASE_OF_MR
    workspaces.put("file-1", {"definition": CT})
    again = workspaces.put("file-1", {"definition": MR, "only_if_base_differs": True})
    assert again["sentence"] == "Patients with CT." and again["base"] == BASE_OF_MR
    changed = workspaces.put("file-1", {"definition": MR + " ", "only_if_base_differs": True})
    assert changed["sentence"] == "Patients with MR." and changed["base"] != BASE_OF_MR


def test_saving_notes_the_file_and_changes_nothing_else() -> None:
    workspaces.put("default", {"definition": CT})
    saved = workspaces.put("default", {"base": BASE_OF_MR})
    assert (saved["base"], saved["sentence"], saved["revision"]) == (BASE_OF_MR, "Patients with CT.", 2)
    assert len(Workspace().read().timeline.past) == 1
    assert workspaces.put("default", {"definition": CT, "base": ""})["base"] == ""


def test_a_renamed_file_keeps_its_history() -> None:
    workspaces.put("file-1", {"definition": CT, "base": BASE_OF_MR})
    workspaces.put("file-1", {"definition": MR})
    moved = workspaces.put("file-2", {"definition": MR, "base": BASE_OF_MR, "moved_from": "file-1"})
    assert (moved["sentence"], moved["base"], moved["can_undo"]) == ("Patients with MR.", BASE_OF_MR, True)
    assert Workspace("file-2").read().timeline == Workspace("file-1").read().timeline


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        [],
        "text",
        {},
        {"definition": 3},
        {"definition": []},
        {"definition": CT, "base": "x"},
        {"definition": CT, "base": 3},
        {"definition": CT, "only_if_base_differs": "yes"},
        {"definition": CT, "moved_from": "../x"},
        {"definition": CT, "moved_from": None},
        {"definition": CT, "other": 1},
    ],
)
def test_wrong_requests_change_nothing(wanted: Any) -> None:
    with pytest.raises(UserError):
        workspaces.put("default", wanted)
    assert workspaces.names() == {"workspaces": []}


def test_a_broken_definition_is_said_where(server: Server) -> None:
    text = '{"version": 1,\n "include": [{"same": "moon", "where": []}]}'
    said = server.ask("PUT", "explorer/api/workspaces/broken", {"definition": text})
    assert said.status == 400
    assert said.json["path"] == "/include/0/same" and (said.json["line"], said.json["column"]) == (2, 15)
    assert "one of" in said.json["message"] and "/include" not in said.json["message"]
    said = server.ask("PUT", "explorer/api/workspaces/broken", {"definition": json.loads(text)})
    assert (said.json["path"], said.json["line"]) == ("/include/0/same", None)
    assert "broken" not in server.get("explorer/api/workspaces").json["workspaces"]


@pytest.mark.parametrize(
    "name",
    ["..", ".hidden", "%2e%2e%2fsecret", "..%2f..%2fetc%2fpasswd", "a%00b", "a%0ab", "%C3%A4", "a" * 65, "-x", "a%20b"],
)
def test_a_name_that_is_none_reaches_no_file(server: Server, name: str) -> None:
    for method, body in (("GET", None), ("PUT", {"definition": CT})):
        said = server.ask(method, f"explorer/api/workspaces/{name}", body)
        assert said.status in (400, 404) and said.json["message"]
    for name_in_body in (name, "../x", 3, None, ["a"]):
        said = server.ask("POST", "explorer/api/ask/column", {"workspace": name_in_body})
        assert said.status == 400 and said.json["message"]
    assert server.get("explorer/api/workspaces").json["workspaces"] in ([], ["mine"])


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"null", b"[" * 100_000, b'{"definition": {}, "definition": {}}', b"1" * 10_000, b"\x00"],
)
def test_hostile_bodies_get_a_sentence(server: Server, body: bytes) -> None:
    for method, path in (
        ("PUT", "workspaces/default"),
        ("POST", "ask/column"),
        ("PUT", "settings"),
        ("POST", "ask/nothing"),
    ):
        said = server.ask(method, f"explorer/api/{path}", body)
        assert said.status in (400, 404), path
        assert said.json["message"] and "Traceback" not in said.body.decode()
    assert server.child() is None


def test_a_body_has_a_largest_size(server: Server) -> None:
    huge = b'{"definition": "' + b"x" * 20_000_000 + b'"}'
    for method, path in (("PUT", "workspaces/default"), ("POST", "ask/column"), ("PUT", "settings"), ("POST", "app")):
        said = server.ask(method, f"explorer/api/{path}", huge)
        assert said.status == 413 and "20 MB" in said.json["message"]


def test_the_files_are_private(server: Server) -> None:
    assert server.ask("PUT", "explorer/api/workspaces/mine", {"definition": CT}).status == 200
    folder = server.folder / "home" / "workspaces"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "mine.json").stat().st_mode & 0o777 == 0o600


def test_a_failure_of_ours_is_a_sentence_too(server: Server) -> None:
    """A folder where the workspace's file should be: the server's log says more than the answer."""
    path = server.folder / "home" / "workspaces" / "odd.json"
    path.mkdir(parents=True)
    said = server.get("explorer/api/workspaces/odd")
    assert said.status == 503 and "cannot be read" in said.json["message"]
    path.rmdir()


def test_saved_cohorts_are_listed(server: Server) -> None:
    (server.root / "a").mkdir()
    (server.root / "a" / "x.cohort.json").write_text(MR)
    (server.root / "bad.cohort.json").write_text("{")
    listed = server.get("explorer/api/cohorts").json
    assert [cohort["path"] for cohort in listed["cohorts"]] == ["a/x.cohort.json", "bad.cohort.json"]
    assert listed["cohorts"][0]["sentence"] == "Patients with MR."
    assert listed["cohorts"][1]["problem"]["line"] == 1
    assert listed["folder"] == str(Path(server.root)) and listed["truncated"] is False


@pytest.mark.parametrize(
    ("criterion", "where"),
    [
        ({"facet": "Nope", "is_in": ["x"]}, "/include/0/where/0/facet"),
        ({"facet": "Modality", "contains": ["CT"]}, "/include/0/where/0"),
    ],
)
def test_a_definition_of_unknown_facets_is_not_opened(home: Path, criterion: dict[str, Any], where: str) -> None:
    """Else the explorer would show everybody, and saving that would erase the file's rule."""
    text = json.dumps({"version": 1, "include": [{"same": "series", "where": [criterion]}]}, indent=1)
    for definition in (text, json.loads(text)):
        with pytest.raises(DefinitionError) as refused:
            workspaces.put("file-0123456789abcdef", {"definition": definition})
        assert refused.value.path.startswith(where)
    assert not list((home / "workspaces").glob("file-*.json"))
