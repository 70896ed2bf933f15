"""The numbers that were exported against those that are found now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.errors import DifferenceError
from explorer.export.numbers import Numbers, flat
from explorer.export.table import Table, aligned
from explorer.export.versions import other_versions

__all__ = ["checked"]

_SHOWN = 40


def checked(expected: Mapping[str, Any], found: Numbers) -> Table:
    """Return the checks, all passed, as a table.

    Parameters
    ----------
    expected
        What an exported notebook holds: `numbers`, and the ``versions`` that it was made with.
    found
        `numbers` now.

    Raises
    ------
    DifferenceError
        Some number is another one.
    """
    promised = {name: part for name, part in expected.items() if name != "versions"}
    told = other_versions(expected.get("versions") or {})
    before, now = flat(promised), flat(found)
    other = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if other:
        raise DifferenceError(_difference(other, before, now, told))
    rows = _passed(found)
    title = f"{len(rows)} of {len(rows)} checks passed. The numbers are those of the export."
    return Table(("", "check", "found"), tuple(("✓", *row) for row in rows), title, warnings=told)


def _difference(
    other: list[str], before: Mapping[str, str | int], now: Mapping[str, str | int], told: tuple[str, ...]
) -> str:
    rows = [("what", "expected", "found")]
    rows += [(name, _text(before.get(name)), _text(now.get(name))) for name in other[:_SHOWN]]
    numeric = all(isinstance(side.get(name), int) for name in other for side in (before, now))
    more = [f"… and {len(other) - _SHOWN:,} more"] if len(other) > _SHOWN else []
    count = f"{len(other):,} of {len({**before, **now}):,} numbers are" if len(other) > 1 else "One number is"
    return "\n".join(
        [
            f"{count} not what was exported.",
            "",
            *aligned(rows, (False, numeric, numeric)),
            *more,
            "",
            _reason(other),
            *told,
        ]
    )


def _reason(other: list[str]) -> str:
    if "Definition" in other:
        return "The definition in this notebook is not the one that it was exported with."
    if "Snapshot" in other:
        return "The cohort was counted in another snapshot than the one that the notebook was exported from."
    return (
        "Definition and snapshot are the same. So the numbers in this notebook were changed after the export, or this "
        "version of Cohort Explorer counts in another way."
    )


def _text(value: str | int | None) -> str:
    if value is None:
        return "nothing"
    return f"{value:,}" if isinstance(value, int) else value[:12]


def _passed(found: Numbers) -> list[tuple[str, str]]:
    """Return each check that was made, and what was found."""
    totals: dict[str, int] = found["totals"]
    return [
        ("Snapshot has the same content", found["snapshot"][:12]),
        ("Definition is unchanged", found["definition"][:12]),
        ("Patients, datasets", f"{totals['patients']:,} · {totals['datasets']:,}"),
        (
            "Studies, series, images, bytes",
            " · ".join(f"{totals[name]:,}" for name in ("studies", "series", "instances", "bytes")),
        ),
        ("Attrition", f"same in {len(found['attrition']['rows'])} steps"),
        ("Levels of each group", f"same for {_many(len(found['levels']), 'group')}"),
        ("Patients, one by one", f"same {totals['patients']:,}"),
        ("Series, one by one", f"same {totals['series']:,}"),
        ("Licences", f"same for {totals['series']:,} series"),
        ("Citations", f"same {len(found['citations']['rows']):,}"),
    ]


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
