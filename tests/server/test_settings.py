from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from traitlets import TraitError
from traitlets.config import Config

from explorer.errors import DefinitionError, UserError
from explorer.server.extension import CohortExplorer
from explorer.server.settings import Settings, SettingsInForce
from tests.home import ROOT
from tests.server.running import FAKE, Server, children, running, until


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("snapshot_path", ["/data/shared", " /x "], ("/data/shared", "/x")),
        ("snapshot_path", ["~/here"], (str(Path("~/here").expanduser()),)),
        ("memory_limit", " 2GB ", "2GB"),
        ("memory_limit", "", ""),
        ("memory_limit", "1.5 GiB", "1.5 GiB"),
        ("small_counts", "10", "10,10"),
        ("small_counts", "5, 10", "5,10"),
        ("small_counts", " ", ""),
    ],
)
def test_good_values(name: str, value: Any, kept: Any) -> None:
    assert getattr(Settings(**{name: value}), name) == kept


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("snapshot_path", "/data", "list of folders"),
        ("snapshot_path", ["relative"], "whole path"),
        ("snapshot_path", [""], "names no folder"),
        ("snapshot_path", [3], "names no folder"),
        ("snapshot_path", ["/a:/b"], "cannot be the path"),
        ("image_folders", ["/a\0b"], "cannot be the path"),
        ("image_folders", ["/a\n"], "cannot be the path"),
        ("image_folders", ["/" + "a" * 5_000], "cannot be the path"),
        ("image_folders", ["~nobody-of-that-name/x"], "no such person"),
        ("image_folders", ["/a"] * 51, "at most 50"),
        ("image_folders", None, "list of folders"),
        ("memory_limit", "lots", "2GB"),
        ("memory_limit", "2", "2GB"),
        ("memory_limit", "0.0GB", "2GB"),
        ("memory_limit", 2, "2GB"),
        ("small_counts", "1", "threshold"),
        ("small_counts", "10,0", "threshold"),
        ("small_counts", "-5", "threshold"),
        ("small_counts", 10, "threshold"),
    ],
)
def test_bad_values_are_refused_in_a_sentence(name: str, value: Any, words: str) -> None:
    with pytest.raises(UserError, match=words) as refused:
        Settings(**{name: value})
    assert name in str(refused.value) and "\n" not in str(refused.value)
    if value == "/data":  # one folder may be written without a list in a configuration
        return
    with pytest.raises(TraitError, match=name):
        CohortExplorer(config=Config({"CohortExplorer": {name: value}}))


def test_a_person_changes_what_is_not_locked(tmp_path: Path) -> None:
    force = SettingsInForce(Settings(memory_limit="2GB", small_counts="10,10"), frozenset({"small_counts"}))
    here = str(tmp_path)
    assert force.change({"image_folders": [here], "memory_limit": "1GB"}) == []
    assert force.now == Settings((), (here,), "1GB", "10,10")
    # What a person no longer sets is what the server began with.
    (problem,) = force.change({"small_counts": "", "memory_limit": None})
    assert (problem["name"], force.now) == ("small_counts", Settings(memory_limit="2GB", small_counts="10,10"))
    assert "administrator" in problem["message"]
    assert force.change({"small_counts": "10,10"}) == []
    (missing,) = force.change({"image_folders": [f"{here}/not-here"]})
    assert missing["name"] == "image_folders" and "not-here" in missing["message"]


@pytest.mark.parametrize(
    ("wanted", "path"),
    [([], ""), ("x", ""), ({"start_timeout": 5}, ""), ({"memory_limit": "lots"}, "/memory_limit"), ({"": 1}, "")],
)
def test_a_wrong_change_changes_nothing(wanted: Any, path: str) -> None:
    force = SettingsInForce(Settings(memory_limit="2GB"))
    with pytest.raises(DefinitionError) as refused:
        force.change(wanted)
    assert refused.value.path == path
    assert force.now == Settings(memory_limit="2GB")


