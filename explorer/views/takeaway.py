"""What a person takes away from the page: the definition, the notebook, tables as files."""

from __future__ import annotations

import csv
import io
import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from explorer.cohort.texts import spreadsheet_text
from explorer.counts import Cohort, Step, count_in_words
from explorer.errors import ExplorerError, UserError
from explorer.export import notebook
from explorer.session import Session
from explorer.views.parts import Part
from explorer.views.words import file_stem

__all__ = ["Takeaway"]

MOST_ROWS = 200_000
"""Rows that go through the browser; more are written by the command line, which streams them."""

_log = logging.getLogger(__name__)
_pool = ThreadPoolExecutor(2, thread_name_prefix="explorer-files")


class Takeaway:
    """Makes files of the session's cohort and has the browser save them.

    Parameters
    ----------
    session
        Whose cohort it is.
    sender
        The part of the page that hands files to the browser.
    soon
        Runs a task in the page's thread.
    told
        Called in the page's thread with a sentence when something went wrong, and with none when it went well.
    """

    def __init__(
        self, session: Session, sender: Part, soon: Callable[[Callable[[], object]], None], told: Callable[[str], None]
    ) -> None:
        self.busy = False
        self._session, self._sender, self._soon, self._told = session, sender, soon, told

    def take(self, what: str) -> None:
        """Hand over the definition (``save``), or the notebook (``export``) as soon as it is made."""
        definition = self._session.definition
        stem = file_stem(definition.name)
        if what == "save":
            self._sender.download(f"{stem}.cohort.json", "application/json", definition.to_json().encode())
            return
        snapshot = self._session.snapshot
        self._make(f"{stem}.ipynb", "application/x-ipynb+json", lambda: notebook(definition, snapshot).encode())

    def rows(self, level: str) -> None:
        """Hand over all rows of a level as CSV, where they are not too many."""
        definition, snapshot = self._session.definition, self._session.snapshot
        self._make(
            f"{file_stem(definition.name)}-{level}.csv",
            "text/csv",
            lambda: _written(Cohort(definition, snapshot), level),
        )

    def steps(self, steps: Sequence[Step]) -> None:
        """Hand over an attrition as CSV."""
        self.table("attrition", [_row(step) for step in steps])

    def table(self, name: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Hand over rows as CSV, their text so that a spreadsheet takes none for a formula; none is no file."""
        if not rows:
            return
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows({key: _in_a_cell(value) for key, value in row.items()} for row in rows)
        stem = file_stem(self._session.definition.name)
        self._sender.download(f"{stem}-{name}.csv", "text/csv", text.getvalue().encode())

    def _make(self, name: str, kind: str, make: Callable[[], bytes]) -> None:
        self.busy = True
        _pool.submit(self._made, name, kind, make)

    def _made(self, name: str, kind: str, make: Callable[[], bytes]) -> None:
        try:
            content = make()
        except ExplorerError as error:
            problem = str(error)
            self._soon(lambda: self._done(problem))
        except Exception:
            _log.exception("%s could not be made", name)
            self._soon(lambda: self._done(f"{name} could not be made; the server's log says why."))
        else:
            self._soon(lambda: self._hand_over(name, kind, content))

    def _hand_over(self, name: str, kind: str, content: bytes) -> None:
        self._sender.download(name, kind, content)
        self._done("")

    def _done(self, problem: str) -> None:
        self.busy = False
        self._told(problem)


def _in_a_cell(value: object) -> object:
    return spreadsheet_text(value) if isinstance(value, str) else value


def _row(step: Step) -> dict[str, object]:
    """Return the step as a row; where small counts are protected it says how, and that a number is not told."""
    row = step.to_dict()
    if step.protected is None:
        return row
    hidden = {name: "not shown" for name in row} | dict.fromkeys(
        ("patients", "alone", "without"), count_in_words(None, step.protected)
    )
    told = {name: hidden[name] if value is None else value for name, value in row.items()}
    return {**told, "small counts protected": str(step.protected)}


def _written(cohort: Cohort, level: str) -> bytes:
    try:
        totals = cohort.totals()
        number = {"patient": totals.patients, "study": totals.studies, "series": totals.series}[level] or 0
        if number > MOST_ROWS:
            raise UserError(
                f"{number:,} rows are too many for the browser. Save the definition, then: "
                f"cohort-explorer table FILE.cohort.json --level {level} -o {level}.parquet"
            )
        with tempfile.TemporaryDirectory(prefix="cohort-explorer-") as folder:
            path = Path(folder) / "rows.csv"
            cohort.write_table(level, path)
            return path.read_bytes()
    finally:
        cohort.close()
