"""The numbers that were exported against those that are found now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.cohort.texts import shown
from explorer.counts.small_counts import SmallCounts, count_in_words, size_in_words
from explorer.errors import DifferenceError, SurroundingsError, UserError
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
    SurroundingsError
        The numbers of the export and those found are not protected in the same way, so they cannot be compared.
    """
    if expected.get("protected") != found.get("protected"):
        raise SurroundingsError(
            f"These numbers were exported with {_protection(expected)}; here they are told with {_protection(found)}. "
            "So they cannot be compared."
        )
    promised = {name: part for name, part in expected.items() if name != "versions"}
    told = other_versions(expected.get("versions") or {})
    before, now = flat(promised), flat(found)
    other = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if other:
        raise DifferenceError(_difference(other, before, now, told))
    rows = _passed(found)
    title = f"{len(rows)} of {len(rows)} checks passed. The numbers are those of the export."
    policy = _policy(found)
    notes = (policy.sentence(),) if policy else ()
    return Table(("", "check", "found"), tuple(("✓", *row) for row in rows), title, notes, told)


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


def _protection(numbers: Mapping[str, Any]) -> str:
    policy = _policy(numbers)
    return f"small counts protected as {policy}" if policy else "no protection of small counts"


def _policy(numbers: Mapping[str, Any]) -> SmallCounts | None:
    told = numbers.get("protected")
    try:
        return None if told is None else SmallCounts(int(told["threshold"]), int(told["rounding"]))
    except (KeyError, TypeError, ValueError):
        raise UserError(f"{shown(told)} is no protection of small counts; export the notebook again") from None


def _text(value: str | int | None) -> str:
    if value is None:
        return "nothing"
    return f"{value:,}" if isinstance(value, int) else value[:12]


def _passed(found: Numbers) -> list[tuple[str, str]]:
    """Return each check that was made, and what was found."""
    totals: dict[str, Any] = found["totals"]
    policy = _policy(found)
    sizes = [size_in_words(totals[name], policy) for name in ("studies", "series", "instances", "bytes")]
    datasets = "not shown" if totals["datasets"] is None else f"{totals['datasets']:,}"
    same = [
        ("Snapshot has the same content", found["snapshot"][:12]),
        ("Definition is unchanged", found["definition"][:12]),
        ("Patients, datasets", f"{count_in_words(totals['patients'], policy)} · {datasets}"),
        ("Studies, series, images, bytes", " · ".join(sizes)),
        ("Attrition", f"same in {len(found['attrition']['rows'])} steps"),
        ("Levels of each group", f"same for {_many(len(found['levels']), 'group')}"),
    ]
    if policy:
        same += [("Licences", f"same {len(found['licences']['rows']):,}")]
    else:
        same += [
            ("Patients, one by one", f"same {totals['patients']:,}"),
            ("Series, one by one", f"same {totals['series']:,}"),
            ("Licences", f"same for {totals['series']:,} series"),
        ]
    return [*same, ("Citations", f"same {len(found['citations']['rows']):,}")]


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
