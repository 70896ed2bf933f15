"""The report of a reading: every file that was not read, every duplicate, every contradiction, and what to mind."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from explorer.cohort.files import replacing
from explorer.cohort.texts import one_line, spreadsheet_text
from explorer.errors import UserError

__all__ = ["Line", "Report"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report.

    Attributes
    ----------
    kind
        ``"not read"``, ``"duplicate"``, ``"contradiction"`` or ``"caution"``.
    what
        The file (its path inside the folder) or the series (its UID) that the line is about.
    why
        What is the matter.
    """

    kind: str
    what: str
    why: str


@dataclass(slots=True)
class Report:
    """What a reading has to report besides the snapshot.

    Attributes
    ----------
    files
        Number of files that were read, duplicates included.
    lines
        In the order of the reading.
    """

    files: int = 0
    lines: list[Line] = field(default_factory=list)

    def add(self, kind: str, what: str, why: str) -> None:
        """Add a line; control characters are written out."""
        self.lines.append(Line(kind, one_line(what), one_line(why)))

    def count(self, kind: str) -> int:
        """Return the number of lines of a kind."""
        return sum(line.kind == kind for line in self.lines)

    @property
    def reasons(self) -> dict[str, int]:
        """Each reason why files were not read, with their number; the most frequent first."""
        found = Counter(_class(line.why) for line in self.lines if line.kind == "not read")
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))

    def summary(self, named: int = 10) -> Iterator[str]:
        """Yield the report in a few lines; of the files that were not read the first `named`."""
        unread = [line for line in self.lines if line.kind == "not read"]
        yield f"{_many(self.files, 'file')} read, {len(unread):,} not read"
        for reason, number in self.reasons.items():
            yield f"not read: {_many(number, 'file')}: {reason}"
        for line in unread[:named]:
            yield f"  {line.what}: {line.why}"
        if len(unread) > named:
            yield f"  and {len(unread) - named:,} more; the report names them all"
        if number := self.count("duplicate"):
            copies = "file repeats an instance" if number == 1 else "files repeat instances"
            yield f"{number:,} {copies} (same SOPInstanceUID), counted once"
        if number := self.count("contradiction"):
            yield f"{_many(number, 'contradiction')} between files; the value of most images was taken"
        yield from (f"caution: {line.why}" for line in self.lines if line.kind == "caution")

    def write(self, path: Path) -> None:
        """Write every line to a ``.csv`` or ``.json`` file that only its owner can read.

        Raises
        ------
        UserError
            The file's name ends otherwise.
        SurroundingsError
            It cannot be written.
        """
        if path.suffix.lower() not in (".csv", ".json"):
            raise UserError(f"{one_line(path.name)}: reports are written as .csv or .json; name the file accordingly")
        if path.suffix.lower() == ".csv":
            text = io.StringIO()
            writer = csv.writer(text)
            writer.writerow(("kind", "what", "why"))
            writer.writerows(
                (line.kind, spreadsheet_text(line.what), spreadsheet_text(line.why)) for line in self.lines
            )
            content = text.getvalue()
        else:
            lines = [{"kind": line.kind, "what": line.what, "why": line.why} for line in self.lines]
            content = json.dumps({"files": self.files, "not_read": self.reasons, "lines": lines}, indent=1)
        with replacing(path) as aside:
            aside.write_text(content, "utf-8")
            path.touch(0o600)
        path.chmod(0o600)


def _class(why: str) -> str:
    """Return the kind of a reason: what stands before its details."""
    return why.split(":")[0].split(" (")[0]


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
