"""A Panel server with the viewer over the chest phantom, with a mask on its bright marker."""

from __future__ import annotations

import sys

import numpy as np
import panel as pn

from explorer.images import Segment, Volume
from explorer.images.masks import paint
from explorer.images.resample import Patch
from explorer.views.shown import Overlay, Shown
from explorer.views.viewer import ImageView, static_dirs
from tests.browser.viewer_fixtures import chest


def view() -> ImageView:
    """The phantom with its mask."""
    array = chest()
    marked = array > 800
    volume = Volume(
        array=array,
        spacing_mm=(2.5, 0.8, 0.8),
        origin_mm=(-38.4, -38.4, 0.0),
        direction=np.eye(3),
        window=(-300, 1500),
        modality="CT",
    )
    patch = Patch((0, 0, 0), marked.shape, np.packbits(marked), int(marked.sum()))
    mask = paint(volume, [Segment(1, "Lesion", colour=(230, 100, 0))], {1: patch})
    return ImageView(Shown(volume, title="Chest", overlays=[Overlay(mask, "Lesions", "SEG", "someone")]))


if __name__ == "__main__":
    pn.serve(view, address="127.0.0.1", port=int(sys.argv[1]), static_dirs=static_dirs(), show=False)
