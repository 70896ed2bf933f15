"""Whether a place in one series is a place in another, in millimetres."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from explorer.images import Volume

__all__ = ["common_origin"]

_OFF_MM = 2.0
"""Where two series lie at different angles, the error that a linked cursor may have at a corner."""

Millimetres = tuple[float, float, float]


def common_origin(one: Volume, two: Volume) -> tuple[Millimetres, str]:
    """Origin of the second of two turned volumes as the first one counts millimetres, and why they are not linked.

    A viewer counts millimetres along the axes of the voxels. For volumes along the patient's axes these are LPS; for
    oblique ones they agree where the second origin is moved so that the middle of the second volume lies right.

    Returns
    -------
    tuple
        x, y, z in mm; and a sentence, empty where the cursors can be linked.
    """
    kept = two.origin_mm
    if not (one.has_geometry and two.has_geometry):
        return kept, "The files of a series do not say where it lies in the patient, so the cursors are not linked."
    if not (one.frame_of_reference and two.frame_of_reference):
        return kept, "A series does not record its frame of reference, so the cursors are not linked."
    if one.frame_of_reference != two.frame_of_reference:
        return kept, (
            "The two series have different frames of reference: the patient may lie differently in each, so the "
            "cursors are not linked."
        )
    last = np.array(two.array.shape[:3]) - 1
    moved = two.origin_mm + _error(one, two, last / 2)
    corners = [_error(one, two, np.array(corner) * last) for corner in product((0, 1), repeat=3)]
    if max(np.linalg.norm(np.array(two.origin_mm) + each - moved) for each in corners) > _OFF_MM:
        return kept, "The two series were acquired at different angles, so the cursors are not linked."
    x, y, z = (float(value) for value in moved)
    return (x, y, z), ""


def _error(one: Volume, two: Volume, index: NDArray[np.float64]) -> NDArray[np.float64]:
    """LPS x, y, z by which a voxel of the second lies elsewhere on the first one's axes than its own axes say."""
    place = two.affine @ [*index, 1]
    seen = (np.linalg.inv(one.affine) @ place)[:3] * one.spacing_mm
    meant = index * two.spacing_mm
    error: NDArray[np.float64] = (seen[::-1] + one.origin_mm) - (meant[::-1] + two.origin_mm)
    return error
