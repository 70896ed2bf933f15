"""Fetching one series in the Image tab: its size and the free space first, then how far it is, and its end."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import param

from explorer.counts import byte_size
from explorer.errors import ExplorerError
from explorer.views.series_words import SeriesWords

if TYPE_CHECKING:
    from explorer.images.fetch import Plan

__all__ = ["Fetching"]

_LOOK = 0.3
"""Seconds between two looks at how far it is."""
_FETCH, _CANCEL = ("fetch", "Fetch"), ("cancel", "Cancel")
_log = logging.getLogger(__name__)


class Fetching:
    """One series that is not on this computer, and the button that brings it here.

    Parameters
    ----------
    row
        The series' row, with `explorer.images.fetch.COLUMNS`.
    what
        The series in words.
    done
        Called with the folder of the series when it is here, whole and checked.

    Attributes
    ----------
    pane
        What stands in the tab.
    """

    def __init__(self, row: Mapping[str, Any], what: str, done: Callable[[Path], Awaitable[None]]) -> None:
        self._row, self._what, self._done = row, what, done
        self._cancel = threading.Event()
        self._share, self._said = 0.0, ""
        self._plan: Plan | None = None
        self._busy = False
        self.pane = SeriesWords(content="{}", sizing_mode="stretch_width", margin=0)  # type: ignore[no-untyped-call]
        self.pane.param.watch(self._pressed, "pressed")
        self._draw("This series is not on this computer yet.", "Looking how much it is…")

    async def offer(self, problem: str = "") -> None:
        """Say how much there is to fetch, how much space is free, and offer to fetch it."""
        from explorer.images.fetch import plan_fetch

        try:
            self._plan = plan = await asyncio.to_thread(plan_fetch, [self._row])
        except (ExplorerError, OSError) as error:
            self._draw("This series is not on this computer.", str(error))
            return
        if plan.elsewhere:
            self._draw("This series is not on this computer.", f"{_begun(plan.elsewhere[0].reason)}.")
            return
        text = problem or "It is fetched from the public bucket; no account is needed. Counts work without it."
        actions = [] if plan.refused else [_FETCH]
        self._draw("This series is not on this computer yet.", str(plan.refused or text), self._facts(plan), actions)

    def stop(self) -> None:
        """Stop fetching; what is here stays, and fetching goes on from there."""
        self._cancel.set()

    async def _pressed(self, event: param.parameterized.Event) -> None:
        name = event.new.partition(":")[0]
        if name == _CANCEL[0]:
            self.stop()
        elif name == _FETCH[0] and not self._busy and self._plan is not None:
            self._busy = True
            try:
                await self._fetch(self._plan)
            finally:
                self._busy = False

    async def _fetch(self, plan: Plan) -> None:
        from explorer.images.fetch import fetch_plan

        self._cancel = cancel = threading.Event()
        self._take(0.0, "asking the bucket")
        work = asyncio.ensure_future(asyncio.to_thread(fetch_plan, plan, progress=self._take, cancel=cancel))
        while not work.done():
            self._draw("Fetching this series…", self._said, self._facts(plan), [_CANCEL], self._share)
            await asyncio.wait({work}, timeout=_LOOK)
        try:
            fetched = work.result()
        except ExplorerError as error:
            await self.offer(_begun(str(error)))
        except Exception:
            _log.exception("series %s was not fetched", self._row["SeriesInstanceUID"])
            await self.offer("It could not be fetched; the server's log says why.")
        else:
            if fetched.complete:
                await self._done(fetched.folder / fetched.complete[0])
            elif fetched.stopped:
                await self.offer("Stopped. What is here already is not fetched again.")
            else:
                await self.offer(f"Not complete: {fetched.incomplete[0].reason}.")

    def _take(self, share: float, what: str) -> None:
        self._share, self._said = share, f"{share:.0%}: {what}"

    def _facts(self, plan: Plan) -> list[tuple[str, str]]:
        licence = next((name for name, _ in plan.licences if name), "the catalogue does not say")
        return [
            ("Series", self._what),
            ("Images", f"{plan.instances:,}"),
            ("To fetch", byte_size(plan.bytes_to_fetch)),
            ("Free space", byte_size(plan.free_bytes)),
            ("Licence", licence),
        ]

    def _draw(
        self,
        heading: str,
        text: str,
        facts: Sequence[tuple[str, str]] = (),
        actions: Sequence[tuple[str, str]] = (),
        share: float | None = None,
    ) -> None:
        content: dict[str, Any] = {
            "kind": "advice",
            "heading": heading,
            "text": text,
            "facts": facts,
            "steps": [],
            "actions": [{"name": name, "text": words} for name, words in actions],
        }
        if share is not None:
            content["share"] = share
        self.pane.content = json.dumps(content)


def _begun(text: str) -> str:
    """Return a message as a sentence begins."""
    return text[:1].upper() + text[1:]
