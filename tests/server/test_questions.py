from __future__ import annotations

from typing import Any

import pytest

from explorer.errors import DefinitionError, UnknownNameError, UserError
from explorer.server.asking import may_be_repeated
from explorer.server.questions import QUESTIONS, checked
from tests.server.running import Server

EVERYBODY = {"version": 1, "include": [], "exclude": [], "within": [], "select": "matching"}
ID = "a" * 64


@pytest.mark.parametrize(
    ("name", "content", "passed"),
    [
        (
            "column",
            {"workspace": "default"},
            {"workspace": "default", "have": "", "request": None, "counts": True},
        ),
        (
            "column",
            {"workspace": "w", "have": ID, "request": {"kind": "undo", "seen": 3}, "counts": False},
            {"workspace": "w", "have": ID, "request": {"kind": "undo", "seen": 3}, "counts": False},
        ),
        (
            "column",
            {"workspace": "w", "language": "es"},
            {"workspace": "w", "have": "", "request": None, "counts": True, "language": "es"},
        ),
        ("patients", {"snapshot": ID, "definitions": [{}, 3]}, {"snapshot": ID, "definitions": [{}, 3]}),
        (
            "compare",
            {"snapshot": "", "first": {"version": 1}, "second": {"version": 1}},
            {"snapshot": "", "first": EVERYBODY, "second": EVERYBODY},
        ),
        ("cell", {"workspace": "w", "what": "images"}, {"workspace": "w", "what": "images"}),
        ("cell", {"definition": {"version": 1}, "what": "cohort"}, {"definition": EVERYBODY, "what": "cohort"}),
        ("notebook", {"definition": {"version": 1}}, {"definition": EVERYBODY}),
        ("snapshots", {"workspace": "w"}, {"workspace": "w"}),
        ("snapshot", {"workspace": "w", "snapshot": "idc-25.0.5"}, {"workspace": "w", "snapshot": "idc-25.0.5"}),
    ],
)
def test_good_questions(name: str, content: Any, passed: Any) -> None:
    assert checked(name, content) == passed


@pytest.mark.parametrize(
    ("name", "content", "path"),
    [
        *[(name, wrong, "") for name in QUESTIONS for wrong in (None, [], "x", 3, {"other": 1})],
        ("column", {"workspace": None}, "/workspace"),
        ("column", {"workspace": "w", "have": 3}, "/have"),
        ("column", {"workspace": "w", "have": "../x"}, "/have"),
        ("column", {"workspace": "w", "counts": 0}, "/counts"),
        ("column", {"workspace": "w", "language": "español"}, "/language"),
        ("column", {"workspace": "w", "request": []}, "/request"),
        ("column", {"workspace": "w", "request": {"kind": 3}}, "/request"),
        ("patients", {"definitions": {}}, "/definitions"),
        ("patients", {"definitions": [{}] * 201}, "/definitions"),
        ("compare", {"first": {"version": 1}, "second": {"version": 1, "select": "x"}}, "/second/select"),
        ("cell", {"workspace": "w", "what": "rm"}, "/what"),
        ("cell", {"workspace": "w", "definition": {"version": 1}, "what": "images"}, ""),
        ("cell", {"what": "images"}, ""),
        ("notebook", {}, ""),
        ("notebook", {"definition": {}}, "/definition"),
        ("snapshot", {"workspace": "w", "snapshot": ""}, "/snapshot"),
        ("snapshot", {"workspace": "w", "snapshot": "a/../../b"}, "/snapshot"),
        ("snapshot", {"workspace": "w", "snapshot": "a" * 200}, "/snapshot"),
    ],
)
def test_wrong_questions_are_refused_here(name: str, content: Any, path: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        checked(name, content)
    assert refused.value.path == path


def test_names_that_do_not_exist() -> None:
    with pytest.raises(UnknownNameError, match="column"):
        checked("status", {})
    with pytest.raises(UserError, match="cannot name a workspace"):
        checked("snapshots", {"workspace": "../x"})


def test_a_question_is_passed_on_and_answered(server: Server) -> None:
    answered = server.ask("POST", "explorer/api/ask/snapshots", {"workspace": "default"})
    assert (answered.status, answered.json) == (200, {"name": "snapshots", "question": {"workspace": "default"}})


def test_what_the_process_refuses_is_told(server: Server) -> None:
    refused = {"workspace": "default", "request": {"kind": "refuse"}}
    answered = server.ask("POST", "explorer/api/ask/column", refused)
    assert (answered.status, answered.json) == (400, {"message": "asked in a wrong way"})


def test_an_answer_that_is_none_is_a_sentence(server: Server) -> None:
    for request, words in (({"kind": "babble"}, "answer that is none"), ({"kind": "end", "code": 0}, "ended before")):
        answered = server.ask("POST", "explorer/api/ask/column", {"workspace": "default", "request": request})
        assert answered.status == 503 and words in answered.json["message"]
    # It is started again when it is needed.
    assert server.ask("POST", "explorer/api/ask/snapshots", {"workspace": "default"}).status == 200


@pytest.mark.parametrize(
    ("name", "request_", "error", "again"),
    [
        ("column", None, ConnectionResetError(), True),
        ("column", {"kind": "toggle"}, ConnectionResetError(), False),
        ("column", {"kind": "toggle"}, ConnectionRefusedError(), True),
        ("column", {"kind": "toggle"}, FileNotFoundError(), True),
        ("snapshot", None, ConnectionResetError(), False),
    ],
)
def test_what_changes_something_is_asked_once(name: str, request_: Any, error: OSError, again: bool) -> None:
    assert may_be_repeated(name, {"request": request_}, error) is again
