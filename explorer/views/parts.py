"""The parts of the app's frame: bar, head, attrition, code. Python says what, ``static/app.js`` draws it.

Each part has one trait with all that it draws, so that an answer arrives whole. All text is drawn as text.
``widgets/src/app/wire.ts`` is the same contract in TypeScript.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import param

from explorer.cohort import CohortDefinition
from explorer.counts import Count, SmallCounts, Totals, byte_size, count_in_words, size_in_words
from explorer.snapshot import Snapshot
from explorer.views.component import STATIC, Built
from explorer.views.speech import Speech
from explorer.views.words import share_of

__all__ = ["Part", "bar_data", "code_data", "head_totals"]


class Part(Built):
    """One part of the frame: ``bar``, ``head``, ``heading``, ``footing``, ``attrition``, ``rows`` or ``code``."""

    part = param.String()
    data = param.String(doc="JSON of what the part draws")

    _esm: ClassVar[Path] = STATIC / "app.js"

    def draw(self, data: dict[str, Any]) -> None:
        """Draw this from now on."""
        self.data = json.dumps(data, ensure_ascii=False)

    def wait(self) -> None:
        """Dim what is drawn, which is of something older, until something else is drawn."""
        self._send_msg({"kind": "waiting"})

    def download(self, name: str, kind: str, content: bytes) -> None:
        """Have the browser save a file."""
        self._send_msg({"kind": "download", "name": name, "type": kind, "data": content})


def bar_data(
    definition: CohortDefinition,
    snapshot: Snapshot,
    memory: Mapping[str, Any],
    speech: Speech,
    *,
    tab: str = "",
    theme: str,
    exporting: bool,
    embedded: bool = False,
    moved: bool = False,
) -> dict[str, Any]:
    """Return what the bar draws.

    Parameters
    ----------
    memory
        What `explorer.views.memory.Memory` says of history, saved cohorts and links.
    speech
        The page's language.
    tab
        The open tab, which the address keeps.
    moved
        The workspace went on to another snapshot, so the page starts anew.
    """
    said = snapshot.card()["deidentification"]
    chosen = snapshot.recipe["options"].get("deidentification", {})
    day = snapshot.date or speech.say("undated")
    about = f"{snapshot.title}, {day}, {speech.say('snapshot %1', snapshot.id[:12])}"
    return {
        "snapshot": snapshot.title,
        "about": f"{about}. {said}" if said else about,
        "deidentified": chosen.get("patient_ids") == "hash",
        "name": definition.name,
        **memory,
        "tab": tab,
        "theme": theme,
        "exporting": exporting,
        "embedded": embedded,
        "moved": moved,
    }


def head_totals(now: Totals, everything: Totals) -> list[dict[str, Any]]:
    """Return the six totals as the head draws them, each with its whole; told under the policy of this process."""
    policy = now.protected or SmallCounts.current()
    now, everything = now.under(policy), everything.under(policy)

    def total(label: str, write: Callable[[Totals], str], number: Callable[[Totals], Count]) -> dict[str, Any]:
        share = share_of(number(now), number(everything))
        return {"label": label, "value": write(now), "unit": "", "of": f"of {write(everything)}", "share": share}

    # Datasets are no people: told as they are, or not at all.
    totals = [
        total("Datasets", lambda each: size_in_words(each.datasets, None), lambda each: each.datasets),
        total("Patients", lambda each: count_in_words(each.patients, policy), lambda each: each.patients),
        total("Studies", lambda each: size_in_words(each.studies, policy), lambda each: each.studies),
        total("Series", lambda each: size_in_words(each.series, policy), lambda each: each.series),
        total("Images", lambda each: size_in_words(each.instances, policy), lambda each: each.instances),
        total("Size", lambda each: size_in_words(each.bytes, policy, byte_size), lambda each: each.bytes),
    ]
    if now.bytes is not None:
        totals[-1]["value"], totals[-1]["unit"] = totals[-1]["value"].rsplit(" ", 1)
    return totals


def code_data(definition: CohortDefinition, snapshot: Snapshot, sql: str, speech: Speech) -> dict[str, Any]:
    """Return what the code tab draws: the definition as words, Python, JSON and SQL."""
    words = f"{speech.sentence(definition)} {speech.taken(definition)}"
    python = (
        f"{definition.code().rstrip()}\n\n"
        "from explorer import Cohort, Snapshot\n\n"
        f"cohort = Cohort(rule, Snapshot.open({snapshot.id[:16]!r}))  # {snapshot.alias}\n"
        "cohort.totals()\n"
    )
    of = speech.say("%1, definition %2", snapshot.title, definition.id[:12])
    left = [
        {"title": "Words", "note": of, "text": words, "words": True},
        {"title": "Python", "note": speech.say("runs in any notebook"), "text": python, "words": False},
        {"title": "SQL", "note": speech.say("DuckDB, on the snapshot's file"), "text": sql, "words": False},
    ]
    right = [
        {
            "title": "JSON",
            "note": speech.say("the definition itself, version 1"),
            "text": definition.to_json(),
            "words": False,
        }
    ]
    return {"columns": [left, right]}
