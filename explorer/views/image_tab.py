"""The Image tab of the app: series of the cohort, the viewer, and how to get what is not here."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import panel as pn
import param
from panel.custom import AnyWidgetComponent

from explorer.errors import ImageError
from explorer.images import ImageFolder, read_series
from explorer.views.viewer import host_source
from explorer.views.viewer_app import ImageView

__all__ = ["ImageTab"]

_S3 = re.compile(r"s3://[a-z0-9.-]+/[A-Za-z0-9_./-]+/\*")
_log = logging.getLogger(__name__)


class SeriesWords(AnyWidgetComponent):
    """The list, or a text, drawn from JSON with ``textContent`` only: all of it may be hostile.

    The name is public because Bokeh never tells the browser about a model whose name begins with _.
    """

    _esm = host_source("tab.js")

    content = param.String()
    chosen = param.String()


class ImageTab(pn.viewable.Viewer):
    """Series of a cohort to choose from, and the chosen one in the viewer.

    Parameters
    ----------
    series
        Rows with ``SeriesInstanceUID, patient_id, dataset, Modality, SeriesDescription,
        instances, size_mb, series_aws_url``; any but the first may be missing. ``stray`` marks a series that is
        on this computer but not in the cohort.
    folder
        Index of the local images; None where no folder was given.
    total
        Series of the whole cohort, of which ``series`` is a part; None if it is all.
    """

    series = param.List(default=[], item_type=Mapping)
    folder = param.ClassSelector(class_=ImageFolder, default=None, allow_None=True)
    total = param.Integer(default=None, allow_None=True)
    chosen = param.String(default="", doc="SeriesInstanceUID of the chosen series")

    def __init__(self, series: Sequence[Mapping[str, Any]] = (), folder: ImageFolder | None = None, **params: Any):
        super().__init__(series=list(series), folder=folder, **params)  # type: ignore[no-untyped-call]
        self._list = SeriesWords(content=self._rows(), width=360, margin=0)  # type: ignore[no-untyped-call]
        self._stage = pn.Column(self._first(), sizing_mode="stretch_width", margin=0)
        self._layout = pn.Row(self._list, self._stage, sizing_mode="stretch_width", margin=0, styles={"gap": "32px"})
        self._list.param.watch(lambda event: self.param.update(chosen=event.new), "chosen")
        self.param.watch(self._open, "chosen")
        self.param.watch(self._again, ["series", "folder", "total"])

    def __panel__(self) -> pn.viewable.Viewable:
        """The tab's content."""
        return self._layout

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
            self._stage[:] = [self._absent([row])]
            return
        files = self.folder.files(uid)
        self._stage[:] = [_advice(f"Reading {_counted(len(files), 'file')}…", "")]
        try:
            volume = await asyncio.to_thread(read_series, files)
            shown: pn.viewable.Viewable = ImageView(volume, title=_what(row))
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
        root = str(self.folder.root) if self.folder else "FOLDER"
        megabytes = sum(_number(row, "size_mb") for row in rows)
        images = int(sum(_number(row, "instances") for row in rows))
        facts = [("Series", f"{len(rows):,}")] if len(rows) > 1 else [("Series", _what(rows[0]))]
        facts += [("Images", f"{images:,}")] if images else []
        facts += [("To fetch", _size(megabytes))] if megabytes else []
        row = next((row for row in rows if _S3.fullmatch(_text(row, "series_aws_url"))), None)
        steps = []
        if row is not None:
            url = shlex.quote(_text(row, "series_aws_url"))
            one = "Fetch it" if len(rows) == 1 else "Fetch a series, here the first"
            steps.append({
                "text": f"{one} from the public bucket, no account needed:",
                "code": f"s5cmd --no-sign-request cp {url} {shlex.quote(root)}/",
            })  # fmt: skip
        steps.append({
            "text": "Then start the app again with that folder:",
            "code": f"cohort-explorer app --images {shlex.quote(root)}",
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
            "note": note if self.folder else "No image folder was given.",
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
