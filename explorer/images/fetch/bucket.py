"""What a bucket holds of some series, and getting it: s5cmd's reports in our words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from explorer.images.fetch.program import reports
from explorer.images.fetch.wanted import Wanted

__all__ = ["Listing", "Report", "Trouble", "get", "list_objects", "trouble_of"]

Trouble = Literal["denied", "gone", "full", "network"]
"""Why an object did not come."""

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}")

_TROUBLES: tuple[tuple[Trouble, tuple[str, ...]], ...] = (
    ("full", ("no space left", "disk quota exceeded", "file too large", "not enough space")),
    ("denied", ("accessdenied", "forbidden", "allaccessdisabled", "unauthorized", "invalidobjectstate")),
    ("gone", ("nosuchkey", "nosuchbucket", "notfound", "no object found", "not found")),
)


@dataclass
class Listing:
    """What a bucket holds of one series: sizes in bytes by name; or what kept it from being listed.

    Attributes
    ----------
    objects
        Those with a name that can be a file's.
    odd
        A key that cannot become a file in the series' folder.
    trouble
        Why there is no list.
    """

    objects: dict[str, int] = field(default_factory=dict)
    odd: str | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One object that came, or did not: of which series, its name, and why not."""

    series_uid: str
    name: str
    trouble: Trouble | None


def list_objects(
    series: Sequence[Wanted], folder: Path, address: str | None, stopped: Callable[[], bool]
) -> dict[str, Listing]:
    """Return what the buckets hold, by SeriesInstanceUID; less where it was stopped."""
    found: dict[str, Listing] = {each.series_uid: Listing() for each in series}
    of = {each.location: each.series_uid for each in series}
    commands = [f"ls {each.location}*" for each in series]
    with closing(reports(commands, folder, address)) as said:
        for report in said:
            if stopped():
                break
            if report is None:
                continue
            if "key" in report:
                _add(found, of, str(report["key"]), report)
            elif "command" in report:
                uid = of.get(str(report["command"]).removeprefix("ls ").removesuffix("*"))
                if uid is not None:
                    found[uid].trouble = trouble_of(str(report.get("error", "")))
    return found


def get(
    wanted: Mapping[str, tuple[Wanted, Collection[str]]], folder: Path, address: str | None
) -> Generator[Report | None, None, None]:
    """Fetch objects into folders named by series, and yield each as it came or failed; None while nothing happens.

    Parameters
    ----------
    wanted
        The series and the names of its objects, by SeriesInstanceUID.
    folder
        Where the series' folders are.
    """
    commands = (f"cp {series.location}{name} {uid}/{name}" for uid, (series, names) in wanted.items() for name in names)
    with closing(reports(commands, folder, address)) as said:
        for report in said:
            yield None if report is None else _of_series(report, wanted)


def trouble_of(error: str) -> Trouble:
    """Return what an error of the program means; what is none of the others is the network."""
    lower = error.lower()
    return next((trouble for trouble, words in _TROUBLES if any(word in lower for word in words)), "network")


def _of_series(report: Mapping[str, Any], wanted: Mapping[str, tuple[Wanted, Collection[str]]]) -> Report | None:
    target = str(report.get("destination") or str(report.get("command", "")).rpartition(" ")[2])
    uid, _, name = target.replace("\\", "/").partition("/")
    if uid not in wanted or name not in wanted[uid][1]:
        return None
    return Report(uid, name, None if report.get("success") else trouble_of(str(report.get("error", ""))))


def _add(found: dict[str, Listing], of: Mapping[str, str], key: str, report: Mapping[str, Any]) -> None:
    at = len(key)
    while (at := key.rfind("/", 0, at)) > 0:
        uid = of.get(key[: at + 1])
        if uid is not None:
            break
    else:
        return
    name = key[at + 1 :]
    if name and _NAME.fullmatch(name):
        found[uid].objects[name] = int(report.get("size") or 0)
    elif name:
        found[uid].odd = name
