"""What commands read: a definition, a snapshot; and how a wait is shown."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from explorer.cohort import CohortDefinition
from explorer.cohort.texts import one_line
from explorer.errors import DefinitionError, SnapshotError, UnknownNameError, UserError

if TYPE_CHECKING:
    from tqdm import tqdm

    from explorer.counts import Cohort
    from explorer.snapshot import Snapshot

__all__ = ["ProgressBar", "cohort_of", "open_snapshot", "read_cohort", "read_definition"]


class ProgressBar:
    """A progress bar on standard error, there from its first report on; plain lines where nobody watches."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._said = ""

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, done: float, what: str) -> None:
        """Show the share done, 0 to 1, and what is being done."""
        if not sys.stderr.isatty():
            if what != self._said:
                print(f"{one_line(what)} ({100 * done:.0f} %)", file=sys.stderr, flush=True)
                self._said = what
            return
        if self._bar is None:
            from tqdm import tqdm

            layout = "{percentage:3.0f} % |{bar:30}| {desc} [{elapsed}]"
            self._bar = tqdm(total=100, file=sys.stderr, bar_format=layout, dynamic_ncols=True)
        self._bar.set_description_str(one_line(what), refresh=False)
        self._bar.n = round(100 * done)
        self._bar.refresh()


def read_definition(file: str) -> CohortDefinition:
    """Return the definition in a file, or from standard input where `file` is ``-``."""
    with _naming(file):
        if file == "-":
            return CohortDefinition.from_json(sys.stdin.buffer.read())
        return CohortDefinition.read(file)


def open_snapshot(name: str | None, *, build: bool = True) -> Snapshot:
    """Return the snapshot of that name; None is the default, which is built when it is absent.

    Raises
    ------
    SnapshotError
        There is none: a missing snapshot is a matter of the surroundings.
    """
    from explorer.snapshot import Snapshot

    try:
        with ProgressBar() as report:
            return Snapshot.open(name, build=build, progress=report)
    except UnknownNameError as error:
        raise SnapshotError(
            f"{error} Build the default one with: cohort-explorer snapshot build; or give the path of a snapshot file"
        ) from None


def read_cohort(options: argparse.Namespace) -> Cohort:
    """Return the cohort that FILE and --snapshot say."""
    return cohort_of(read_definition(options.file), options)


def cohort_of(definition: CohortDefinition, options: argparse.Namespace) -> Cohort:
    """Return the cohort of a definition, read from FILE, in the snapshot that --snapshot says."""
    snapshot = open_snapshot(options.snapshot)
    from explorer.counts import Cohort

    with _naming(options.file):
        return Cohort(definition, snapshot)


@contextmanager
def _naming(file: str) -> Iterator[None]:
    """Say in which file a definition is wrong."""
    try:
        yield
    except DefinitionError as error:
        place = "standard input" if file == "-" else one_line(file)
        raise UserError(f"{place}: {error}") from error
