"""Bodies made of ellipsoids, and what each scanner would see in them.

Only sums, products and quotients of floats, and whole numbers from a hash: the same voxels on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from explorer.images.demo.grid import Grid, Vector

__all__ = ["BODIES", "CONTRASTS", "LESION", "Lesion", "inside", "noise", "paint", "seen"]

ENDLESS = 1e6
AIR, FAT, MUSCLE, LUNG, BONE, BLOOD, LIVER, GLAND, INNER, MARKER = range(10)
LESION = 20
"""The first lesion's number among tissues; the second is 21."""


@dataclass(frozen=True)
class Ellipsoid:
    """A part of a body: tissue, centre and half-axes in LPS mm."""

    tissue: int
    centre: Vector
    radii: Vector


@dataclass(frozen=True)
class Lesion:
    """An ellipsoid that is segmented; `name` says where it is."""

    name: str
    centre: Vector
    radii: Vector

    def grown(self, factor: float) -> Lesion:
        """Return the same lesion with other half-axes."""
        x, y, z = (round(radius * factor, 3) for radius in self.radii)
        return Lesion(self.name, self.centre, (x, y, z))


# Every body is as people are: heart and stomach left, liver right. A rod runs along the left side and one along the
# front; a ball lies at the right front near the head end. So no flip goes unseen.
_CHEST = (
    Ellipsoid(FAT, (0, 0, 0), (142, 112, ENDLESS)),
    Ellipsoid(MUSCLE, (0, 0, 0), (132, 100, ENDLESS)),
    Ellipsoid(LUNG, (-62, -4, 10), (56, 76, 112)),
    Ellipsoid(LUNG, (64, -4, 10), (52, 74, 106)),
    Ellipsoid(BLOOD, (22, -30, -20), (46, 42, 52)),
    Ellipsoid(BLOOD, (14, 46, 0), (12, 12, ENDLESS)),
    Ellipsoid(BONE, (0, 74, 0), (19, 17, ENDLESS)),
    Ellipsoid(LIVER, (-58, 0, -112), (76, 84, 64)),
    Ellipsoid(AIR, (66, -24, -104), (30, 34, 28)),
)
_BREAST = (
    Ellipsoid(FAT, (0, 70, 0), (150, 66, ENDLESS)),
    Ellipsoid(MUSCLE, (0, 76, 0), (138, 54, ENDLESS)),
    Ellipsoid(LUNG, (-64, 86, 0), (44, 36, ENDLESS)),
    Ellipsoid(LUNG, (64, 86, 0), (44, 36, ENDLESS)),
    Ellipsoid(BLOOD, (28, 80, 0), (32, 24, 44)),
    Ellipsoid(FAT, (-74, 6, 0), (58, 72, 62)),
    Ellipsoid(FAT, (74, 6, 0), (58, 72, 62)),
    Ellipsoid(GLAND, (-74, -12, 4), (34, 46, 38)),
    Ellipsoid(GLAND, (74, -12, 4), (38, 46, 40)),
)
_PELVIS = (
    Ellipsoid(FAT, (0, 0, 0), (88, 74, ENDLESS)),
    Ellipsoid(MUSCLE, (0, 4, 0), (80, 62, ENDLESS)),
    Ellipsoid(BONE, (-58, 6, 6), (14, 22, 40)),
    Ellipsoid(BONE, (58, 6, 6), (14, 22, 40)),
    Ellipsoid(BLOOD, (0, -22, 34), (34, 24, 24)),
    Ellipsoid(GLAND, (0, 4, -6), (27, 20, 23)),
    Ellipsoid(INNER, (0, -2, -4), (17, 12, 16)),
    Ellipsoid(AIR, (3, 40, 0), (11, 9, ENDLESS)),
)
BODIES: Mapping[str, tuple[Ellipsoid, ...]] = {
    "chest": (
        *_CHEST,
        Ellipsoid(MARKER, (158, 0, 0), (9, 9, ENDLESS)),
        Ellipsoid(MARKER, (0, -122, 0), (6, 6, ENDLESS)),
        Ellipsoid(MARKER, (-96, -96, 56), (9, 9, 14)),
    ),
    "breast": (
        *_BREAST,
        Ellipsoid(MARKER, (158, 66, 0), (7, 7, ENDLESS)),
        Ellipsoid(MARKER, (0, -20, 0), (5, 5, ENDLESS)),
        Ellipsoid(MARKER, (-140, -30, 34), (8, 8, 11)),
    ),
    "pelvis": (
        *_PELVIS,
        Ellipsoid(MARKER, (93, 0, 0), (4, 4, ENDLESS)),
        Ellipsoid(MARKER, (0, -80, 0), (4, 4, ENDLESS)),
        Ellipsoid(MARKER, (-66, -64, 30), (6, 6, 8)),
    ),
}


