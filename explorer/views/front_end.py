"""The front end that a notebook's kernel works for, as far as the kernel can know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakMethod, WeakSet

__all__ = ["RunAgain", "current_cell", "is_unattended", "run_again"]


def is_unattended() -> bool:
    """Whether a kernel runs a notebook that nobody looks at: nbconvert, nbval, papermill.

    JupyterLab, Jupyter Notebook 7 and VS Code say which cell they run; what runs notebooks unattended does not. Without
    a kernel nothing is known, and the answer is False.
    """
    kernel = _kernel()
    return kernel is not None and not _cell(kernel)


def current_cell() -> str:
    """Return the id of the cell that is run; empty where the front end does not say."""
    kernel = _kernel()
    return "" if kernel is None else _cell(kernel)


class RunAgain:
    """Who is to be told when a cell is run again; it keeps none of them alive."""

    def __init__(self) -> None:
        self._told: dict[str, list[WeakMethod[Callable[[], None]]]] = {}
        self._shells: WeakSet[Any] = WeakSet()

    def tell(self, cell: str, method: Callable[[], None]) -> None:
        """Call a method, once, when this cell begins to run the next time; no cell is none."""
        kernel = _kernel()
        if kernel is None or not cell:
            return
        if kernel.shell not in self._shells:
            kernel.shell.events.register("pre_run_cell", self._begins)
            self._shells.add(kernel.shell)
        alive = [each for each in self._told.get(cell, ()) if each() is not None]
        self._told[cell] = [*alive, WeakMethod(method)]

    def _begins(self, info: Any) -> None:
        for each in self._told.pop(getattr(info, "cell_id", None) or "", ()):
            method = each()
            if method is not None:
                method()


run_again = RunAgain()


def _kernel() -> Any | None:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    ask: Callable[[], Any] = get_ipython
    return getattr(ask(), "kernel", None)


def _cell(kernel: Any) -> str:
    """Return the id of the cell that is run, as the front end's request names it."""
    try:
        request = kernel.get_parent()
        return str((request.get("metadata") or {}).get("cellId") or "")
    except Exception:  # a kernel of another make: its requests have some other form
        return ""
