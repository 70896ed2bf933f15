"""The table of patients, studies or series: one page at a time, in any order, each row opening into what belongs to it.

The table is drawn by ``widgets/src/app/Rows.tsx`` and not by a Tabulator, which would sort each page once more by its
own rules (99 before 100 in text, case folded), and whose rows and headings have no keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from explorer.counts import TABLE_LEVELS, Cohort
from explorer.views.component import Request
from explorer.views.parts import Part
from explorer.views.row_columns import FIRST, chosen_columns
from explorer.views.row_page import PAGE, Shown, Wanted, read_shown

__all__ = ["Rows"]

_SERIES = 8
"""Series of a study that are shown when it is opened; where there is one more, that one too."""
_MORE = 100
"""Series that are shown when more are asked for."""
_LONGEST = 200
"""Characters of an identifier that is looked for."""
_FEW = 3
"""Patients and studies found that open by themselves."""


class Rows:
    """The table tab.

    Parameters
    ----------
    changed
        Called when another page, order or level is wanted.
    download
        Called with the level to write all rows of.
    view
        Called with the SeriesInstanceUID of a series to look at.
    request
        Called with what is for the session: to take linked objects.
    """

    def __init__(
        self,
        changed: Callable[[], None],
        download: Callable[[str], None],
        view: Callable[[str], None],
        request: Callable[[Request], None],
    ) -> None:
        self.wanted = Wanted()
        self._changed, self._download, self._view, self._request = changed, download, view, request
        self._columns = dict(FIRST)
        self._shown: Shown | None = None
        self._opened_by_text = ""
        self._drawn = 0
        self.pane = Part(part="rows", sizing_mode="stretch_both", margin=0, css_classes=["fills"])
        self.pane.on_request(self._asked)

    def first(self) -> None:
        """Go back to the first page, since the cohort is another; what is drawn is of the one before."""
        self.wanted = replace(self.wanted, offset=0)
        self.pane.wait()

    def question(self) -> Callable[[Cohort], Shown]:
        """Return what to ask of a cohort for the page that is wanted."""
        wanted = self.wanted
        return lambda cohort: read_shown(cohort, wanted)

    def show(self, shown: Shown) -> None:
        """Draw a page, unless another is wanted by now."""
        if shown.wanted != self.wanted:
            return
        self._shown = shown
        if self._opens_what_was_found(shown):
            self._changed()
            return
        self._drawn += 1
        # Never the same twice, so that the browser hears of it and no longer waits.
        self.pane.draw({**shown.told, "drawn": self._drawn})

    def _opens_what_was_found(self, shown: Shown) -> bool:
        """Open what a UID stands for, once for each text; return whether there is something to open."""
        wanted = self.wanted
        if not wanted.text or wanted.text == self._opened_by_text:
            return False
        self._opened_by_text = wanted.text
        if not 0 < len(shown.found) <= _FEW or shown.total > _FEW or wanted.level == "series":
            return False
        patients = {row["key"] for row in shown.told["rows"]} if wanted.level == "patient" else set()
        studies = {**wanted.studies, **dict.fromkeys(shown.found, _MORE)}
        self.wanted = replace(wanted, patients=wanted.patients | patients, studies=studies)
        return True

    def _asked(self, request: Request) -> None:
        match request["kind"]:
            case "download-rows":
                self._download(self.wanted.level)
            case "rows-view":
                self._view(str(request.get("value", "")))
            case "derived":
                self._request(request)
            case _:
                before = self.wanted
                self.wanted = self._after(request)
                if self.wanted != before:
                    self._changed()

    def _after(self, request: Request) -> Wanted:
        """Return what is wanted after a request; one that makes no sense changes nothing."""
        wanted = self.wanted
        match request["kind"], request.get("value"):
            case "rows-level", str(level) if level in TABLE_LEVELS:
                return replace(wanted, level=level, columns=self._columns[level], sort=None, descending=False, offset=0)
            case "rows-page", int(page):
                last = max(0, ((self._shown.total if self._shown else 0) - 1) // PAGE)
                return replace(wanted, offset=PAGE * max(0, min(last, page - 1)))
            case "rows-sort", str(name) if name in chosen_columns(wanted.level, [name]):
                return replace(wanted, sort=name, descending=bool(request.get("descending")), seed=None, offset=0)
            case "rows-sort", None:
                return replace(wanted, sort=None, descending=False, seed=None, offset=0)
            case "rows-seed", int(seed) if 0 <= seed < 2**53:
                return replace(wanted, sort=None, descending=False, seed=seed, offset=0)
            case "rows-find", str(text):
                return replace(wanted, text=" ".join(text.split())[:_LONGEST], offset=0)
            case "rows-columns", list(names):
                return self._with_columns(names)
            case "rows-column", str(name):
                others = [each for each in wanted.columns if each != name]
                return self._with_columns([*others, name] if request.get("on") else others)
            case "rows-open", int(patient):
                return replace(wanted, patients=wanted.patients ^ {patient})
            case "rows-study", int(study):
                return replace(wanted, studies=_toggled(wanted.studies, study))
            case "rows-more", int(study) if study in wanted.studies:
                return replace(wanted, studies={**wanted.studies, study: wanted.studies[study] + _MORE})
        return wanted

    def _with_columns(self, names: list[Any]) -> Wanted:
        wanted = self.wanted
        columns = self._columns[wanted.level] = chosen_columns(wanted.level, names)
        sort = wanted.sort if wanted.sort in columns else None
        return replace(wanted, columns=columns, sort=sort, descending=wanted.descending and sort is not None)


def _toggled(studies: Any, study: int) -> dict[int, int]:
    """Return the open studies with one opened that was closed, or the other way round."""
    if study in studies:
        return {key: most for key, most in studies.items() if key != study}
    return {**studies, study: _SERIES}
