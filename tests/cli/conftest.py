from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from explorer.cli import main
from explorer.snapshot import Snapshot
from explorer.sources import RowsSource

HOSTILE = "\x1b[2J<img src=x onerror=alert(1)>\u202e\n{{7*7}}"

ROWS = [
    {"PatientID": "p1", "Modality": "CT", "BodyPartExamined": "CHEST", "sex": "F", "age": 61, "size_mb": 2.5},
    {"PatientID": "p1", "Modality": "PT", "BodyPartExamined": "CHEST"},
    {"PatientID": "p2", "Modality": "CT", "sex": "M", "instances": 1_200},
    {"PatientID": "p3", "Modality": "MR", "BodyPartExamined": HOSTILE},
]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot of three patients and four series."""
    return Snapshot.build(RowsSource(ROWS, title=f"Small {HOSTILE}"), store=tmp_path_factory.mktemp("small"))


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, without a snapshot of its own."""

    def ran(*words: str | Path) -> Ran:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Ran(code, out, err)

    return ran


@pytest.fixture
def ask(run: Run, small: Snapshot, tmp_path: Path) -> Run:
    """Run a command on a definition, given as its parts, in the small snapshot."""

    def asked(command: str, *words: str, definition: Any = None) -> Ran:
        file = tmp_path / "my.cohort.json"
        file.write_text(json.dumps({"version": 1, **(definition or {})}), "utf-8")
        return run(command, file, "--snapshot", small.path, *words)

    return asked


def where(*criteria: dict[str, Any], same: str = "series", **rest: Any) -> dict[str, Any]:
    return {"include": [{"same": same, "where": list(criteria)}], **rest}


CT = {"facet": "Modality", "is_in": ["CT"]}
