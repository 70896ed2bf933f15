"""The Image tab of the app: a sample of the cohort or its series at the left, the chosen one in the viewer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import panel as pn
import param

from explorer.cohort import CohortDefinition, SampleChoice, marks_of, sample_of
from explorer.images import ImageFolder, index_folder
from explorer.snapshot import Snapshot
from explorer.views.fetching import Fetching
from explorer.views.image_absent import NOTHING_HERE, absent, can_be_fetched, nothing_open, wanted_of_sample, ways
from explorer.views.image_sheet import Marks, list_json, sheet_json
from explorer.views.image_stage import Ask, ImageStage
from explorer.views.image_words import Row, advice, row_text, what_it_is
from explorer.views.local import LocalImages, Offer, Wish
from explorer.views.series_words import SeriesWords
from explorer.views.visits import drawn_on

__all__ = ["ImageTab"]

_LAYOUT = """
:host { display: grid !important; grid-template-columns: minmax(0, 1fr) minmax(0, 1.15fr); column-gap: 32px;
  align-items: start; flex: none; max-height: none; }
@media (max-width: 900px) { :host { grid-template-columns: minmax(0, 1fr); row-gap: 24px; } }
"""
_TWO = """
:host { grid-template-columns: minmax(0, 1fr); position: relative; }
.chooses { position: absolute !important; visibility: hidden; width: calc((100% - 32px) / 2.15) !important;
  height: 0 !important; overflow: hidden; }
