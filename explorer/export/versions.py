"""What a notebook was made with, and what runs it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from explorer.cohort.texts import one_line

__all__ = ["other_versions", "versions"]

_DECIDING = ("cohort-explorer", "duckdb", "idc-index-data")
"""The packages that could change a number."""


def versions() -> dict[str, str]:
    """Return the versions of what could change a number: this package, the engine, the catalogue, Python."""
    found = {}
    for name in _DECIDING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return {**found, "python": f"{sys.version_info.major}.{sys.version_info.minor}"}


def other_versions(made: Mapping[str, object]) -> tuple[str, ...]:
    """Return a sentence where the notebook was made with other versions than those here; else nothing."""
    here = versions()
    other = [
        f"{one_line(str(name))} {one_line(str(then))} (here {here.get(str(name), 'not installed')})"
        for name, then in made.items()
        if here.get(str(name)) != then
    ]
    if not other:
        return ()
    return (f"This notebook was made with {', '.join(other)}. The checks say whether that matters.",)
