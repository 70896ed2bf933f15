"""The right of the Image tab: the chosen series in the viewer, what can be done with it, and what belongs to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import panel as pn

from explorer.cohort import SeriesMark
from explorer.errors import ExplorerError
from explorer.images import ImageFolder
from explorer.snapshot import Snapshot
from explorer.views.fetching import Fetching
from explorer.views.image_actions import actions_json, measurements_json
from explorer.views.image_reading import Opened, open_series
from explorer.views.image_still import still_of
from explorer.views.image_words import Row, advice, counted, row_text, what_it_is
from explorer.views.series_words import SeriesWords
from explorer.views.viewer_app import ImageView
from explorer.views.visits import fetchable

__all__ = ["ImageStage"]

_log = logging.getLogger(__name__)

_ACTIONS_FIRST = ".actions { order: -1; }"
"""Over two series, so that the way back to the sheet is in sight; moved in the page it would lose the focus."""

Ask = Callable[[dict[str, Any]], object]
"""Carries out a request to the session, such as noting something of a series."""


class ImageStage:
    """What stands beside the sheet.

    Parameters
    ----------
    snapshot
        What the series are called by, and what says which of them belong together; None where there is none.
    request
        Writes into the cohort's notes; None where there is no cohort.
    arrived
        Called with the folders of linked series that were fetched; gives the index with them.
    widen
        Called with whether two series are shown, which need the room of the sheet.

    Attributes
    ----------
    pane
        What stands in the tab.
    """

    def __init__(
        self,
        snapshot: Snapshot | None,
        request: Ask | None,
        arrived: Callable[[Sequence[Path]], Awaitable[ImageFolder]],
        widen: Callable[[bool], object] = lambda _two: None,
    ) -> None:
        self._snapshot, self._request, self._arrived, self._widen = snapshot, request, arrived, widen
        self._turn = 0
        self._reading = asyncio.Lock()
        self._row: Row = {}
        self._chosen: Row = {}
        self._folder: ImageFolder | None = None
        self._opened: Opened | None = None
        self._marked: SeriesMark | None = None
        self._is_in = True
        self._fetches: dict[str, Fetching] = {}
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._below = pn.Column(sizing_mode="stretch_width", margin=0)
        self._actions = SeriesWords(  # type: ignore[no-untyped-call]
            content="{}", sizing_mode="stretch_width", margin=0, css_classes=["actions"]
        )
        self._actions.on_pressed(self._pressed)
        self._actions.answer = self._answer
        self.pane = pn.Column(
            self._place, sizing_mode="stretch_width", margin=0, styles={"gap": "8px", "max-height": "none"}
        )

    def close(self) -> None:
        """Stop what is being fetched, and free what is shown; the page is closed."""
        self._turn += 1
        self._row, self._chosen, self._opened = {}, {}, None
        self._put()
        for each in self._fetches.values():
            each.stop()

    def put(self, pane: pn.viewable.Viewable, row: Row | None = None) -> None:
        """Show words instead of pictures, about a series where one is given; what was shown is freed."""
        self._turn += 1
        self._row, self._chosen, self._opened = row or {}, row or {}, None
        self._widen(False)
        self._put(pane)
        if row:
            self._draw_actions()
        self.pane[:] = [self._place, self._actions] if row and self._request else [self._place]

    def noted(self, marked: SeriesMark | None, *, is_in: bool) -> None:
        """Say what the cohort's notes have about the series, and whether the cohort takes it."""
        if (marked, is_in) != (self._marked, self._is_in):
            self._marked, self._is_in = marked, is_in
            if self._row:
                self._draw_actions()

    async def show(self, row: Row, folder: ImageFolder, beside: str = "", chosen: Row | None = None) -> None:
        """Read a series and show it, another one beside it where so asked; a newer choice stops this one.

        `chosen` is what the notes are about, where that is not the series itself but what was drawn on it.
        """
        self._turn += 1
        turn, uid = self._turn, row_text(row, "SeriesInstanceUID")
        if uid != row_text(self._row, "SeriesInstanceUID"):
            words = f"Reading {counted(len(folder.files(uid)), 'file')}…"
            self._put(advice(words, ""))
            self.pane[:] = [self._place]
        self._row, self._chosen, self._folder, self._opened = row, chosen or row, folder, None
        async with self._reading:  # one at a time: of ten that are clicked on in a row, only the last is read
            if turn != self._turn:
                return
            found, problem = await self._read(row, folder, beside)
        if turn == self._turn:
            self._show(found, problem)

    def _put(self, *panes: pn.viewable.Viewable) -> None:
        """Put something in the viewer's place; the viewer that was there gives its memory back."""
        before = list(self._place)
        self._place[:] = list(panes)
        for each in before:
            if isinstance(each, ImageView):
                each.close()

    async def _read(self, row: Row, folder: ImageFolder, beside: str) -> tuple[Opened | None, str]:
        try:
            return await asyncio.to_thread(open_series, row, folder, self._snapshot, beside), ""
        except ExplorerError as error:
            return None, str(error)
        except Exception:
            _log.exception("series %s", row_text(row, "SeriesInstanceUID"))
            return None, "The server's log says why. Other series still open."

    def _show(self, found: Opened | None, problem: str) -> None:
        self._opened = found
        self._widen(found is not None and bool(found.beside))
        self._put(ImageView(found.shown) if found else advice("This series could not be shown.", problem))
        self._draw_actions()
        self._draw_below()
        parts = [self._place, self._actions, self._below]
        if list(self.pane) != parts:
            self.pane[:] = parts
        self.pane.stylesheets = [_ACTIONS_FIRST] if found and found.beside else []

    def _draw_actions(self) -> None:
        found = self._opened
        self._actions.content = actions_json(
            self._row,
            chosen=self._chosen,
            marked=self._marked,
            can_mark=self._request is not None,
            is_in=self._is_in,
            companions=found.companions if found else (),
            beside=found.beside if found else "",
            linked=found.linked if found else (),
            problems=found.problems if found else (),
            pictured=found is not None,
        )

    def _draw_below(self) -> None:
        measured = self._opened.measured if self._opened else ()
        if not measured:
            self._below[:] = []
            return
        content = measurements_json(measured)
        self._below[:] = [SeriesWords(content=content, sizing_mode="stretch_width", margin=0)]  # type: ignore[no-untyped-call]

    def _pressed(self, name: str, said: str) -> None:
        match name:
            case "flag" | "exclude" | "clear":
                uid, _, note = said.partition(":")
                self._mark(uid, "" if name == "clear" else name, note)
            case "beside":
                pn.state.execute(lambda: self._beside(said), schedule=True)
            case "fetch":
                pn.state.execute(lambda: self._fetch(said), schedule=True)

    def _mark(self, uid: str, mark: str, note: str) -> None:
        if self._request is not None:
            self._request({"kind": "mark", "uid": uid, "mark": mark, "note": note})

    async def _beside(self, uid: str) -> None:
        known = {each["SeriesInstanceUID"] for each in self._opened.companions} if self._opened else set()
        if self._folder is not None and (not uid or uid in known):
            await self.show(self._row, self._folder, uid, self._chosen)

    async def _fetch(self, uid: str) -> None:
        """Fetch a linked series; when it is here, the images are shown with it."""
        if (
            self._opened is None
            or self._snapshot is None
            or uid not in {each.series_uid for each in self._opened.linked}
        ):
            return
        shown = self._row
        rows = await asyncio.to_thread(fetchable, self._snapshot, [uid])
        if not rows:
            return

        async def done(folders: Sequence[Path]) -> None:
            self._fetches.pop(uid, None)
            index = await self._arrived(folders)
            if self._row is shown:
                await self.show(shown, index, self._opened.beside if self._opened else "", self._chosen)

        if uid not in self._fetches:
            self._fetches[uid] = Fetching(rows, what_it_is(rows[0]), done)
        self._below[:] = [self._fetches[uid].pane]
        await self._fetches[uid].offer()

    def _answer(self, message: Any) -> bytes | None:
        """The picture that is saved; called in a thread."""
        found = self._opened
        view = next((pane for pane in self._place if isinstance(pane, ImageView)), None)
        if message.get("kind") != "still" or found is None or view is None:
            return None
        return still_of(found.shown, view.state)
