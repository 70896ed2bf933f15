"""What a cell of a notebook makes: closed when the cell is run again, and a picture with its words when it is saved."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Any

from explorer.views.front_end import current_cell, run_again
from explorer.views.weak import weakly

__all__ = ["CellOutput", "saved_picture"]


class CellOutput:
    """The cell that made an output, and those that show it.

    Parameters
    ----------
    close
        A method, called when the cell that made it makes another, unless a further cell shows it too. IPython keeps
        every output, so nobody else would close it. Its object is not kept alive.
    """

    def __init__(self, close: Callable[[], None]) -> None:
        self._close = weakly(close)
        self._made_in, self._shown_in = current_cell(), set[str]()
        run_again.tell(self._made_in, self._replaced)

    def is_shown(self) -> None:
        """Note that the current cell shows it."""
        self._shown_in.add(current_cell())

    def _replaced(self) -> None:
        if self._shown_in <= {self._made_in}:
            self._close()


def saved_picture(png: bytes, alt: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a notebook keeps of an output, and its metadata: a PNG, and its words for those who cannot see it."""
    data = b64encode(png).decode("ascii")
    # The same picture again: the page that nbconvert makes by default drops a PNG's words.
    page = f'<img src="data:image/png;base64,{data}" alt="{escape(alt)}">'
    return {"text/plain": f"<{alt}>", "image/png": data, "text/html": page}, {"image/png": {"alt": alt}}
