"""The sentences of an exported notebook, in Markdown."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from explorer.counts.answers import Totals
from explorer.counts.small_counts import WITHHELD, Count, SmallCounts, count_in_words, few_or_more, size_in_words
from explorer.counts.units import byte_size
from explorer.export.text import as_markdown

if TYPE_CHECKING:
    from explorer.counts import Cohort

__all__ = ["next_steps", "opening", "why_empty"]


def opening(cohort: Cohort) -> str:
    """Return what the reader sees first: name, sentence, totals, what was searched, warnings."""
    definition, snapshot, totals = cohort.definition, cohort.snapshot, cohort.totals()
    policy = cohort.protected
    dated = f", {as_markdown(snapshot.date)}" if snapshot.date else ""
    lines = [
        f"# {as_markdown(definition.name or 'A cohort')}",
        f"**{as_markdown(definition.describe())}**",
        _totals(totals, Totals.whole(snapshot, policy)),
        *_levels(cohort),
        *(f"⚠ {as_markdown(advice.message)}" for advice in cohort.advice),
        f"{as_markdown(snapshot.title)}{dated} · snapshot `{snapshot.id[:12]}` · definition `{definition.id[:12]}`",
        *([f"{policy.sentence()} This notebook holds no other numbers, and no rows."] if policy else []),
        "Run all cells to check every number again.",
    ]
    return "\n\n".join(lines)


def _totals(now: Totals, whole: Totals) -> str:
    policy = now.protected
    series, size = size_in_words(now.series, policy), size_in_words(now.bytes, policy, byte_size)
    datasets = "not shown" if now.datasets is None else f"{now.datasets:,}"
    return (
        f"**{count_in_words(now.patients, policy)}** of {_patients(whole.patients, policy)}, "
        f"**{size_in_words(now.studies, policy)}** {_noun(now.studies, 'study')}, **{series}** series, "
        f"**{size_in_words(now.instances, policy)}** {_noun(now.instances, 'image')}, **{size}**, "
        f"from **{datasets}** of {_many(whole.datasets or 0, 'dataset')}."
    )


def _levels(cohort: Cohort) -> list[str]:
    """Return what the other levels of a group would give, where they give another cohort."""
    found = []
    for kind, groups in cohort.levels().items():
        asked = cohort.definition.include if kind == "include" else cohort.definition.exclude
        for k, (group, levels) in enumerate(zip(asked, groups, strict=True)):
            if len(set(levels.values())) > 1:
                others = [(level, patients) for level, patients in levels.items() if level != group.same]
                told = " and ".join(
                    f"{_patients(patients, cohort.protected)} in the same {level}" for level, patients in others
                )
                of = f"{kind} group {k + 1}" if len(asked) > 1 else f"the {kind} group"
                found.append(f"The level matters: {of} asks for the same {group.same}; it would be {told}.")
    return found


def why_empty(cohort: Cohort) -> str:
    """Return why nobody is in the cohort, and what would help."""
    steps = cohort.attrition()
    before, last = next(((one, two) for one, two in pairwise(steps) if two.patients == 0), (steps[0], steps[-1]))
    gain = max(steps, key=lambda step: few_or_more(step.without))
    lines = [
        "## Nobody is in this cohort",
        f"The step “{as_markdown(last.rule)}” leaves none of "
        f"{count_in_words(before.patients, cohort.protected)} patients. "
        "So there are no charts, rows, licences and citations to show; the checks hold all the same.",
    ]
    if gain.without != 0:
        lines.append(f"Leave out “{as_markdown(gain.rule)}”: +{_patients(gain.without, cohort.protected)}.")
    return "\n\n".join(lines)


def next_steps(totals: Totals) -> str:
    """Return how to go on in Python."""
    if totals.protected:
        return f"""## Going on

```python
wider = definition.taking("all")                    # definitions are values: this makes a new one
explorer.Cohort(wider, snapshot, small_counts="{totals.protected}").totals()
```

{WITHHELD} Ask the data holders for access to them."""
    return f"""## Going on

```python
patients = cohort.frame("patient")                  # {_many(totals.patients or 0, "row")}, a pandas DataFrame
series = cohort.frame("series")                     # {_many(totals.series or 0, "row")}
cohort.write_table("series", "series.parquet")      # or .csv
wider = definition.taking("all")                    # definitions are values: this makes a new one
explorer.Cohort(wider, snapshot).totals()
```

The images are not in this notebook. `location` says where the files of each series are:

```python
cohort.frame("series", columns=["PatientID", "SeriesInstanceUID", "license", "location"])
```"""


def _patients(number: Count, policy: SmallCounts | None) -> str:
    return f"{count_in_words(number, policy)} {_noun(number, 'patient')}"


def _noun(number: Count, noun: str) -> str:
    if number == 1:
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {_noun(number, noun)}"