@media (max-width: 900px) { .chooses { width: 100% !important; } }
"""
"""Two series side by side take the room of the sheet. It keeps its width, and so the place that it is scrolled to."""
_STAYS = """
:host { position: sticky; top: 0; }
@media (max-width: 900px) { :host { position: static; } }
"""
"""What one chooses from stays in sight while the series is scrolled."""
_LAST_SEED = 2**63 - 1
_DRAWN = ("segmentation", "contours", "report")
"""Kinds of objects that are shown over the images that they belong to; others have pixels of their own."""
_AWAY = "It belongs to images that are not on this computer, and is shown over them."
_NOWHERE = "Neither the snapshot nor its own files tell which images of this patient it belongs to."


class ImageTab(pn.viewable.Viewer):
    """Series of a cohort to choose from, and the chosen one in the viewer.

    Parameters
    ----------
    series
        Rows with ``SeriesInstanceUID, patient_id, dataset, Modality, SeriesDescription, instances, size_mb``; any
        but the first may be missing. Those with all of `explorer.images.fetch.COLUMNS` can be fetched. ``stray``
        marks a series that is on this computer but not in the cohort.
    folder
        Index of the local images; None where no folder was given.
    total
        Series of the whole cohort, of which ``series`` is a part; None if it is all.
    arrived
        Called, in a thread, with the folder of a series that was fetched; gives the index with it.
    snapshot
        Where the series come from; None leaves out the sample and what belongs to a series.
    images
        Gives thumbnails; None is none.
    request
        Writes the sample and notes on series into the cohort; None where there is no cohort.
    again
        Asks for the offer anew, because another sample is wanted.
    """

    chosen = param.String(default="", doc="SeriesInstanceUID of the chosen series")

    def __init__(
        self,
        series: Sequence[Mapping[str, Any]] = (),
        folder: ImageFolder | None = None,
        arrived: Callable[[Path], ImageFolder] = index_folder,
        *,
        total: int | None = None,
        snapshot: Snapshot | None = None,
        images: LocalImages | None = None,
        request: Ask | None = None,
        again: Callable[[], object] = lambda: None,
        **params: Any,
    ):
        super().__init__(**params)  # type: ignore[no-untyped-call]
        self._arrived, self._request, self._ask_again = arrived, request, again
        self._images, self._snapshot = images, snapshot
        self._sheet_is_open = True
        self._offer = Offer(rows=list(series), total=total or 0, folder=folder)
        self.wish = Wish()
        self._to_open = ""
        self._marks: Marks = {}
        self._row: Row = {}
        self._fetches: dict[str, Fetching] = {}
        self._sampling: Fetching | None = None
        self._left = SeriesWords(  # type: ignore[no-untyped-call]
            content="{}", sizing_mode="stretch_width", margin=0, stylesheets=[_STAYS], css_classes=["chooses"]
        )
        self._left.answer = self._thumbnail
        self._left.on_pressed(self._pressed)
        self._left.param.watch(lambda event: self.param.update(chosen=event.new), "chosen")
        self._stage = ImageStage(snapshot, request, self._index_with, self._widen)
        self._layout = pn.Row(
            self._left, self._stage.pane, sizing_mode="stretch_width", margin=0, stylesheets=[_LAYOUT]
        )
        self.param.watch(self._open, "chosen")
        self._draw_left()
        self._open_nothing()

    def __panel__(self) -> pn.viewable.Viewable:
        """The tab's content."""
        return self._layout

    def close(self) -> None:
        """Stop what is being fetched; the page is closed. What is here stays, and the next fetch goes on from there."""
        self._stage.close()
        for each in self._fetches.values():
            each.stop()

    def noted(self, definition: CohortDefinition) -> None:
        """Take over what the cohort's notes say: marks on series, and the sample that was looked at."""
        marks = {mark.uid: mark for mark in marks_of(definition)}
        choice = sample_of(definition)
        self.wish = replace(self.wish, sample=choice or SampleChoice(), here=choice is None or choice.here)
        if marks != self._marks:
            self._marks = marks
            self._draw_left()
            self._say_what_is_noted()

    def view(self, uid: str) -> None:
        """Open a series with the next offer, which has it."""
        self._to_open = uid
        self.wish = replace(self.wish, chosen=uid)

    def take(self, offer: Offer) -> None:
        """Take over what there is to show of the cohort as it is now; the open series stays open."""
        self._offer = offer
        self._draw_left()
        if self._known(self._to_open) is not None:
            uid, self._to_open = self._to_open, ""
            self._left.chosen = uid
        if not self._row:
            self._open_nothing()
        self._say_what_is_noted()

    def _widen(self, two: bool) -> None:
        self._layout.stylesheets = [_LAYOUT, _TWO] if two else [_LAYOUT]

    def _say_what_is_noted(self) -> None:
        stray = self._row and not self._offer.chosen_is_in
        self._stage.noted(self._marks.get(row_text(self._row, "SeriesInstanceUID")), is_in=not stray)

    def _draw_left(self) -> None:
        offer = self._offer
        if self._sheet_is_open and offer.sample is not None and self._snapshot is not None:
            self._left.content = sheet_json(offer, self.wish, self._marks, self._snapshot)
        else:
            self._left.content = list_json(offer, self._marks, switch=offer.sample is not None)

    def _thumbnail(self, message: Any) -> bytes | None:
        """The small picture of a series that the tab offers; called in a thread."""
        uid = message.get("uid")
        row = self._known(uid)
        if row is None or message.get("kind") != "thumb":
            return None
        drawn = self._images.thumbnail(uid, row_text(row, "middle_instance") or None) if self._images else None
        if drawn is None and self._offer.stored and self._snapshot is not None:
            return self._snapshot.thumbnail(uid)
        return drawn

    def _pressed(self, name: str, said: str) -> None:
        seed = self.wish.sample.seed
        match name:
            case "show":
                self._sheet_is_open = said == "sheet"
                self._draw_left()
            case "here":
                self._draw_anew(here=said == "1")
            case "by":
                self._draw_anew(by=said or None)
            case "seed" if said.isdecimal() and len(said) <= 9:
                self._draw_anew(seed=int(said))
            case "new":
                self._draw_anew(seed=seed + 1 if seed < _LAST_SEED else 0)

    def _draw_anew(self, **changed: object) -> None:
        """Ask for another sample; the session says what cannot be drawn."""
        choice = self.wish.sample
        now = {"n": choice.n, "by": choice.by, "seed": choice.seed, "here": self.wish.here}
        if self._request is not None:
            self._request({"kind": "sample", **now, **changed})

    def _known(self, uid: object) -> Row | None:
        """Return the row of a series that the tab offers."""
        sample = self._offer.sample
        rows = [*(sample.rows if sample else ()), *self._offer.rows]
        row = next((row for row in rows if row_text(row, "SeriesInstanceUID") == uid), None)
        if row is None:
            return None
        patient = row_text(row, "patient_id") or row_text(row, "PatientID")
        return {**row, "patient_id": patient, "visit": self._offer.visits.get(row_text(row, "SeriesInstanceUID"))}

    async def _open(self, event: param.parameterized.Event) -> None:
        row = self._known(event.new)
        if row is None:
            return
        self._row = row
        self.wish = replace(self.wish, chosen=event.new)
        self._offer = replace(self._offer, chosen_is_in=not row.get("stray"))
        self._say_what_is_noted()
        folder = self._offer.folder
        if folder is None or not (event.new in folder or event.new in folder.annotations):
            await self._propose(event.new, row)
            return
        await self._show(row, folder)

    async def _show(self, row: Row, folder: ImageFolder) -> None:
        """Show a series; in place of a segmentation, contours or a report the images that they belong to."""
        snapshot, uid = self._snapshot, row_text(row, "SeriesInstanceUID")
        if uid in folder and (snapshot is None or row_text(row, "object_kind") not in _DRAWN):
            await self._stage.show(row, folder)
            return
        images = await asyncio.to_thread(drawn_on, snapshot, uid, folder) if snapshot else None
        if self.chosen != uid:
            return
        if not images:
            self._stage.put(advice(what_it_is(row), _NOWHERE if images is None else _AWAY), row)
            return
        await self._stage.show(images[0], folder, chosen=row)

    async def _propose(self, uid: str, row: Row) -> None:
        """Propose to fetch a series; one that is on its way is shown as far as it is."""
        if not can_be_fetched(row):
            self._stage.put(absent([row], "This series is not on this computer yet."), row)
            return
        known = self._fetches.get(uid)
        if known is not None:
            self._stage.put(known.pane, row)
            return

        async def done(folders: Sequence[Path]) -> None:
            self._fetches.pop(uid, None)
            index = await self._index_with(folders)
            if self.chosen == uid:
                await self._show(row, index)

        self._fetches[uid] = fetching = Fetching([row], what_it_is(row), done)
        self._stage.put(fetching.pane, row)
        await fetching.offer()

    async def _index_with(self, folders: Sequence[Path]) -> ImageFolder:
        """Take over series that have come, and draw them as here."""
        for folder in folders:
            self._offer = replace(self._offer, folder=await asyncio.to_thread(self._arrived, folder))
        self._draw_left()
        assert self._offer.folder is not None
        return self._offer.folder

    def _open_nothing(self) -> None:
        """Say what can be done as long as no series is chosen; without any image, the sample can be fetched."""
        offer = self._offer
        if self._sampling is not None and self._sampling.unfinished:
            return  # it still says what is to come, although some is here
        wanted = wanted_of_sample(offer)
        if not wanted:
            self._stage.put(nothing_open(offer))
            return
        name = " ".join(row_text(row, "SeriesInstanceUID") for row in wanted)
        fetching = self._fetches.get(name)
        if fetching is None:

            async def done(folders: Sequence[Path]) -> None:
                await self._index_with(folders)
                self._ask_again()

            what = f"{len(wanted):,} of this sample"
            self._fetches[name] = fetching = Fetching(wanted, what, done, heading=NOTHING_HERE)
            pn.state.execute(fetching.offer)
        self._sampling = fetching
        self._stage.put(pn.Column(fetching.pane, ways(offer), sizing_mode="stretch_width", margin=0))
