"""What HoloViews composes for the slices: an empty plot for the viewer, and three planes for one's own app."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import bokeh
import holoviews as hv
import numpy as np
import pytest
from bokeh.events import MouseWheel, Tap
from holoviews.plotting.bokeh import BokehRenderer

from explorer.errors import ImageError
from explorer.images import Mask, Plane, Segment, Volume
from explorer.views.slices import bokeh_asset, plot_item, slices


def volume(**changes: Any) -> Volume:
    """``(4, 5, 6)`` voxels of 3 by 2 by 1 mm, each with a value of its own; white at 119."""
    array = np.arange(120, dtype=np.int16).reshape(4, 5, 6)
    made = Volume(
        array=array,
        spacing_mm=(3.0, 2.0, 1.0),
        origin_mm=(10.0, 20.0, 30.0),
        direction=np.eye(3),
        window=(59.5, 119.0),
        description="</script><b>hostile</b>",
    )
    return replace(made, **changes)


def mask(of: Volume) -> Mask:
    labels = np.zeros(of.array.shape, dtype=np.uint8)
    labels[2, 1, 4] = 1
    return Mask(replace(of, array=labels), (Segment(1, "Lesion", colour=(255, 0, 0)),), patches={})


def figure(plane: Plane) -> dict[str, Any]:
    item = json.loads(plot_item(volume(), plane))
    (root,) = item["doc"]["roots"]
    assert root["id"] == item["root_id"]
    assert item["doc"]["version"] == bokeh.__version__
    return dict(root["attributes"])


@pytest.mark.parametrize(
    ("plane", "across", "down"),
    [
        ("axial", (9.5, 15.5), (19, 29)),
        ("coronal", (9.5, 15.5), (-40.5, -28.5)),
        ("sagittal", (19, 29), (-40.5, -28.5)),
    ],
)
def test_a_plot_is_as_large_as_its_plane_and_runs_down(
    plane: Plane, across: tuple[float, float], down: tuple[float, float]
) -> None:
    attributes = figure(plane)
    ends = [{"start": 0, "end": 1} | attributes[axis]["attributes"] for axis in ("x_range", "y_range")]
    assert [(each["start"], each["end"]) for each in ends] == [across, down[::-1]]
    data = dict(attributes["renderers"][0]["attributes"]["data_source"]["attributes"]["data"]["entries"])
    assert (data["x"], data["y"], data["dw"], data["dh"]) == (
        [across[0]],
        [down[0]],
        [6 if plane != "sagittal" else 10],
        [down[1] - down[0]],
    )


def test_a_plot_has_greys_and_nothing_to_press_and_no_word_of_the_series() -> None:
    attributes = figure("axial")
    mapper = attributes["renderers"][0]["attributes"]["glyph"]["attributes"]["color_mapper"]["attributes"]
    assert mapper["palette"][::51] == ["#000000", "#333333", "#666666", "#999999", "#cccccc", "#ffffff"]
    assert (len(mapper["palette"]), mapper["low"], mapper["high"]) == (256, 0, 119)
    assert attributes["toolbar_location"] is None
    assert attributes["toolbar"].get("attributes", {}).get("tools", []) == []
    assert attributes["background_fill_color"] == "black"
    assert [axis["attributes"]["visible"] for side in ("left", "below") for axis in attributes[side]] == [False, False]
    assert attributes.get("output_backend", "canvas") == "canvas"
    text = plot_item(volume(), "axial")
    assert b"hostile" not in text
    assert len(text) < 20_000


def test_the_script_is_of_the_bokeh_that_made_the_plot() -> None:
    script = gzip.decompress(bokeh_asset("bokeh.min.js") or b"").decode()
    assert f'"{bokeh.__version__}"' in script
    assert "Copyright (c) Anaconda" in script[:200]
    assert bokeh_asset("bokeh-gl.min.js") is None
    assert bokeh_asset("../../../../LICENSE.txt") is None


def layers(shown: hv.Layout, place: int) -> list[Any]:
    return list(list(shown)[place][()])


def test_three_planes_stand_the_right_way_up_with_a_crosshair_in_all() -> None:
    shown = slices(volume())
    for place, (label, middle) in enumerate([
        ("Axial, slice 3 of 4", np.arange(120).reshape(4, 5, 6)[2][::-1]),
        ("Coronal, slice 3 of 5", np.arange(120).reshape(4, 5, 6)[:, 2]),
        ("Sagittal, slice 4 of 6", np.arange(120).reshape(4, 5, 6)[:, :, 3]),
    ]):  # fmt: skip
        image, across, down = layers(shown, place)
        greys = np.rint(image.dimension_values(2, flat=False) / 255 * 119)
        # HoloViews gives the rows from below, and the axis runs down.
        assert np.array_equal(greys, middle[::-1])
        assert (across.data, down.data) == [(13, 24), (13, -36), (24, -36)][place]
        assert BokehRenderer.get_plot(list(shown)[place]).state.title.text == label
    assert slices(volume(has_geometry=False)) is not None


def test_low_values_are_white_where_the_files_say_so() -> None:
    image = layers(slices(volume(inverted=True)), 0)[0]
    assert image.dimension_values(2).max() == 255 - round(60 / 119 * 255)


def test_segments_cover_the_image_in_their_colours() -> None:
    of = volume()
    image, cover, *_ = layers(slices(of, mask(of)), 0)
    red, green, blue, share = (cover.dimension_values(k, flat=False)[1] for k in range(2, 6))
    assert isinstance(image, hv.Image)
    assert share.tolist() == [0, 0, 0, 0, 102, 0]
    assert (red[4], green[4], blue[4]) == (255, 0, 0)


def test_the_wheel_and_a_click_move_the_crosshair_of_all_planes() -> None:
    shown = slices(volume())
    axial, coronal = (BokehRenderer.get_plot(each) for each in list(shown)[:2])
    model = axial.state
    listeners = model._event_callbacks
    for listen in listeners[MouseWheel.event_name]:
        listen(SimpleNamespace(delta=-120))
    assert axial.state.title.text == "Axial, slice 4 of 4"
    for listen in listeners[MouseWheel.event_name]:
        listen(SimpleNamespace(delta=-120))
    assert axial.state.title.text == "Axial, slice 4 of 4"
    for listen in listeners[Tap.event_name]:
        listen(SimpleNamespace(x=14.4, y=20.9))
    assert coronal.state.title.text == "Coronal, slice 1 of 5"
    assert len(listeners[Tap.event_name]) == 1


def test_colours_have_no_greys_to_slice() -> None:
    with pytest.raises(ImageError, match="Colour images have no planes to slice"):
        slices(volume(array=np.zeros((1, 4, 4, 3), dtype=np.uint8)))


@pytest.mark.parametrize("changes", [{"array": volume().array[:3]}, {"origin_mm": (10.0, 20.0, 33.0)}])
def test_a_mask_of_another_grid_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ImageError, match="not on the grid"):
        slices(volume(), mask(volume(**changes)))