@dataclass(frozen=True)
class Contrast:
    """What one kind of image shows: a whole number for each tissue in order, for lesions, and how far noise reaches."""

    tissues: tuple[int, ...]
    lesion: int
    noise: int


# In order: air, fat, muscle, lung, bone, blood, liver, gland, inner gland, marker.
CONTRASTS: Mapping[str, Contrast] = {
    # Hounsfield units.
    "ct": Contrast((-1000, -95, 45, -830, 480, 55, 65, 40, 35, 900), 60, 24),
    # Standardised uptake value times 1,000.
    "pet": Contrast((20, 250, 600, 420, 750, 1600, 2200, 900, 900, 1200), 8200, 160),
    # Arbitrary units.
    "t1": Contrast((8, 860, 340, 40, 150, 260, 440, 430, 380, 990), 320, 36),
    "t1 contrast": Contrast((8, 870, 400, 50, 170, 760, 620, 520, 460, 990), 940, 36),
    "t2": Contrast((8, 640, 190, 30, 120, 520, 330, 700, 420, 990), 260, 36),
    "t2 breast": Contrast((8, 600, 210, 30, 120, 520, 330, 480, 420, 990), 800, 36),
    "t2 late echo": Contrast((6, 380, 90, 18, 60, 430, 160, 520, 250, 620), 150, 36),
    # What an X-ray loses in a millimetre, for projections.
    "dx": Contrast((0, 900, 1045, 170, 2100, 1055, 1065, 1040, 1035, 1900), 2600, 0),
    "mg": Contrast((0, 300, 620, 100, 1500, 640, 640, 520, 500, 2500), 1400, 0),
    "b0": Contrast((10, 120, 260, 40, 60, 420, 320, 520, 480, 600), 620, 40),
    "b800": Contrast((10, 30, 60, 16, 20, 60, 80, 170, 160, 120), 480, 40),
}


def inside(shape: Ellipsoid | Lesion, points: Sequence[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Return which of the points lie in the ellipsoid."""
    x, y, z = ((point - c) / r for point, c, r in zip(points, shape.centre, shape.radii, strict=True))
    within: NDArray[np.bool_] = x * x + y * y + z * z <= 1.0
    return within


def paint(body: str, lesions: Sequence[Lesion], grid: Grid) -> NDArray[np.uint8]:
    """Return the tissue of each voxel, ``(slices, rows, columns)``; lesions lie over everything else."""
    tissues = np.zeros((len(grid.offsets), grid.size, grid.size), np.uint8)
    for plane, position in zip(tissues, grid.positions(), strict=True):
        points = grid.points(position)
        for part in BODIES[body]:
            plane[inside(part, points)] = part.tissue
        for number, lesion in enumerate(lesions):
            plane[inside(lesion, points)] = LESION + number
    return tissues


def seen(tissues: NDArray[np.uint8], contrast: str, seed: str) -> NDArray[np.int32]:
    """Return what a scanner shows of the tissues, with noise; slices of the array have noise of their own."""
    kind = CONTRASTS[contrast]
    values = np.full(256, kind.lesion, np.int32)
    values[: len(kind.tissues)] = kind.tissues
    return values[tissues] + noise(tissues.shape, kind.noise, f"{contrast} {seed}")


def noise(shape: tuple[int, ...], reach: int, seed: str) -> NDArray[np.int32]:
    """Return whole numbers around 0, from -reach to reach, most of them small; the seed decides all."""
    count = int(np.prod(shape))
    random = np.frombuffer(shake_256(seed.encode()).digest(3 * count), np.uint8).reshape(3, count)
    total = random.astype(np.int32).sum(axis=0) - 382
    # Truncated towards 0, so that the sign has no part in it.
    values: NDArray[np.int32] = (np.sign(total) * (np.abs(total) * reach // 382)).reshape(shape).astype(np.int32)
    return values
