"""The call of ``itkwidgets.view()``, with local addresses and without its hold on later cells."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from explorer.images import Mask, Plane, Pyramid, Volume

__all__ = ["call", "drawn", "release"]

_MODES: Mapping[Plane, str] = {"axial": "ZPlane", "coronal": "YPlane", "sagittal": "XPlane"}
_POLL_S = 0.1


def call(volume: Volume, mask: Mask | None, plane: Plane, address: str) -> Any:
    """Return the ``itkwidgets.Viewer`` of a volume, which draws in the output of the current cell.

    Parameters
    ----------
    volume
        Anything but RGB.
    mask
        On the same grid.
    plane
        Which one to open with.
    address
        Where the browser finds our copies, without a slash at the end.
    """
    itkwidgets, viewers = _imported(address)
    pyramid = Pyramid(volume)
    centre, width = pyramid.window
    low, high = centre - width / 2, centre + width / 2
    arguments: dict[str, Any] = {"image": _store(pyramid)}
    if mask is not None:
        arguments["label_image"] = _store(Pyramid(mask.volume, labels=True))
        # Not `label_names`: given as its documentation says, the viewer stops with "has is not a function".
    viewer = itkwidgets.view(
        **arguments,
        ui=_ui(address, _MODES[plane]),
        cmap="Grayscale",
        color_range=[low, high],
        units="mm",
    )
    # From here on no cell waits for this viewer, whatever becomes of it.
    viewers._cell_watcher.update_viewer_status(viewer.name, True)
    return viewer


async def drawn(viewer: Any, limit_s: float) -> bool:
    """Return whether the viewer reported its first picture within a limit, while the kernel was free."""
    # Counted, not timed: a cell that computes meanwhile keeps the report from being heard.
    for _ in range(round(limit_s / _POLL_S)):
        if viewer.viewer_rpc.data_event.is_set():
            return True
        await asyncio.sleep(_POLL_S)
    return False


def release(viewer: Any) -> None:
    """End the thread of a viewer that has not come up; it would wait for ever."""
    viewer.viewer_rpc.viewer_event.set()
    viewer.viewer_rpc.data_event.set()


def _imported(address: str) -> tuple[Any, Any]:
    """Return itkwidgets and its module `viewer`, which load from `address` and leave cells alone."""
    # Importing itkwidgets fails without imjoy-elfinder, of which it uses nothing. That package needs pydantic 1 and so
    # cannot be installed beside JupyterHub; an empty module satisfies the import.
    sys.modules.setdefault("imjoy_elfinder", ModuleType("imjoy_elfinder"))
    # Outside a cell, imjoy-rpc does not notice that it is in a kernel.
    os.environ.setdefault("IMJOY_RPC_CONNECTION", "jupyter")
    itkwidgets: Any = import_module("itkwidgets")
    viewers: Any = import_module("itkwidgets.viewer")
    viewers.ITK_VIEWER_SRC = f"{address}/page.html"
    # It puts itself between the kernel and every cell, and lets none through while a viewer has not come up.
    watcher = viewers._cell_watcher
    watcher.kernel.shell_handlers["execute_request"] = watcher.execute_request_handler
    return itkwidgets, viewers


def _ui(address: str, mode: str) -> dict[str, Any]:
    """Return itkwidgets' own user interface, from our copy, and the plane that our page opens with."""
    script = f"{address}/npm/itk-viewer-bootstrap-ui/dist/bootstrapUIMachineOptions.js.es.js"
    return {
        "viewerConfigVersion": "0.3",
        "uiMachineOptions": {"href": script, "export": "default"},
        "uiCollapsed": True,
        "main": {"units": "mm", "backgroundColor": [0, 0, 0]},
        "viewMode": mode,
    }


def _store(pyramid: Pyramid) -> Any:
    return import_module("zarr").storage.KVStore(_Keys(pyramid))


class _Keys(Mapping[str, bytes]):
    """A pyramid as the mapping that zarr 2 wants; only single keys are ever asked for."""

    def __init__(self, pyramid: Pyramid) -> None:
        self._pyramid = pyramid

    def __getitem__(self, key: str) -> bytes:
        return self._pyramid[key]

    def __iter__(self) -> Iterator[str]:
        return iter((".zgroup", ".zattrs"))

    def __len__(self) -> int:
        return 2
