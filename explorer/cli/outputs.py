"""What commands print: JSON for programs, aligned columns for people, warnings on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence

from explorer.cohort import Advice
from explorer.cohort.texts import one_line

__all__ = ["in_columns", "print_json", "print_line", "print_warnings", "size", "sizes", "totals_in_columns"]

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


def totals_in_columns(now: Mapping[str, int], whole: Mapping[str, int]) -> Iterable[str]:
    """Yield "patients  3,296 of 86,451" and so on, one line per unit."""
    names = {"patients": "patients", "datasets": "datasets", "studies": "studies", "series": "series"}
    rows = [(word, f"{now[key]:,}", f"of {whole[key]:,}") for key, word in {**names, "instances": "images"}.items()]
    part, all_of_it = sizes([now["bytes"], whole["bytes"]])
    return in_columns([*rows, ("size", part, f"of {all_of_it}")])
