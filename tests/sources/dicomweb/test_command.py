"""The command line on a real Orthanc: an archive becomes a snapshot, a cohort of it becomes files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.cli import main
from explorer.cli.archive_commands import PASSWORD
from tests.sources.dicomweb.orthanc import Orthanc
from tests.sources.dicomweb.served import Asked, Reply, rows, served
from tests.sources.dicomweb.studies import as_file, image, uid

EVERYTHING = {"version": 1, "select": "all"}


@pytest.fixture
def filled(orthanc: Orthanc) -> Orthanc:
    orthanc.clear()
    for patient in (1, 2):
        for number in (1, 2):
            orthanc.upload(as_file(image(patient, 1, 1, number)))
    return orthanc


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def cohort(folder: Path, **more: Any) -> Path:
    path = folder / "all.cohort.json"
    path.write_text(json.dumps({**EVERYTHING, **more}))
    return path


def test_an_archive_becomes_a_snapshot_and_files(
    filled: Orthanc, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "snapshot", "build", "dicomweb", filled.root, "--dataset", "lungs")
    assert code == 0, err
    snapshot = out.split()[-1]
    assert "2 series read" in err
    code, again, err = run(capsys, "snapshot", "build", "dicomweb", filled.root, "--dataset", "lungs", "--json")
    assert (code, json.loads(again)["id"]) == (0, snapshot)
    assert "2 studies unchanged" in err
    code, _, err = run(capsys, "snapshot", "build", "dicomweb", filled.root, "--dataset", "lungs", "--anew")
    assert (code, "unchanged" in err) == (0, False)

    files = tmp_path / "files"
    fetch = ("fetch", cohort(tmp_path), "--snapshot", snapshot, "--dicomweb", filled.root, "--to", files)
    code, out, _ = run(capsys, *fetch, "--dry-run")
    assert (code, out.startswith("2 series with 4 images")) == (0, True)
    assert not files.exists()
    code, out, err = run(capsys, *fetch)
    assert code == 0, err
    assert "2 series are complete" in out
    assert (files / uid(2, 1, 1) / f"{uid(2, 1, 1, 2)}.dcm").read_bytes() == as_file(image(2, 1, 1, 2))

    filled.delete_study(uid(2, 1))
    code, out, err = run(capsys, *fetch[:-1], tmp_path / "more", "--json")
    assert code == 1
    assert json.loads(out)["complete"] == [uid(1, 1, 1)]
    assert "1 of 2 series are not complete" in err


def test_hashed_uids_are_not_asked_for(filled: Orthanc, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "snapshot", "build", "dicomweb", filled.root, "--restricted")
    assert code == 0
    words = ("fetch", cohort(tmp_path), "--snapshot", out.split()[-1], "--dicomweb", filled.root, "--to", tmp_path)
    code, _, err = run(capsys, *words)
    assert (code, "UIDs are hashed" in err) == (2, True)


def test_who_asks(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "token"
    token.write_text("abc.def\n")

    def answers(asked: Asked) -> Reply:
        return (
            rows()
            if asked.headers.get("Authorization") in ("Bearer abc.def", "Basic YTpzZWNyZXQ=")
            else Reply(b"", 401)
        )

    with served(answers) as server:
        build = ("snapshot", "build", "dicomweb", server.url)
        assert "asks who you are" in run(capsys, *build)[2]
        assert "lists no series" in run(capsys, *build, "--token-file", token)[2]
        assert "there is no terminal" in run(capsys, *build, "--user", "a")[2]
        monkeypatch.setenv(PASSWORD, "secret")
        assert "lists no series" in run(capsys, *build, "--user", "a")[2]
        monkeypatch.setenv(PASSWORD, "hidden")
        code, out, err = run(capsys, *build, "--user", "a")
        assert (code, "does not accept" in err, "hidden" in out + err) == (1, True, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["https://a:secret@pacs.example"], "refused"),
        (["http://pacs.example", "--user", "a"], "not encrypted"),
        (["pacs.example"], "no address"),
        (["https://pacs.example", "--user", "a", "--token-file", "b"], "give one"),
        (["https://pacs.example", "--token-file", "/nowhere"], "cannot be read"),
        (["https://pacs.example", "--since", "2020"], "written like 2020-01-31"),
    ],
)
def test_what_is_asked_wrongly(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    code, out, err = run(capsys, "snapshot", "build", "dicomweb", *words)
    assert (code, out) == (2, "")
    assert said in err and "secret" not in err and err.count("\n") == 1


def test_fetch_options_that_do_not_go_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fetch = ("fetch", cohort(tmp_path))
    for more, said in (
        (["--user", "a"], "name it with --dicomweb"),
        (["--dicomweb", "https://pacs.example"], "with --to FOLDER"),
        (["--dicomweb", "https://pacs.example", "--to", tmp_path, "--limit", "3"], "does not go with"),
    ):
        code, _, err = run(capsys, *fetch, *more)
        assert (code, said in err) == (2, True)
