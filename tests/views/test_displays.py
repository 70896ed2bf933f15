"""What a notebook shows of a definition, a cohort and a snapshot."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.export.card import SnapshotCard
from explorer.facets import Criterion, Modality, sex
from explorer.snapshot import latest as latest_module
from explorer.sources import RowsSource
from explorer.views.displays import register
from tests.export.hostile import TEXTS, hostile_rule, hostile_snapshot
from tests.packaging.test_public_names import SCREENS

ROWS: list[dict[str, Any]] = [
    {"PatientID": "a", "Modality": "CT", "sex": "F", "license": "CC BY 4.0", "size_mb": 2.5},
    {"PatientID": "b", "Modality": "MR", "sex": "M", "size_mb": 1.5},
    {"PatientID": "c", "Modality": "MR", "sex": "F", "license": "CC BY-NC 3.0", "size_mb": 2.0},
]
RULE = CohortDefinition(name="Some MR").including(Modality.is_in("MR")).including(sex.is_in("F"), same="patient")


@pytest.fixture(autouse=True)
def nothing_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest_module, "_latest", None)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return Snapshot.build(RowsSource(ROWS, title="Three patients", date="2026-01-02"), store=tmp_path / "snapshots")


def shown(value: object) -> dict[str, str]:
    """What IPython shows, by media type."""
    formatter = DisplayFormatter()
    register(SimpleNamespace(display_formatter=formatter))
    data, metadata = formatter.format(value)
    assert set(data) <= {"text/html", "text/plain"} and not metadata
    return dict(data)


def test_a_cohort_shows_sentence_totals_and_snapshot(snapshot: Snapshot) -> None:
    said = shown(Cohort(RULE, snapshot))
    assert said["text/plain"].splitlines() == [
        RULE.describe(),
        "        datasets  patients  studies  series  images     size",
        "cohort         1         1        1       1       1  2.00 MB",
        "of all         1         3        3       3       3  6.00 MB",
        f"“Some MR”, definition {RULE.id[:12]}, on Three patients (snapshot {snapshot.id[:12]}, 2026-01-02).",
    ]
    assert "<strong>1</strong>" in said["text/html"] and snapshot.id[:12] in said["text/html"]


def test_warnings_are_shown(snapshot: Snapshot) -> None:
    said = shown(Cohort(CohortDefinition().including(Modality.is_in("MRI")), snapshot))
    assert "Warning: " in said["text/plain"] and "MRI" in said["text/plain"]
    assert "⚠" in said["text/html"]


def test_a_definition_is_counted_on_the_snapshot_opened_last(snapshot: Snapshot, tmp_path: Path) -> None:
    said = shown(RULE)["text/plain"]
    assert said.startswith(RULE.describe()) and "Sex is F" in said
    assert f"on Three patients (snapshot {snapshot.id[:12]}, 2026-01-02), the snapshot opened last here." in said
    other = Snapshot.build(RowsSource(ROWS[:1], title="One patient"), store=tmp_path / "other")
    assert "on One patient" in shown(RULE)["text/plain"]
    Snapshot(snapshot.path)
    assert "on Three patients" in shown(RULE)["text/html"]
    assert other.id


def test_a_definition_that_does_not_fit_says_why(snapshot: Snapshot) -> None:
    odd = CohortDefinition().including(Criterion("shoe <size>", is_in=("43",)))
    said = shown(odd)
    assert said["text/plain"].startswith(odd.describe())
    assert "Not counted on Three patients" in said["text/plain"] and "shoe" in said["text/plain"].splitlines()[-1]
    assert "<size>" not in said["text/html"]


def test_nothing_is_built_to_show_a_definition(home: Path) -> None:
    said = shown(RULE)["text/plain"]
    assert said.startswith(RULE.describe()) and "Not counted: There is no snapshot" in said
    assert not home.exists()


def test_the_default_snapshot_where_it_is_built(default_home: Path) -> None:
    assert "(snapshot " in (said := shown(RULE)["text/plain"]) and said.count("the default snapshot.") == 1


def test_only_what_is_shown_itself_is_counted(snapshot: Snapshot) -> None:
    assert shown([RULE])["text/plain"] == repr([RULE])
    assert "text/html" not in shown({"rule": RULE})


def test_a_snapshot_shows_its_card(snapshot: Snapshot) -> None:
    said = shown(snapshot)
    assert said["text/plain"] == repr(snapshot)
    lines = dict(SnapshotCard(snapshot).lines())
    assert lines == {
        "Name": "rows-1",
        "Snapshot": snapshot.id[:16],
        "Date": "2026-01-02",
        "Source": "rows, release 1",
        "Holds": "3 patients, 3 studies, 3 series, 3 images from 1 dataset",
        "Size of the images": "6.00 MB",
        "Licences": "CC BY 4.0: 1 patient; CC BY-NC 3.0: 1 patient; none recorded: 1 patient",
    }
    for text in lines.values():
        assert text in said["text/html"]


def test_small_counts_are_protected_here_too(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10,10")
    for value in (RULE, Cohort(RULE, snapshot), snapshot):
        said = shown(value)
        assert "under 10" in said["text/html"] and "Small counts are protected" in said["text/html"]
        assert "3 patients" not in said["text/html"] + said["text/plain"]


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"{tag} {name}" for name, _ in attrs)}


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    hostile = hostile_snapshot(tmp_path)
    own = {"div", "p", "p style", "strong", "table", "table style", "thead", "tbody", "tr", "th", "th style"}
    own |= {"td", "td style", "span"}
    for text in TEXTS:
        rule = hostile_rule(text, text)
        for value in (rule, Cohort(rule, hostile), hostile):
            said = shown(value)
            assert _Tags(said["text/html"]).found <= own, text
            assert not set(said["text/plain"]) & set("\x1b\u202e\u2066\x0b\x0c\x85\u2028"), text


def test_a_mishap_leaves_it_to_ipython(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    cohort = Cohort(RULE, snapshot)
    monkeypatch.setattr(Cohort, "totals", fail)
    assert shown(cohort)["text/plain"].startswith("<explorer.counts.cohort.Cohort at")


KERNEL = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
import explorer
light = {name.partition(".")[0] for name in set(sys.modules) - before}
rule = explorer.CohortDefinition()
data, _ = shell.display_formatter.format(rule)
print(json.dumps([sorted(light), sorted(data), data["text/plain"]]))
"""


def test_a_running_ipython_is_taught_at_import(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path), "COHORT_EXPLORER_HOME": str(tmp_path / "home")}
    run = [sys.executable, "-W", "ignore", "-c", KERNEL]
    result = subprocess.run(run, capture_output=True, text=True, timeout=60, env=environment, check=True)
    light, kinds, plain = json.loads(result.stdout.splitlines()[-1])
    assert set(light) - sys.stdlib_module_names == {"explorer"} and not set(light) & SCREENS
    assert kinds == ["text/html", "text/plain"] and plain.startswith("All patients.")
