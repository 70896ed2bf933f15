"""Run one command and say plainly how it ended.

Exit codes: 0 done; 2 what was asked is wrong; 1 the surroundings (disk, port, snapshot) failed, or the program did;
130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import cast

from explorer.cohort.texts import one_line
from explorer.errors import ExplorerError

__all__ = ["main"]

_DEBUG = "COHORT_EXPLORER_DEBUG"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments say and return its exit code.

    Parameters
    ----------
    arguments
        Words after the program's name; None takes those of the process.
    """
    _print_anything()
    try:
        from explorer.cli.parser import build_parser

        options = build_parser().parse_args(arguments)
        run = cast(Callable[..., None], options.run)
        run(options)
        sys.stdout.flush()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except ExplorerError as error:
        return _failed(str(error), error.exit_code)
    except BrokenPipeError:
        _forget_output()
    except KeyboardInterrupt:
        _forget_output()
        return 130
    except OSError as error:
        if os.environ.get(_DEBUG):
            raise
        _forget_output()
        where = f" {error.filename}" if error.filename else ""
        return _failed(f"cannot read or write{where}: {error.strerror or error}", 1)
    except Exception as error:
        if os.environ.get(_DEBUG):
            raise
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return _failed(f"the program failed ({what}); set {_DEBUG}=1 to see where", 1)
    return 0


def _failed(message: str, code: int) -> int:
    print(f"cohort-explorer: {one_line(message)}", file=sys.stderr)
    return code


def _print_anything() -> None:
    """Let a terminal that lacks a character show its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _forget_output() -> None:
    """Drop what nobody reads any more, so that the interpreter does not complain while it ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass
