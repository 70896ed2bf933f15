"""The two Python hosts, without a browser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import SurroundingsError
from explorer.views import facet_list
from explorer.views.facet_list import FacetList, FacetListWidget
from tests.widgets.column import DATA, told

Host = type[FacetList] | type[FacetListWidget]
hosts = pytest.mark.parametrize("host", [FacetList, FacetListWidget])


def ask(host: FacetList | FacetListWidget, message: object) -> None:
    """Say what a browser says."""
    if isinstance(host, FacetList):
        host._handle_msg(message)
    else:
        host._handle_custom_msg(message, [])


@hosts
def test_holds_the_same_traits(host: Host) -> None:
    traits = told(DATA)
    column = host(**traits)
    for name, value in traits.items():
        assert getattr(column, name) == value
    assert column.measure == "patients"
    assert column.pending is False


@hosts
def test_hands_requests_on(host: Host) -> None:
    column = host()
    heard: list[dict[str, Any]] = []
    column.on_request(heard.append)
    request = {"kind": "undo", "revision": 3, "client": "abc", "n": 4}
    ask(column, request)
    for nonsense in ("undo", None, {}, {"kind": 7}):
        ask(column, nonsense)
    assert heard == [request]


@hosts
def test_answers_with_all_changes_at_once(host: Host) -> None:
    column = host()
    column.answer({"kind": "undo", "client": "abc", "n": 4}, revision=9, definition={"version": 1}, group="include:0")
    assert (column.seen, column.revision, column.definition) == ("abc:4", 9, {"version": 1})
    assert column.group == "include:0"


@hosts
def test_says_what_to_do_when_the_front_end_is_not_built(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facet_list, "LEFT", tmp_path / "left.js")
    monkeypatch.setattr(FacetList, "_esm", tmp_path / "left.js")
    with pytest.raises(SurroundingsError, match="make install"):
        host()


def test_python_and_typescript_name_the_same_traits() -> None:
    source = (Path(__file__).parents[2] / "widgets" / "src" / "left" / "wire.ts").read_text(encoding="utf-8")
    listed = source.split("TRAITS = [")[1].split("]")[0]
    names = {part.strip().strip('"') for part in listed.split(",") if part.strip()}
    traits = {name for name in FacetListWidget.class_traits(sync=True) if not name.startswith("_")}
    assert names <= set(FacetList.param)
    assert names == traits - {"layout", "tooltip", "tabbable"}


def test_types_of_the_definition_are_current() -> None:
    widgets = Path(__file__).parents[2] / "widgets"
    if not (widgets / "node_modules" / "json-schema-to-typescript").is_dir():
        pytest.skip("the tools of the browser code are not installed")
    done = subprocess.run(
        ["node", "scripts/types.mjs", "--check"], cwd=widgets, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_importing_explorer_does_not_load_the_hosts() -> None:
    code = "import sys, explorer; assert 'panel' not in sys.modules and 'anywidget' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
