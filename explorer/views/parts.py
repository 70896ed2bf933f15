"""The parts of the app's frame: bar, head, attrition, code. Python says what, ``static/app.js`` draws it.

Each part has one trait with all that it draws, so that an answer arrives whole. All text is drawn as text.
``widgets/src/app/wire.ts`` is the same contract in TypeScript.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import param

from explorer.cohort import CohortDefinition
from explorer.counts import Step, Totals, byte_size
from explorer.snapshot import Snapshot
from explorer.views.component import STATIC, Built
from explorer.views.words import share_of, takes_in_words

__all__ = ["Part", "attrition_data", "bar_data", "code_data", "head_totals"]


class Part(Built):
    """One part of the frame: ``bar``, ``head``, ``heading``, ``footing``, ``attrition``, ``pager`` or ``code``."""

    part = param.String()
    data = param.String(doc="JSON of what the part draws")

    _esm: ClassVar[Path] = STATIC / "app.js"

    def draw(self, data: dict[str, Any]) -> None:
        """Draw this from now on."""
        self.data = json.dumps(data, ensure_ascii=False)

    def download(self, name: str, kind: str, content: bytes) -> None:
        """Have the browser save a file."""
        self._send_msg({"kind": "download", "name": name, "type": kind, "data": content})


def bar_data(
    definition: CohortDefinition, snapshot: Snapshot, *, undo: bool, redo: bool, theme: str, exporting: bool
) -> dict[str, Any]:
    """Return what the bar draws."""
    about = f"{snapshot.title}, {snapshot.date or 'undated'}, snapshot {snapshot.id[:12]}"
    return {
        "snapshot": snapshot.title,
        "about": about,
        "name": definition.name,
        "undo": undo,
        "redo": redo,
        "theme": theme,
        "exporting": exporting,
    }


def head_totals(now: Totals, everything: Totals) -> list[dict[str, Any]]:
    """Return the six totals as the head draws them, each with its whole."""
    counted = [
        ("Datasets", now.datasets, everything.datasets),
        ("Patients", now.patients, everything.patients),
        ("Studies", now.studies, everything.studies),
        ("Series", now.series, everything.series),
        ("Images", now.instances, everything.instances),
    ]
    totals = [
        {"label": label, "value": f"{n:,}", "unit": "", "of": f"of {whole:,}", "share": share_of(n, whole)}
        for label, n, whole in counted
    ]
    value, unit = byte_size(now.bytes).split(" ")
    of = byte_size(everything.bytes)
    share = share_of(now.bytes, everything.bytes)
    return [*totals, {"label": "Size", "value": value, "unit": unit, "of": f"of {of}", "share": share}]


def attrition_data(steps: Sequence[Step], snapshot: Snapshot) -> dict[str, Any]:
    """Return what the attrition tab draws."""
    rows = []
    for step in steps:
        kind, _, index = step.path.strip("/").partition("/")
        group = f"{kind} {int(index) + 1}" if index else ""
        rows.append({**step.to_dict(), "group": group, "last": step.path == "/select"})
    return {"steps": rows, "snapshot": snapshot.title}


def code_data(definition: CohortDefinition, snapshot: Snapshot, sql: str) -> dict[str, Any]:
    """Return what the code tab draws: the definition as words, Python, JSON and SQL."""
    words = f"{definition.describe()} {takes_in_words(definition)}"
    python = (
        f"{definition.code().rstrip()}\n\n"
        "from explorer import Cohort, Snapshot\n\n"
        f"cohort = Cohort(rule, Snapshot.open({snapshot.id[:16]!r}))  # {snapshot.alias}\n"
        "cohort.totals()\n"
    )
    of = f"{snapshot.title}, definition {definition.id[:12]}"
    left = [
        {"title": "Words", "note": of, "text": words, "words": True},
        {"title": "Python", "note": "runs in any notebook", "text": python, "words": False},
        {"title": "SQL", "note": "DuckDB, on the snapshot's file", "text": sql, "words": False},
    ]
    right = [
        {"title": "JSON", "note": "the definition itself, version 1", "text": definition.to_json(), "words": False}
    ]
    return {"columns": [left, right]}
