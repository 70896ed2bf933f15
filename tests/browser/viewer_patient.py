"""One patient with a lesion at the left, front and head: three series of it, and a SEG whose empty frames are left out.

Every series samples the same shapes, given in LPS mm, on its own grid, so that a place in one is a place in the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.browser.viewer_fixtures import write_slice
from tests.images.mask_phantoms import ADMINISTRATION

FRAME = "1.2.826.0.1.3680043.8.498.70"
OTHER_FRAME = "1.2.826.0.1.3680043.8.498.71"
LESION = (16.0, -8.0, 67.0)
"""Centre, LPS x, y, z mm."""
LEFT_OUT = (24, 25)
"""Slices of the baseline in whose middle the SEG's lesion is left out."""

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Scan:
    """A series: its voxels along z, y, x, their size in mm, and LPS x, y, z of the first one."""

    name: str
    shape: tuple[int, int, int]
    spacing: tuple[float, float, float]
    origin: tuple[float, float, float]
    frame: str = FRAME

    @property
    def uid(self) -> str:
        """SeriesInstanceUID."""
        return f"1.2.826.0.1.3680043.8.498.2.{sum(map(ord, self.name))}"

    @property
    def points(self) -> Points:
        """``(z, y, x, 3)`` LPS of the centres of voxels."""
        steps = np.moveaxis(np.indices(self.shape), 0, -1) * self.spacing
        answer: Points = steps[..., ::-1] + self.origin
        return answer

    def write(self, folder: Path) -> list[Path]:
        """Files, from foot to head."""
        folder.mkdir(parents=True, exist_ok=True)
        voxels = tissue(self.points)
        return [
            write_slice(
                folder / f"{self.name}-{(k * 7919) % 10007:05d}.dcm",
                voxels[k],
                SeriesInstanceUID=self.uid,
                SeriesDescription=self.name,
                SeriesNumber=3,
                InstanceNumber=k + 1,
                ImagePositionPatient=[*self.origin[:2], self.origin[2] + k * self.spacing[0]],
                PixelSpacing=list(self.spacing[1:]),
                SliceThickness=self.spacing[0],
                FrameOfReferenceUID=self.frame,
                WindowCenter=-300,
                WindowWidth=1500,
                **ADMINISTRATION,
            )
            for k in range(self.shape[0])
        ]


BASELINE = Scan("Baseline", (40, 96, 96), (2.5, 0.8, 0.8), (-38.4, -38.4, 0.0))
FOLLOW_UP = Scan("Follow-up", (30, 70, 80), (3.0, 1.0, 1.0), (-35.0, -33.0, 8.0))
ELSEWHERE = Scan("Elsewhere", (30, 70, 80), (3.0, 1.0, 1.0), (-35.0, -33.0, 8.0), OTHER_FRAME)


def tissue(points: Points) -> NDArray[np.int16]:
    """HU: a body, two lungs, the lesion, and a dimmer marker opposite of it, at the right, back and foot."""
    x, y, _ = np.moveaxis(points, -1, 0)
    array = np.where((x / 34) ** 2 + (y / 25) ** 2 < 1, 40, -1000)
    array = np.where(((np.abs(x) - 16) / 10) ** 2 + (y / 16) ** 2 < 1, -850, array)
    array = np.where(lesion(points), 900, array)
    return np.where(opposite(points), 200, array).astype(np.int16)


def lesion(points: Points) -> NDArray[np.bool_]:
    """A cylinder, 30 mm high, 12 mm wide."""
    x, y, z = np.moveaxis(points - np.array(LESION), -1, 0)
    answer: NDArray[np.bool_] = (x**2 + y**2 < 36) & (np.abs(z) < 15.2)
    return answer


def opposite(points: Points) -> NDArray[np.bool_]:
    """A thinner one on the other side of everything."""
    x, y, z = np.moveaxis(points, -1, 0)
    answer: NDArray[np.bool_] = ((x + 16) ** 2 + (y - 8) ** 2 < 16) & (z < 40)
    return answer


def drawn(scan: Scan = BASELINE) -> NDArray[np.uint8]:
    """``(z, y, x, 2)``: the lesion without its middle slices, and what surrounds it."""
    points = scan.points
    core = lesion(points)
    core[list(LEFT_OUT)] = False
    x, y, z = np.moveaxis(points - np.array(LESION), -1, 0)
    around = (x**2 + y**2 < 100) & (np.abs(z) < 8)
    return np.stack([core, around], axis=-1).astype(np.uint8)


def write_seg(path: Path, images: list[Path]) -> Path:
    """Write what is drawn on the baseline as a SEG; highdicom leaves frames without voxels out."""
    from tests.images import mask_phantoms

    return mask_phantoms.write_seg(path, images, drawn(), ["Lesion", "Surroundings"])


def write_patient(folder: Path) -> dict[str, list[Path]]:
    """All files in one folder, by name of the series; ``seg`` is the SEG."""
    found = {scan.name: scan.write(folder / scan.name) for scan in (BASELINE, FOLLOW_UP, ELSEWHERE)}
    return found | {"seg": [write_seg(folder / "seg.dcm", found["Baseline"])]}
