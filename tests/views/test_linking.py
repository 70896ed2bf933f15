from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK

from explorer.images import Volume, to_lps
from explorer.views.linking import common_origin

Angles = tuple[float, float, float]


def volume(angles: Angles, spacing: Angles, origin: Angles, shape: tuple[int, int, int] = (30, 40, 50)) -> Volume:
    """Turned by degrees about x, y and z."""
    turn = SimpleITK.Euler3DTransform((0, 0, 0), *(float(np.radians(angle)) for angle in angles))
    return to_lps(
        Volume(
            array=np.zeros(shape, np.int16),
            spacing_mm=spacing,
            origin_mm=origin,
            direction=np.array(turn.GetMatrix()).reshape(3, 3),
            window=(0, 1),
            frame_of_reference="1.2",
        )
    )


def image(volume: Volume) -> SimpleITK.Image:
    answer = SimpleITK.GetImageFromArray(np.zeros(volume.array.shape, np.uint8))
    answer.SetSpacing(volume.spacing_mm[::-1])
    answer.SetOrigin(volume.origin_mm)
    answer.SetDirection(volume.direction.ravel().tolist())
    return answer


@pytest.mark.parametrize("angles", [(0, 0, 0), (20, 0, 0), (12, -8, 25), (90, 0, 0)])
def test_a_place_in_one_is_the_same_place_in_the_other(angles: Angles) -> None:
    """Cursors count mm along the axes of the voxels; SimpleITK says where these voxels are."""
    one, two = volume(angles, (3, 1, 1), (-20, 10, 5)), volume(angles, (2, 1.5, 1.5), (7, -30, 44))
    origin, because = common_origin(one, two)
    assert because == ""
    for index in ([0, 0, 0], [29, 3, 8], [5, 39, 49], [11, 20, 25]):
        seen = np.array(origin) + (np.array(index) * two.spacing_mm)[::-1]
        point = image(two).TransformIndexToPhysicalPoint(index[::-1])
        wanted = image(one).TransformPhysicalPointToContinuousIndex(point)
        np.testing.assert_allclose((seen - one.origin_mm) / one.spacing_mm[::-1], wanted, atol=1e-6)


def test_along_the_patient_nothing_is_moved() -> None:
    one, two = volume((0, 0, 0), (3, 1, 1), (-20, 10, 5)), volume((0, 0, 0), (2, 2, 2), (7, -30, 44))
    assert common_origin(one, two)[0] == pytest.approx(two.origin_mm)


def test_a_small_angle_is_linked_and_a_large_one_is_not() -> None:
    one = volume((0, 0, 0), (3, 1, 1), (0, 0, 0))
    assert common_origin(one, volume((1, 0, 0), (3, 1, 1), (0, 0, 0)))[1] == ""
    assert "different angles" in common_origin(one, volume((10, 0, 0), (3, 1, 1), (0, 0, 0)))[1]


@pytest.mark.parametrize(
    ("frames", "because"),
    [(("1.2", "1.3"), "different frames"), (("", ""), "does not record"), (("1.2", ""), "does not record")],
)
def test_other_frames_of_reference(frames: tuple[str, str], because: str) -> None:
    one, two = (replace(volume((0, 0, 0), (1, 1, 1), (0, 0, 0)), frame_of_reference=frame) for frame in frames)
    assert because in common_origin(one, two)[1]