def test_the_environment_is_where_settings_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_PATH", "/a:/b")
    monkeypatch.setenv("COHORT_EXPLORER_MEMORY", "3GB")
    extension = CohortExplorer()
    assert (extension.snapshot_path, extension.memory_limit) == (["/a", "/b"], "3GB")
    settings = Settings.from_environment({"COHORT_EXPLORER_PATH": "/a:", "COHORT_EXPLORER_IMAGES": "/i:/j"})
    assert settings == Settings(("/a",), ("/i", "/j"))
    assert Settings.from_environment(settings.environment()) == settings


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_the_time_to_start_is_more_than_nothing(seconds: float) -> None:
    with pytest.raises(TraitError, match="more than 0"):
        CohortExplorer(start_timeout=seconds)


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    own = CohortExplorer.class_own_traits(config=True)
    assert own.keys() >= Settings.__dataclass_fields__.keys() | {"start_timeout"}
    for name, trait in own.items():
        assert f"`{name}`" in text, f"docs/settings.md does not name {name}"
        assert len(trait.help) > 40, name


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    shared = tmp_path_factory.mktemp("shared")
    config = f"c.CohortExplorer.snapshot_path = ['{shared}']\nc.CohortExplorer.small_counts = '10,10'\n"
    with running(tmp_path_factory.mktemp("jupyter") / "locked", FAKE + config) as server:
        yield server, str(shared)


def test_settings_reach_the_process(locked: tuple[Server, str], tmp_path: Path) -> None:
    server, shared = locked
    told = server.get("explorer/api/settings").json
    assert told["locked"] == ["small_counts", "snapshot_path"]
    assert told["settings"]["snapshot_path"] == [shared]
    assert not told["restart_needed"]
    wanted = {
        "snapshot_path": ["/my/own"],
        "image_folders": [str(tmp_path), "/not/there"],
        "memory_limit": "700MiB",
    }
    changed = server.ask("PUT", "explorer/api/settings", wanted)
    assert changed.status == 200 and changed.json["settings"]["snapshot_path"] == [shared]
    assert {problem["name"] for problem in changed.json["problems"]} == {"snapshot_path", "image_folders"}
    seen = server.get("explorer/app/seen").json
    assert seen["environment"]["COHORT_EXPLORER_PATH"] == shared
    assert seen["environment"]["COHORT_EXPLORER_MEMORY"] == "700MiB"
    assert seen["environment"]["COHORT_EXPLORER_SMALL_COUNTS"] == "10,10"
    assert "COHORT_EXPLORER_IMAGES" not in seen["environment"]
    assert seen["argv"][-2:] == ["--images", str(tmp_path)]
    # The running process keeps its settings until it is started again.
    assert server.ask("PUT", "explorer/api/settings", {}).json["restart_needed"]
    assert server.ask("POST", "explorer/api/app", {"restart": True}).status == 200
    assert "COHORT_EXPLORER_MEMORY" not in server.get("explorer/app/seen").json["environment"]
    assert not server.get("explorer/api/settings").json["restart_needed"]


def test_kernels_find_the_same_snapshots(locked: tuple[Server, str]) -> None:
    server, shared = locked
    server.ask("PUT", "explorer/api/settings", {"memory_limit": "600MiB"})
    still = server.folder / "data" / "kernels" / "still"
    still.mkdir(parents=True)
    (still / "kernel.json").write_text('{"argv": ["sleep", "100"], "display_name": "Still", "language": "none"}')
    before = children(server.process.pid)
    assert server.ask("POST", "api/kernels", {"name": "still"}).status == 201
    until(lambda: set(children(server.process.pid)) - set(before))
    (kernel,) = set(children(server.process.pid)) - set(before)
    until(lambda: b"COHORT_EXPLORER_MEMORY=600MiB\0" in Path(f"/proc/{kernel}/environ").read_bytes())
    assert f"COHORT_EXPLORER_PATH={shared}\0".encode() in Path(f"/proc/{kernel}/environ").read_bytes()


def test_wrong_settings_change_nothing(locked: tuple[Server, str]) -> None:
    server, _ = locked
    before = server.get("explorer/api/settings").json
    for wanted in ([], {"memory_limit": "x"}, {"nothing": 1}, b"{", b"", "x"):
        said = server.ask("PUT", "explorer/api/settings", wanted)
        assert said.status == 400 and said.json["message"]
    assert server.ask("PUT", "explorer/api/settings", {"memory_limit": "x"}).json["path"] == "/memory_limit"
    assert server.get("explorer/api/settings").json["settings"] == before["settings"]


@pytest.mark.parametrize("folder", ["/" + "a" * 300, "/a" * 100])
def test_a_folder_that_cannot_even_be_looked_for_is_missing(folder: str) -> None:
    in_force = SettingsInForce(Settings())
    (problem,) = in_force.change({"snapshot_path": [folder]})
    assert problem["name"] == "snapshot_path" and "no folder" in problem["message"]
