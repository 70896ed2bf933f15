"""Run the explorer's command line for as long as the program that started it lives.

``python -m explorer.server.leash FOLDER app …``: standard input is a pipe that nobody writes to. It ends when the
other side does, even when that is killed; this process then removes FOLDER, where its socket lies, and ends.
"""

from __future__ import annotations

import os
import runpy
import shutil
import signal
import sys
import threading
import time
from types import FrameType

__all__ = ["main"]

_GRACE = 3.0
"""Seconds that the command has for ending by itself."""


def main(arguments: list[str], module: str = "explorer") -> None:
    """Run ``python -m explorer`` with the arguments after the first, on a leash."""
    folder, *command = arguments
    leash = os.dup(sys.stdin.fileno())
    # What the command reads from standard input is nothing.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    threading.Thread(target=_end_with, args=(leash, folder), name="leash", daemon=True).start()
    signal.signal(signal.SIGTERM, _end)
    sys.argv[1:] = command
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end(number: int, _frame: FrameType | None) -> None:
    """End as at the end of the program, so that what it keeps in temporary folders is tidied up."""
    sys.exit(128 + number)


def _end_with(leash: int, folder: str) -> None:
    while os.read(leash, 1024):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
