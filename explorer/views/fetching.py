"""Fetching series in the Image tab: their size and the free space first, then how far it is, and the end."""

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
_FETCH, _RESUME, _CANCEL = ("fetch", "Fetch"), ("fetch", "Fetch the rest"), ("cancel", "Cancel")
_ONE_BY_ONE = "Choose one series to fetch it."
_log = logging.getLogger(__name__)


class Fetching:
    """Series that are not on this computer, and the button that brings them here.

    Parameters
    ----------
    rows
        The series' rows, with `explorer.images.fetch.COLUMNS`.
    what
        The series in words.
    done
        Called with the folders of series that are here now, whole and checked.
    heading
        What is said above the offer; by default that they are not here.

    Attributes
    ----------
    pane
        What stands in the tab.
    unfinished
        Whether fetching has begun, and not everything has come.
    """

    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        what: str,
        done: Callable[[Sequence[Path]], Awaitable[None]],
        *,
        heading: str = "",
    ) -> None:
        self._rows, self._what, self._done = rows, what, done
        one = len(rows) == 1
        self._these = "this series" if one else f"{len(rows):,} series"
        self._offered = (
            f"{'It is' if one else 'They are'} fetched from the public bucket; no account is needed. "
            f"Counts and tables work without {'it' if one else 'them'}."
        )
        self._away = "This series is not on this computer" if one else f"{len(rows):,} series are not on this computer"
        self._cancel = threading.Event()
        self._heading = heading or f"{self._away} yet."
        self._share, self._said = 0.0, ""
        self._plan: Plan | None = None
        self._busy = self.unfinished = False
        self.pane = SeriesWords(content="{}", sizing_mode="stretch_width", margin=0)  # type: ignore[no-untyped-call]
        self.pane.param.watch(self._pressed, "pressed")
        self._draw(self._heading, "Looking how much it is…")

    async def offer(self, problem: str = "") -> None:
        """Say how much there is to fetch, how much space is free, and offer to fetch it."""
        from explorer.images.fetch import plan_fetch

        try:
            self._plan = plan = await asyncio.to_thread(plan_fetch, self._rows)
        except (ExplorerError, OSError) as error:
            self._draw(f"{self._away}.", str(error))
            return
        if len(plan.elsewhere) == len(self._rows):
            self._draw(f"{self._away}.", f"{_begun(plan.elsewhere[0].reason)}.")
            return
        text = problem or self._offered
        actions = [] if plan.refused else [_RESUME if problem else _FETCH]
        said = self._too_large(plan) if plan.refused else text
        self._draw(self._heading, said, self._facts(plan), actions, warning=bool(problem))

    def stop(self) -> None:
        """Stop fetching; what is here stays, and fetching goes on from there."""
        self._cancel.set()

    async def _pressed(self, event: param.parameterized.Event) -> None:
        name = event.new.partition(":")[0]
        if name == _CANCEL[0]:
            self.stop()
        elif name == _FETCH[0] and not self._busy and self._plan is not None:
            self._busy = self.unfinished = True
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
            self._draw(f"Fetching {self._these}…", self._said, self._facts(plan), [_CANCEL], self._share)
            await asyncio.wait({work}, timeout=_LOOK)
        try:
            fetched = work.result()
        except ExplorerError as error:
            await self._left(_begun(str(error)))
        except Exception:
            _log.exception("series %s was not fetched", self._rows[0]["SeriesInstanceUID"])
            await self._left("Fetching failed; the server's log says why.")
        else:
            if fetched.stopped:
                await self._left("Stopped. What is here already is not fetched again.")
            elif fetched.incomplete:
                await self._left(f"Not complete: {fetched.incomplete[0].reason}.")
            else:
                self.unfinished = False
                await self._done([fetched.folder / uid for uid in fetched.complete])

    async def _left(self, problem: str) -> None:
        """Offer to fetch what is left; what has come is shown."""
        await self.offer(problem)
        plan = self._plan
        if plan is not None and plan.there:
            await self._done([plan.folder.series(each.series_uid) for each in plan.there])

    def _too_large(self, plan: Plan) -> str:
        """Why it is not offered; nothing was tried yet, so nothing failed."""
        one = len(self._rows) == 1
        size = byte_size(plan.bytes_to_fetch)
        room = byte_size(min(plan.free_bytes, plan.cache_bytes or plan.free_bytes))
        advice = "Larger series are fetched in a terminal, into a folder of your own." if one else _ONE_BY_ONE
        which = "This series is" if one else f"These {len(self._rows):,} series are"
        return f"{which} {size}, and the cache has room for {room}. {advice}"

    def _take(self, share: float, what: str) -> None:
        self._share, self._said = share, f"{share:.0%}: {what}"

    def _facts(self, plan: Plan) -> list[tuple[str, str]]:
        named = [name for name, _ in plan.licences if name]
        licence = ", ".join(named[:3]) + (f" and {len(named) - 3:,} more" if len(named) > 3 else "")
        return [
            ("Series", self._what),
            ("Images", f"{plan.instances:,}"),
            ("To fetch", byte_size(plan.bytes_to_fetch)),
            ("Free space", byte_size(plan.free_bytes)),
            ("Licence", licence or "the catalogue does not say"),
        ]

    def _draw(
        self,
        heading: str,
        text: str,
        facts: Sequence[tuple[str, str]] = (),
        actions: Sequence[tuple[str, str]] = (),
        share: float | None = None,
        *,
        warning: bool = False,
    ) -> None:
        content: dict[str, Any] = {
            "kind": "advice",
            "heading": heading,
            "text": text,
            "facts": facts,
            "steps": [],
            "warning": warning,
            "actions": [{"name": name, "text": words} for name, words in actions],
        }
        if share is not None:
            content["share"] = share
        self.pane.content = json.dumps(content)


def _begun(text: str) -> str:
    """Return a message as a sentence begins."""
    return text[:1].upper() + text[1:]
