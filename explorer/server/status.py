"""How the explorer's process fares, in words."""

from __future__ import annotations

import re
import signal
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from explorer.cohort.texts import one_line

__all__ = ["State", "Status", "Tail", "reason_of", "said_by"]

State = Literal["stopped", "starting", "building", "ready", "failed"]

_KEPT_LINES = 200
_LONGEST_LINE = 2_000
_LONGEST_REASON = 300
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Status:
    """What JupyterLab shows of the process.

    Attributes
    ----------
    doing
        What a person waits for: "Building the default snapshot".
    share
        How much of it is done, 0 to 1; None where that is not known.
    problem
        Why it failed, in a sentence.
    generation
        Number of processes started so far: pages of an earlier one must load again.
    """

    state: State = "stopped"
    doing: str = ""
    share: float | None = None
    problem: str = ""
    generation: int = 0


class Tail:
    """The last lines that a process said."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._begun = ""

    def feed(self, text: str) -> list[str]:
        """Take what was said, in pieces of any length, and return the lines that this completed."""
        *whole, self._begun = (self._begun + text).replace("\r", "\n").split("\n")
        if len(self._begun) > _LONGEST_LINE:
            whole.append(self._begun)
            self._begun = ""
        lines = [one_line(_COLOURS.sub("", line)).rstrip()[:_LONGEST_LINE] for line in whole]
        lines = [line for line in lines if line]
        self._lines.extend(lines)
        return lines

    def end(self) -> list[str]:
        """Return the line that was begun and not completed, if any."""
        return self.feed("\n")

    def lines(self) -> list[str]:
        """Return the last lines, the latest last."""
        return list(self._lines)


def reason_of(code: int | None, lines: Iterable[str]) -> str:
    """Return in a sentence why a process ended.

    Parameters
    ----------
    code
        Its exit code; negative, or above 128: the signal that ended it; None: it never answered.
    lines
        What it said.
    """
    # Lines of a traceback are indented; what went wrong stands after them.
    last = next((line for line in reversed(list(lines)) if not line.startswith((" ", "Traceback "))), "")
    last = last.removeprefix("cohort-explorer: ")
    if len(last) > _LONGEST_REASON:
        last = f"{last[: _LONGEST_REASON - 1]}…"
    if code == 2 and last:
        return last
    if code is not None and code > 128:
        code = 128 - code
    if code is not None and code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        ended = f"The explorer's process was ended by {name}"
        if -code == signal.SIGKILL:
            ended += ", often because memory ran out"
    elif code is None:
        ended = "The explorer's process did not answer in time"
    else:
        ended = f"The explorer's process ended with exit code {code}"
    return f"{ended}; the last that it said: {last}" if last else f"{ended}; it said nothing."


def said_by(answer: Mapping[str, Any], generation: int) -> Status:
    """Return the status that the process says of itself."""
    problem = _text(answer.get("problem"))
    if problem:
        return Status("failed", problem=problem, generation=generation)
    if answer.get("ready") is True:
        return Status("ready", generation=generation)
    share = answer.get("share")
    if not isinstance(share, int | float) or isinstance(share, bool) or not 0 <= share <= 1:
        share = None
    return Status("building", _text(answer.get("doing")) or "Opening the snapshot", share, generation=generation)


def _text(value: object) -> str:
    return one_line(value)[:_LONGEST_LINE] if isinstance(value, str) else ""
