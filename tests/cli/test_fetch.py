from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from explorer.snapshot import Snapshot
from explorer.sources import RowsSource
from tests.cli.conftest import HOSTILE, Run
from tests.images.fetch.bucket import BUCKET, Gate, dicom, gate_before, put, store, uid_of
from tests.sources.dicomweb.served import Asked, Reply, element, rows, served
from tests.sources.dicomweb.studies import as_file, image, uid

IMAGES = 3


@dataclass(frozen=True)
class Place:
    gate: Gate
    snapshot: Snapshot
    bytes: int


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with store() as number:
        yield number


@pytest.fixture(scope="module")
def built(port: int, tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, int]:
    rows: list[dict[str, Any]] = []
    for series in range(1, 5):
        files = [dicom(uid_of(series), number) for number in range(1, IMAGES + 1)]
        for number, content in enumerate(files, 1):
            put(port, f"c{series}/{series}-{number}.dcm", content)
        rows.append(
            {
                "PatientID": f"p{series % 2}",
                "SeriesInstanceUID": uid_of(series),
                "Modality": "CT" if series < 4 else "MR",
                "instances": IMAGES,
                "size_mb": sum(map(len, files)) / 1e6,
                "location": f"s3://{BUCKET}/c{series}/",
                "license": "CC BY 4.0" if series > 1 else f"CC {HOSTILE}",
                "source_doi": "10.0/synthetic",
            }
        )
    rows.append({"PatientID": "p9", "SeriesInstanceUID": "1.9", "Modality": "PT", "instances": 1, "size_mb": 1.0})
    snapshot = Snapshot.build(RowsSource(rows, title="Small"), store=tmp_path_factory.mktemp("snapshots"))
    return snapshot, round(rows[0]["size_mb"] * 1e6)


