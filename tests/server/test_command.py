"""How the process is called, where its socket lies, and what is made of its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from explorer.errors import SurroundingsError
from explorer.server.command import command, environment
from explorer.server.private_folder import private_folder
from explorer.server.settings import Settings
from explorer.server.status import Status, Tail, reason_of, said_by


def test_the_command_says_everything() -> None:
    words = command(Path("/run/x/app"), "/user/al%40ice/explorer/app", ["/a", "/b"])
    assert words[1:] == [
        *("-m", "explorer.server.leash", "/run/x", "app", "--unix-socket", "/run/x/app"),
        *("--prefix", "/user/al%40ice/explorer/app", "--images", "/a", "--images", "/b"),
    ]


def test_the_environment_keeps_secrets_back() -> None:
    inherited = {
        "PATH": "/bin",
        "COHORT_EXPLORER_HOME": "/h",
        "COHORT_EXPLORER_MEMORY": "9GB",
        "JUPYTER_TOKEN": "t",
        "JPY_API_TOKEN": "t",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/alice/",
        "CONFIGPROXY_AUTH_TOKEN": "t",
        "db_password": "t",
        "URL": "http://x?token=s3cret",
    }
    kept = environment(inherited, Settings(snapshot_path=("/a", "/b")), ["s3cret", ""])
    assert kept == {
        "PATH": "/bin",
        "COHORT_EXPLORER_HOME": "/h",
        "COHORT_EXPLORER_PATH": "/a:/b",
        "PYTHONUNBUFFERED": "1",
    }


def test_a_socket_has_a_private_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    folder = private_folder(tmp_path / "missing", deep, tmp_path)
    assert folder.parent == tmp_path and folder.stat().st_mode & 0o777 == 0o700
    assert list(folder.iterdir()) == [] and list(deep.iterdir()) == []
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(deep))
    with pytest.raises(SurroundingsError, match="too long for a socket"):
        private_folder(deep)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert private_folder(deep).parent == tmp_path


@pytest.mark.parametrize(
    ("code", "lines", "said"),
    [
        (1, [], "The explorer's process ended with exit code 1; it said nothing."),
        (0, ["bye"], "The explorer's process ended with exit code 0; the last that it said: bye"),
        (2, ["cohort-explorer: /x: there is no such folder"], "/x: there is no such folder"),
        (-9, [], "The explorer's process was ended by SIGKILL, often because memory ran out; it said nothing."),
        (143, [], "The explorer's process was ended by SIGTERM; it said nothing."),
        (-99, [], "The explorer's process was ended by signal 99; it said nothing."),
        (None, ["a", "  b"], "The explorer's process did not answer in time; the last that it said: a"),
    ],
)
def test_a_reason_is_a_sentence(code: int | None, lines: list[str], said: str) -> None:
    assert reason_of(code, lines) == said


def test_only_the_last_words_are_kept() -> None:
    tail = Tail()
    assert tail.feed("a\x1b[31mred\x1b[0m\r\n\nb") == ["ared"]
    assert tail.feed("c\x07\n") == ["bc\\u0007"]
    tail.feed("x" * 10_000)
    assert tail.end() == []
    tail.feed("".join(f"{n}\n" for n in range(500)))
    assert len(tail.lines()) == 200 and tail.lines()[-1] == "499"
    assert len(reason_of(1, ["y" * 5_000])) < 500


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"ready": True}, Status("ready")),
        ({"ready": "yes"}, Status("building", "Opening the snapshot")),
        ({"ready": False, "doing": "x\ny", "share": 2}, Status("building", "x\\ny")),
        ({"ready": False, "doing": 3, "share": True}, Status("building", "Opening the snapshot")),
        ({"ready": True, "problem": "no"}, Status("failed", problem="no")),
        ({}, Status("building", "Opening the snapshot")),
    ],
)
def test_odd_answers_are_no_trouble(answer: dict[str, Any], status: Status) -> None:
    assert said_by(answer, 0) == status
