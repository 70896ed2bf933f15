"""What commands print: JSON for programs, aligned columns for people, warnings on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from explorer.cohort import Advice
from explorer.cohort.texts import one_line

if TYPE_CHECKING:
    from explorer.counts import Count, SmallCounts, Totals

__all__ = [
    "in_columns",
    "print_json",
    "print_line",
    "print_warnings",
    "size",
    "sizes",
    "told_sizes",
    "totals_in_columns",
]

_UNITS = (("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3), ("bytes", 0))


def print_json(content: object) -> None:
    """Print JSON in ASCII: no value of a catalogue can steer a terminal."""
    print(json.dumps(content, indent=1, allow_nan=False))


def print_line(text: str = "") -> None:
    """Print one line in which nothing is invisible."""
    print(one_line(text))


def print_warnings(advice: Iterable[Advice]) -> None:
    """Print warnings on standard error, one line each."""
    for each in advice:
        where = f"{each.path}: " if each.path else ""
        print(f"cohort-explorer: warning: {one_line(f'{where}{each.message}')}", file=sys.stderr)


def in_columns(rows: Sequence[Sequence[str]], left: int = 1) -> Iterable[str]:
    """Yield the rows as lines with aligned columns: the first `left` to the left, the others to the right."""
    clean = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*clean, strict=True)]
    for row in clean:
        cells = [
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def size(count: int) -> str:
    """Return bytes in their own unit: ``1.2 TB``, one megabyte being 10^6 bytes."""
    return sizes([count])[0]


def sizes(counts: Sequence[int]) -> list[str]:
    """Return bytes in one unit for all, that of the largest."""
    largest = max(counts, default=0)
    unit, power = next(((unit, power) for unit, power in _UNITS if largest >= 10**power), _UNITS[-1])
    return [f"{_in_unit(count, power)} {unit}" for count in counts]


def _in_unit(count: int, power: int) -> str:
    if not power or not count:
        return f"{count:,}"
    number = f"{count / 10**power:,.1f}"
    return number if number != "0.0" else "< 0.1"


def told_sizes(counts: Sequence[Count], protected: SmallCounts | None) -> list[str]:
    """Return bytes as `sizes` does, as they are written where small counts may be protected."""
    from explorer.counts import size_in_words

    texts = sizes([count or 0 for count in counts])
    said = dict(zip(counts, texts, strict=True))
    return [size_in_words(count, protected, said.__getitem__) for count in counts]


def totals_in_columns(now: Totals, whole: Totals) -> Iterable[str]:
    """Yield "patients  3,296 of 86,451" and so on, one line per unit."""
    from explorer.counts import count_in_words, size_in_words

    policy = now.protected
    patients, all_patients = (count_in_words(each.patients, policy) for each in (now, whole))
    # Datasets are no people: told as they are, or not at all.
    datasets, all_datasets = (size_in_words(each.datasets, None) for each in (now, whole))
    rows = [("patients", patients, f"of {all_patients}"), ("datasets", datasets, f"of {all_datasets}")]
    for word, name in {"studies": "studies", "series": "series", "images": "instances"}.items():
        part, all_of_it = (size_in_words(getattr(each, name), policy) for each in (now, whole))
        rows.append((word, part, f"of {all_of_it}"))
    part, all_of_it = told_sizes([now.bytes, whole.bytes], policy)
    return in_columns([*rows, ("size", part, f"of {all_of_it}")])
