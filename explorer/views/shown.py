"""What a viewer shows: one series with the masks over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.images.masks import Mask
from explorer.images.volume import Volume

__all__ = ["Backend", "Mode", "Overlay", "Shown"]

Mode = Literal["auto", "axial", "coronal", "sagittal", "still"]
Backend = Literal["auto", "viewer", "slices", "still", "itkwidgets"]


@dataclass(frozen=True, eq=False)
class Overlay:
    """One mask over a series; text is as recorded, so hostile until escaped.

    Attributes
    ----------
    mask
        On the grid of the series.
    name
        What it is called.
    kind
        ``"SEG"``, ``"RTSTRUCT"``, or empty where the mask came without a file.
    made_by
        Person or software; empty where not known.
    """

    mask: Mask
    name: str
    kind: Literal["SEG", "RTSTRUCT", ""] = ""
    made_by: str = ""


@dataclass(frozen=True, eq=False)
class Shown:
    """One series with its masks.

    Attributes
    ----------
    volume
        Its voxels.
    title
        Heading; empty takes the series description.
    overlays
        In the order they are drawn.
    about
        A line of the caption, such as the date of the study and the number of the series; may be empty.
    """

    volume: Volume
    title: str = ""
    overlays: Sequence[Overlay] = ()
    about: str = ""
