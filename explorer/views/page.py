"""The page: a desk in a template, or a sentence where there can be none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import panel as pn

from explorer.errors import ExplorerError, UnknownNameError
from explorer.session import DEFAULT, Workspace
from explorer.views.address import Address
from explorer.views.desk import Desk
from explorer.views.language import speaker, spoken
from explorer.views.local import LocalImages
from explorer.views.rooms import Rooms

__all__ = ["pages"]

_HERE = Path(__file__).parent
_log = logging.getLogger(__name__)


def pages(rooms: Rooms, images: LocalImages | None = None) -> Callable[[], Any]:
    """Return the function that makes a page for each visit.

    The address says what it shows: ``?workspace=NAME`` the definition, ``embedded=1`` that JupyterLab stands around
    it, ``theme=light`` or ``dark``, ``language=es`` or ``en``; without the last the browser's settings decide. A link
    adds the cohort, by its id or packed, the snapshot that it was made on, and the tab (`explorer.views.address`).
    """
    text = (_HERE / "page.html").read_text(encoding="utf-8")
    css = (_HERE / "page.css").read_text(encoding="utf-8")

    def page() -> Any:
        template = pn.Template(text)
        template.add_variable("page_css", css)
        language = spoken(_argument("language"), str(pn.state.headers.get("Accept-Language", "")))
        template.add_variable("language", language)
        template.add_variable("t", speaker(language))
        said = rooms.status()
        try:
            if said["ready"]:
                return _filled(template, _desk(rooms, images, language))
            problem, again = said["problem"] or "", not said["problem"]
            return _told(template, problem or f"{said['doing']} …", again=again)
        except ExplorerError as error:
            return _told(template, str(error))
        except Exception:
            # Bokeh would answer with an empty page and a good status.
            _log.exception("a page could not be made")
            return _told(template, "The page could not be made; the server's log says why. Your cohort is unchanged.")

    return page


def _desk(rooms: Rooms, images: LocalImages | None, language: str) -> Desk:
    workspace = Workspace(_argument("workspace") or DEFAULT)
    try:
        opened = rooms.snapshot(workspace.read().snapshot)
    except UnknownNameError:
        # The snapshot was removed since; the bar says which one the numbers are of.
        opened = rooms.snapshot()
    return Desk(
        opened.snapshot,
        opened.everything,
        images,
        writer=opened.writer,
        workspace=workspace,
        embedded=_argument("embedded") == "1",
        language=language,
        address=Address.read(_argument),
    )


def _filled(template: Any, desk: Desk) -> Any:
    pn.state.on_session_destroyed(lambda _context: desk.close())
    template.add_variable("told", "")
    template.add_variable("snapshot_title", desk.session.snapshot.title)
    for name, part in desk.parts().items():
        template.add_panel(name, part)
    pn.state.onload(desk.begin)
    return template


def _told(template: Any, sentence: str, *, again: bool = False) -> Any:
    """Return the page with one sentence in the place of the explorer; `again` where it tries anew by itself."""
    template.add_variable("told", sentence)
    template.add_variable("again", again)
    template.add_panel("nothing", pn.Spacer(height=0))  # type: ignore[no-untyped-call]
    return template


def _argument(name: str) -> str:
    (value,) = pn.state.session_args.get(name, [b""])[:1] or [b""]
    return str(value.decode("utf-8", "replace"))