@pytest.fixture
def place(port: int, built: tuple[Snapshot, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with gate_before(port) as gate:
        monkeypatch.setenv("COHORT_EXPLORER_S3_ENDPOINT", gate.address)
        yield Place(gate, *built)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return _file(tmp_path, "CT")


def _file(folder: Path, modality: str) -> Path:
    path = folder / f"{modality}.cohort.json"
    rule = {"same": "series", "where": [{"facet": "Modality", "is_in": [modality]}]}
    path.write_text(json.dumps({"version": 1, "name": f"All {modality}", "include": [rule]}), "utf-8")
    return path


def test_a_dry_run_tells_and_asks_nobody(run: Run, place: Place, file: Path, tmp_path: Path) -> None:
    ran = run("fetch", file, "--snapshot", place.snapshot.path, "--to", tmp_path / "out", "--dry-run")
    assert ran.code == 0
    lines = dict(re.findall(r"^(\w[\w ]*?)  +(.*)$", ran.out, re.M))
    assert ran.out.startswith("All CT\n")
    assert (lines["patients"], lines["series"], lines["images"]) == ("2", "3", "9")
    assert lines["there already"] == "0 series" and lines["to fetch"].startswith("3 series, 9 images, ")
    assert lines["folder"] == str(tmp_path / "out") and "GB" in lines["free space"]
    assert lines["cite"] == "10.0/synthetic: 3 series"
    assert "\x1b" not in ran.out and r"CC \u001b[2J" in ran.out
    assert place.gate.asked == [] and not (tmp_path / "out").exists()


def test_a_dry_run_as_json(run: Run, place: Place, file: Path, tmp_path: Path) -> None:
    said = run("fetch", file, "--snapshot", place.snapshot.path, "--dry-run", "--json").json
    assert (said["snapshot"], said["patients"], said["series"], said["instances"]) == (place.snapshot.id, 2, 3, 9)
    assert said["to_fetch"] == {"series": 3, "instances": 9, "bytes": 3 * place.bytes}
    assert said["cache_bytes"] > 0 and said["refused"] is None and place.gate.asked == []


def test_fetched(run: Run, place: Place, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("fetch", file, "--snapshot", place.snapshot.path, "--to", out)
    assert ran.code == 0
    assert ran.out.splitlines()[-2].startswith("3 series are complete, 3 of them new (")
    assert ran.out.splitlines()[-1] == str(out)
    assert "fetching 3 series" in ran.err
    assert len(list(out.rglob("*.dcm"))) == 9
    place.gate.asked.clear()
    again = run("fetch", file, "--snapshot", place.snapshot.path, "--to", out, "--json").json
    assert again["complete"] == [uid_of(n) for n in (2, 1, 3)] and again["new"] == {"series": 0, "bytes": 0}
    assert (again["there"], again["incomplete"], again["stopped"]) == (3, [], False)
    assert place.gate.asked == []


def test_a_series_that_is_not_complete_is_named(run: Run, place: Place, file: Path, tmp_path: Path) -> None:
    place.gate.rules["/2-2.dcm"] = "deny"
    ran = run("fetch", file, "--snapshot", place.snapshot.path, "--to", tmp_path / "out")
    assert ran.code == 1
    assert f"Series {uid_of(2)} is not complete: access to 1 file was denied" in ran.out
    assert f"1 of 3 series are not complete: {uid_of(2)} (access to 1 file was denied" in ran.err


def test_a_series_without_a_place_is_named(run: Run, place: Place, tmp_path: Path) -> None:
    file = _file(tmp_path, "PT")
    told = run("fetch", file, "--snapshot", place.snapshot.path, "--dry-run")
    assert told.code == 0 and "Series 1.9 cannot be fetched: the snapshot does not say where its files are." in told.out
    ran = run("fetch", file, "--snapshot", place.snapshot.path)
    assert ran.code == 1 and "1 of 1 series are not complete: 1.9" in ran.err and place.gate.asked == []


@pytest.mark.parametrize("words", [[], ["--dry-run"]])
def test_the_limit(words: list[str], run: Run, place: Place, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("fetch", file, "--snapshot", place.snapshot.path, "--to", out, "--limit", "0.000001", *words)
    assert ran.code == 2 and "the limit is 1e-06 GB; nothing was fetched" in ran.err
    assert place.gate.asked == [] and not out.exists()


def test_a_folder_without_a_name(run: Run, place: Place, file: Path) -> None:
    ran = run("fetch", file, "--snapshot", place.snapshot.path, "--to", "")
    assert ran.code == 2 and "--to names no folder" in ran.err and place.gate.asked == []


@pytest.mark.parametrize("limit", ["0", "-1", "much", "nan"])
def test_a_limit_that_is_none(limit: str, run: Run, file: Path) -> None:
    ran = run("fetch", file, f"--limit={limit}")
    assert ran.code == 2 and "a limit is a number of gigabytes above 0" in ran.err


def test_a_cache_that_is_too_small(run: Run, place: Place, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_CACHE_GB", "0.000001")
    told = run("fetch", file, "--snapshot", place.snapshot.path, "--dry-run")
    assert told.code == 0 and "Not possible: " in told.out
    ran = run("fetch", file, "--snapshot", place.snapshot.path)
    assert ran.code == 2 and "--to FOLDER" in ran.err and place.gate.asked == []


def test_no_network(run: Run, place: Place, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("COHORT_EXPLORER_S3_ENDPOINT", f"http://127.0.0.1:{port}")
    ran = run("fetch", file, "--snapshot", place.snapshot.path)
    assert ran.code == 1
    assert re.fullmatch(r"cohort-explorer: the image store 127.0.0.1 cannot be reached .*\n", ran.err)


@pytest.mark.parametrize("words", [[], ["--dry-run"], ["--dry-run", "--json"]])
def test_protected_counts_are_not_told(
    words: list[str], run: Run, place: Place, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10")
    ran = run("fetch", file, "--snapshot", place.snapshot.path, "--to", tmp_path / "out", *words)
    assert (ran.code, ran.out) == (1, "")
    assert "Single patients and images are not listed. Small counts are protected" in ran.err
    assert place.gate.asked == [] and not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_stops_in_order_and_the_same_command_goes_on(place: Place, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = [sys.executable, "-m", "explorer", "fetch", file, "--snapshot", place.snapshot.path, "--to", out]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    once = threading.Lock()

    def press(path: str) -> None:
        if len(place.gate.got()) >= 5:
            place.gate.opened.clear()
            if once.acquire(blocking=False):
                process.send_signal(signal.SIGINT)

    place.gate.before = press
    said, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "stopped; the same command goes on where this one ended" in err and "Traceback" not in err
    assert said.splitlines()[-1] == str(out)
    came = {path.name for path in out.rglob("*.dcm")}
    assert len(came) < 5 and len(list(out.rglob("*.dcm?*"))) == 0
    place.gate.before = None
    place.gate.opened.set()
    place.gate.asked.clear()
    ended = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert not came & set(place.gate.got()) and len(list(out.rglob("*.dcm"))) == 9


def test_a_killed_command_is_gone_on_with(place: Place, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = [sys.executable, "-m", "explorer", "fetch", file, "--snapshot", place.snapshot.path, "--to", out]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(path: str) -> None:
        if len(place.gate.got()) >= 3:
            place.gate.opened.clear()
            process.kill()

    place.gate.before = kill
    assert process.wait(timeout=120) < 0
    assert len([path for path in out.glob("*") if path.name[0].isdigit()]) == 0
    place.gate.before = None
    place.gate.opened.set()
    ended = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.name for path in out.rglob("*") if path.is_file() and path.suffix != ".json") == [
        *(f"{series}-{number}.dcm" for series in (1, 2, 3) for number in (1, 2, 3)),
        "lock",
    ]


@pytest.mark.parametrize(("counted", "code"), [(2, 0), (3, 1)])
def test_an_archive_that_lists_other_images_than_the_snapshot_counts(
    counted: int, code: int, run: Run, tmp_path: Path
) -> None:
    study, series = uid(1, 1), uid(1, 1, 1)
    images = {uid(1, 1, 1, number): as_file(image(1, 1, 1, number)) for number in (1, 2)}
    about = {"PatientID": "p", "Modality": "CT", "StudyInstanceUID": study, "SeriesInstanceUID": series}
    snapshot = Snapshot.build(RowsSource([{**about, "instances": counted}], title="One"), store=tmp_path / "store")

    def answers(asked: Asked) -> Reply:
        if asked.path.endswith("/instances"):
            return rows(*({"00080018": element(each)} for each in list(images)[asked.number("offset", 0) :]))
        parts = b"".join(b"\r\n--b\r\n\r\n" + each for each in images.values())
        return Reply(parts + b"\r\n--b--\r\n", headers={"Content-Type": "multipart/related; boundary=b"})

    words = ["fetch", _file(tmp_path, "CT"), "--snapshot", snapshot.path, "--to", tmp_path / "out", "--json"]
    with served(answers) as server:
        ran = run(*words, "--dicomweb", server.url)
    assert ran.code == code, ran.err
    assert sorted(path.stem for path in (tmp_path / "out" / series).iterdir()) == sorted(images)
    if code == 0:
        assert (ran.json["complete"], ran.json["incomplete"]) == ([series], [])
    else:
        reason = "the archive lists 2 images, and the snapshot counts 3; build the snapshot again."
        assert (ran.json["complete"], ran.json["incomplete"]) == ([], [{"series_uid": series, "reason": reason}])
        assert f"1 of 1 series are not complete: {reason}" in ran.err


def test_nothing_is_fetched_but_by_this_command(run: Run, place: Place, file: Path, tmp_path: Path) -> None:
    for words in (["count"], ["attrition"], ["table", "--level", "series"], ["export", "-o", tmp_path / "n.ipynb"]):
        command, *rest = words
        assert run(command, file, "--snapshot", place.snapshot.path, *rest).code == 0
    assert place.gate.asked == []
