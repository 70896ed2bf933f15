"""The Image tab of the app: series of the cohort, the viewer, and how to get what is not here."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import panel as pn
import param

from explorer.errors import ImageError
from explorer.images import ImageFolder, index_folder
from explorer.views.fetching import Fetching
from explorer.views.local import read_local
from explorer.views.series_words import SeriesWords
from explorer.views.viewer_app import ImageView

__all__ = ["ImageTab"]

_log = logging.getLogger(__name__)


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
    """

    series = param.List(default=[], item_type=Mapping)
    folder = param.ClassSelector(class_=ImageFolder, default=None, allow_None=True)
    total = param.Integer(default=None, allow_None=True)
    chosen = param.String(default="", doc="SeriesInstanceUID of the chosen series")

    def __init__(
        self,
        series: Sequence[Mapping[str, Any]] = (),
        folder: ImageFolder | None = None,
        arrived: Callable[[Path], ImageFolder] = index_folder,
        **params: Any,
    ):
        super().__init__(series=list(series), folder=folder, **params)  # type: ignore[no-untyped-call]
        self._arrived = arrived
        self._fetches: dict[str, Fetching] = {}
        self._list = SeriesWords(content=self._rows(), width=360, margin=0)  # type: ignore[no-untyped-call]
        self._stage = pn.Column(self._first(), sizing_mode="stretch_width", margin=0)
        self._layout = pn.Row(self._list, self._stage, sizing_mode="stretch_width", margin=0, styles={"gap": "32px"})
        self._list.param.watch(lambda event: self.param.update(chosen=event.new), "chosen")
        self.param.watch(self._open, "chosen")
        self.param.watch(self._again, ["series", "folder", "total"])

    def __panel__(self) -> pn.viewable.Viewable:
        """The tab's content."""
        return self._layout

    def close(self) -> None:
        """Stop what is being fetched; the page is closed. What is here stays, and the next fetch goes on from there."""
        for each in self._fetches.values():
            each.stop()

    def _again(self, *_events: param.parameterized.Event) -> None:
        self._list.content = self._rows()
        if self.chosen not in {_text(row, "SeriesInstanceUID") for row in self.series}:
            self.param.update(chosen="")
            self._list.chosen = ""
            self._stage[:] = [self._first()]

    async def _open(self, event: param.parameterized.Event) -> None:
        row = next((row for row in self.series if _text(row, "SeriesInstanceUID") == event.new), None)
        if row is None:
            return
        uid = event.new
        if self.folder is None or uid not in self.folder:
            await self._offer(uid, row)
            return
        await self._show(uid, row, self.folder)

    async def _offer(self, uid: str, row: Mapping[str, Any]) -> None:
        """Offer to fetch a series; one that is on its way is shown as far as it is."""
        if not _text(row, "location").startswith("s3://"):
            self._stage[:] = [self._absent([row])]
            return
        known = self._fetches.get(uid)
        if known is not None:
            self._stage[:] = [known.pane]
            return

        async def done(folder: Path) -> None:
            self._fetches.pop(uid, None)
            self.folder = await asyncio.to_thread(self._arrived, folder)
            if self.chosen == uid:
                await self._show(uid, row, self.folder)

        self._fetches[uid] = fetching = Fetching(row, _what(row), done)
        self._stage[:] = [fetching.pane]
        await fetching.offer()

    async def _show(self, uid: str, row: Mapping[str, Any], folder: ImageFolder) -> None:
        files = folder.files(uid)
        self._stage[:] = [_advice(f"Reading {_counted(len(files), 'file')}…", "")]
        try:
            volume = await asyncio.to_thread(read_local, files)
            # Called what the snapshot calls it: the header can say who it is.
            volume = replace(volume, patient_id=_text(row, "patient_id"), description=_text(row, "SeriesDescription"))
            counted = int(_number(row, "instances"))
            part = f" · only {len(files):,} of its {counted:,} images are here" if len(files) < counted else ""
            shown: pn.viewable.Viewable = ImageView(volume, title=f"{_what(row)}{part}")
        except ImageError as error:
            shown = _advice("This series could not be shown.", str(error))
        except Exception:
            _log.exception("series %s", uid)
            shown = _advice("This series could not be shown.", "The server's log says why. Other series still open.")
        if self.chosen == uid:  # the reader may have gone on to another
            self._stage[:] = [shown]

    def _first(self) -> pn.viewable.Viewable:
        local = sum(self._is_local(row) for row in self.series)
        if not self.series:
            return _advice("No series to show.", "The cohort is empty, or its images were not listed.")
        if not local:
            return self._absent(self.series)
        return _advice("Choose a series.", f"{local:,} of {_counted(len(self.series), 'series')} are on this computer.")

    def _absent(self, rows: Sequence[Mapping[str, Any]]) -> SeriesWords:
        """No images of these series here: their size, and how to get them."""
        megabytes = sum(_number(row, "size_mb") for row in rows)
        images = int(sum(_number(row, "instances") for row in rows))
        facts = [("Series", f"{len(rows):,}")] if len(rows) > 1 else [("Series", _what(rows[0]))]
        facts += [("Images", f"{images:,}")] if images else []
        facts += [("To fetch", _size(megabytes))] if megabytes else []
        steps = []
        if any(_text(row, "location").startswith("s3://") for row in rows):
            steps.append({
                "text": "Choose a series to fetch it, or fetch all of a saved cohort from the public bucket:",
                "code": "cohort-explorer fetch my.cohort.json",
            })  # fmt: skip
        steps.append({
            "text": "Images that you have are found when the app is started with their folder:",
            "code": "cohort-explorer app --images FOLDER",
        })  # fmt: skip
        none = self.folder is None or not any(self._is_local(row) for row in self.series)
        heading = "No images on this computer yet." if none else "This series is not on this computer yet."
        return _advice(heading, "Counts and tables work without them.", facts, steps)

    def _rows(self) -> str:
        local = sum(self._is_local(row) for row in self.series)
        strays = sum(bool(row.get("stray")) for row in self.series)
        listed = len(self.series) - strays
        total = self.total or listed
        part = f"{listed:,} of {total:,}" if total > listed else f"{total:,}"
        note = f"{local:,} on this computer" + (f", {strays:,} of them not in this cohort." if strays else ".")
        return json.dumps({
            "kind": "list",
            "heading": f"{part} series",
            "note": note if self.folder else "None is on this computer yet.",
            "rows": [
                {
                    "uid": _text(row, "SeriesInstanceUID"),
                    "patient": _text(row, "patient_id") or "Patient missing",
                    "dataset": "not in this cohort" if row.get("stray") else _text(row, "dataset") or "dataset missing",
                    "what": _what(row),
                    "images": _counted(int(_number(row, "instances")), "image"),
                    "local": self._is_local(row),
                }
                for row in self.series
            ],
        })  # fmt: skip

    def _is_local(self, row: Mapping[str, Any]) -> bool:
        return self.folder is not None and _text(row, "SeriesInstanceUID") in self.folder


def _advice(
    heading: str,
    text: str,
    facts: Sequence[tuple[str, str]] = (),
    steps: Sequence[Mapping[str, str]] = (),
) -> SeriesWords:
    content = {"kind": "advice", "heading": heading, "text": text, "facts": facts, "steps": steps}
    return SeriesWords(content=json.dumps(content), sizing_mode="stretch_width", margin=0)  # type: ignore[no-untyped-call]


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None or value != value else str(value)  # NaN is not itself


def _number(row: Mapping[str, Any], name: str) -> float:
    try:
        return float(_text(row, name) or 0)
    except ValueError:
        return 0.0


def _what(row: Mapping[str, Any]) -> str:
    words = [_text(row, "Modality"), _text(row, "SeriesDescription")]
    return " · ".join(word for word in words if word) or "Description missing"


def _counted(count: int, unit: str) -> str:
    return f"{count:,} {unit if count == 1 or unit == 'series' else unit + 's'}"


def _size(megabytes: float) -> str:
    return f"{megabytes / 1000:,.2f} GB" if megabytes >= 1000 else f"{max(megabytes, 0.1):,.1f} MB"
