"""``backend="itkwidgets"`` where itkwidgets is not to be called, and what it would be called with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.errors import ImageError, SurroundingsError
from explorer.images import Mask, Plane, Volume, read_masks, read_series
from explorer.views import genuine, genuine_call
from explorer.views.genuine import Genuine
from explorer.views.shown import Shown
from explorer.views.viewer import view
from explorer.views.viewer_notebook import NotebookImage
from tests.browser.viewer_patient import write_patient
from tests.loops import in_a_loop


@pytest.fixture
def shown() -> Shown:
    return Shown(Volume(np.zeros((4, 8, 8), np.int16), (2.0, 1.0, 1.0), (0.0, 0.0, 0.0), np.eye(3), (40.0, 400.0)))


@pytest.fixture
def patient(tmp_path: Path) -> dict[str, list[Path]]:
    return write_patient(tmp_path)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genuine, "_NEEDED", ())


def test_without_the_extra_the_error_names_the_installation(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genuine, "_NEEDED", ("no-such-distribution",))
    with pytest.raises(SurroundingsError, match=r"pip install 'cohort-explorer\[itkwidgets\]'"):
        genuine.show(shown)


@pytest.mark.usefixtures("installed")
def test_without_a_kernel_our_own_viewer_and_one_line(shown: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    assert isinstance(genuine.show(shown), NotebookImage)
    assert capsys.readouterr().out == "itkwidgets draws in notebooks only. Shown by Cohort Explorer's own viewer.\n"


@pytest.mark.usefixtures("installed")
def test_our_own_viewer_gets_everything_that_it_gets_otherwise(patient: dict[str, list[Path]]) -> None:
    """Names of masks, one by one, the plane, and the memory when no page shows it."""
    seg = patient["seg"][0]
    ways: list[Any] = ["itkwidgets", "auto"]
    ours, wanted = (view(patient["Baseline"], overlays=[seg, seg], mode="coronal", backend=backend) for backend in ways)
    assert json.loads(ours._described) == json.loads(wanted._described)
    assert [each["name"] for each in json.loads(ours._described)["series"][0]["overlays"]] == ["CT_SEG", "CT_SEG"]
    ours.rest()
    assert ours._picture is None
    assert ours.picture() is not None
    given = view(read_series(patient["Baseline"]), backend="itkwidgets")
    given.rest()
    assert given._picture is not None, "a volume cannot be had again"
    for image in (ours, wanted, given):
        image.close()


@pytest.mark.usefixtures("installed")
def test_a_mode_is_kept_or_refused(shown: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    image = genuine.show(shown, mode="still")
    assert isinstance(image, NotebookImage)
    assert json.loads(image._described)["stages"] == ["still"]
    assert capsys.readouterr().out.startswith("itkwidgets shows no still pictures.")
    with pytest.raises(ImageError, match="Modes: auto, axial"):
        genuine.show(shown, mode="oblique")  # type: ignore[arg-type]


@pytest.mark.usefixtures("installed")
def test_itkwidgets_gets_the_masks_as_one_and_the_plane(
    patient: dict[str, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Afterwards the memory of our own viewer is free."""
    calls: list[tuple[Volume, Mask | None, Plane, str]] = []

    async def drawn(_viewer: object, _limit_s: float) -> bool:
        return True

    monkeypatch.setattr(genuine, "current_cell", lambda: "c1")
    monkeypatch.setattr(genuine, "version", lambda name: "1")
    monkeypatch.setattr(genuine_call, "call", lambda *given: calls.append(given))
    monkeypatch.setattr(genuine_call, "drawn", drawn)
    volume, seg = read_series(patient["Baseline"]), patient["seg"][0]
    once = read_masks(seg, volume)
    image = view(patient["Baseline"], overlays=[seg, seg], mode="sagittal", backend="itkwidgets")
    assert isinstance(image, Genuine)
    monkeypatch.setattr(image, "_words", Output(), raising=False)
    monkeypatch.setattr(image, "_picture", Output(), raising=False)
    in_a_loop(image._draw("http://here"))
    ((_, mask, plane, address),) = calls
    assert mask is not None
    assert len(mask.segments) == 2 * len(once.segments)
    assert (plane, address, image.state) == ("sagittal", "http://here", "drawn")
    assert image._own._picture is None
    in_a_loop(image._draw("http://here"))
    assert len(calls) == 2, "shown a second time it is read again"
    image.close()
    with pytest.raises(SurroundingsError, match="was closed"):
        in_a_loop(image._draw("http://here"))


class Output:
    """What IPython gives for an output that can be changed."""

    def update(self, *_: object, **__: object) -> None:
        pass
