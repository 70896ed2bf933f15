"""What this package's own readers make of the study set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.images import index_folder, read_series, to_lps
from explorer.images.contours import read_rtstruct
from explorer.images.seg import read_seg
from tests.images.demo.reading import DRAWN, objects, series

# The warnings of each image series; the others have none.
NAMED = {
    "SYN-A-02/baseline/ct-missing-slice": {"missing slices"},
    "SYN-A-03/baseline/dwi": {"several acquisitions"},
    "SYN-A-05/baseline/two-echoes": {"several acquisitions"},
    "SYN-A-06/baseline/radiograph": {"no geometry"},
    "SYN-B-01/baseline/pet": {"mixed rescale"},
    "SYN-B-03/baseline/mammogram": {"no geometry"},
    "SYN-B-04/baseline/ct-tilted": {"gantry tilt"},
    "SYN-B-05/baseline/ct-varying-spacing": {"varying spacing"},
    "SYN-A-01/baseline/ct": set(),
    "SYN-A-03/baseline/t1-contrast": set(),
    "SYN-A-05/baseline/t2-sagittal": set(),
    "SYN-A-06/follow-up-1/ct-coronal": set(),
    "SYN-B-04/baseline/ct-enhanced": set(),
    "SYN-B-05/baseline/ct-oblique": set(),
}


def files_of(folder: Path, name: str) -> list[Path]:
    site = "synthetic-site-a" if "-A-" in name else "synthetic-site-b"
    return series(folder)[f"{site}/{name}"]


@pytest.mark.parametrize("name", NAMED)
def test_every_irregularity_is_named(demo_folder: Path, name: str) -> None:
    volume = read_series(files_of(demo_folder, name))
    assert {note.name for note in volume.warnings} == NAMED[name]
    assert volume.inverted == (volume.modality == "MG")
    if name.endswith("missing-slice"):
        assert volume.missing == (15,)
    if name.endswith("oblique"):
        assert volume.oblique_degrees == pytest.approx(20, abs=0.01)


@pytest.mark.parametrize(
    "name", [name for name in NAMED if "/ct" in name and "tilted" not in name and "varying" not in name]
)
def test_the_left_rod_is_at_the_left_after_turning(demo_folder: Path, name: str) -> None:
    volume = to_lps(read_series(files_of(demo_folder, name)))
    there = np.linalg.solve(volume.direction, np.array([158, 0, 3]) - volume.origin_mm) / volume.spacing_mm[::-1]
    x, y, z = np.rint(there).astype(int)
    assert volume.array[z, y, x] > 600
    assert volume.array[z, y, volume.array.shape[2] - 1 - x] < -900


@pytest.mark.parametrize(
    "name",
    ["SYN-A-01/baseline/ct", "SYN-B-01/baseline/ct", "SYN-B-04/baseline/ct-enhanced", "SYN-B-05/follow-up-1/ct"],
)
def test_segmentation_and_outlines_give_one_mask(demo_folder: Path, name: str) -> None:
    volume = read_series(files_of(demo_folder, name))
    drawn = read_seg(files_of(demo_folder, f"{name}-seg"), onto=volume)
    outlined = read_rtstruct(files_of(demo_folder, f"{name}-rtstruct")[0], onto=volume)
    assert drawn.refers_to == outlined.refers_to == (volume.series_uid,)
    for region in outlined.segments:
        one, two = drawn.segment(region.number), outlined.segment(region.number)
        assert 2 * (one & two).sum() / (one.sum() + two.sum()) > 0.93
        assert abs(volume.array[one] - 60.0).max() <= 25


def test_every_series_is_found(demo_folder: Path) -> None:
    found = index_folder(demo_folder)
    with_pixels = {each.SeriesInstanceUID for each in objects(demo_folder).values() if "Rows" in each}
    assert set(found.series) == with_pixels and len(with_pixels) == 44 + 23
    assert {path.path.name for path in found.unreadable} == {"README.txt", "MANIFEST.sha256"}
    assert found.other == sum(each.Modality in DRAWN for each in objects(demo_folder).values()) - 23
