from __future__ import annotations

import gc
import weakref
from base64 import b64decode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from explorer.errors import ImageError
from explorer.images import read_series
from explorer.views import front_end
from explorer.views.picture import Picture
from explorer.views.viewer import view
from explorer.views.viewer_notebook import NotebookImage
from tests.browser.viewer_fixtures import write_chest
from tests.browser.viewer_patient import BASELINE, write_patient

WIDGET = "application/vnd.jupyter.widget-view+json"
SAVED = {"text/plain", "text/html", "image/png"}


class Kernel:
    """What a kernel says of the request it works on, and what it tells at the beginning of each."""

    def __init__(self) -> None:
        self.cell: str | None = None
        self.begins: list[Callable[[Any], None]] = []
        self.shell = self
        self.events = self

    def register(self, name: str, callback: Callable[[Any], None]) -> None:
        assert name == "pre_run_cell"
        self.begins.append(callback)

    def get_parent(self) -> dict[str, Any]:
        return {"metadata": {} if self.cell is None else {"cellId": self.cell}}

    def runs(self, cell: str | None) -> None:
        self.cell = cell
        for begin in self.begins:
            begin(SimpleNamespace(cell_id=cell))


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    kernel = Kernel()
    monkeypatch.setattr(front_end, "_kernel", lambda: kernel)
    return kernel


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return write_chest(tmp_path, slices=10, size=32)


def answers(image: NotebookImage) -> bool:
    return image._answer({"kind": "get", "series": 0, "key": ".zattrs"}) is not None


def test_it_shows_itself_as_a_widget_and_a_picture(tmp_path: Path, files: list[Path]) -> None:
    for shown in (view(read_series(files)), view(tmp_path.glob("*.dcm"), title="A title")):
        bundle, metadata = shown._repr_mimebundle_()
        assert set(bundle) == {*SAVED, WIDGET}
        assert metadata["image/png"]["alt"].startswith("CT ")
        assert bundle["text/plain"] == repr(shown) == f"<{metadata['image/png']['alt']}>"
        shown.close()
    assert "A title" in repr(shown)


def test_two_series_and_their_masks(tmp_path: Path) -> None:
    patient = write_patient(tmp_path)
    shown = view(patient["Baseline"], overlays=patient["seg"][0], beside=patient["Follow-up"])
    bundle, metadata = shown._repr_mimebundle_()
    picture = np.asarray(Image.open(BytesIO(b64decode(bundle["image/png"]))))
    assert picture.shape == (96, 96 + 8 + 80, 3)
    assert "Lesion" in metadata["image/png"]["alt"] and "beside it CT Follow-up" in metadata["image/png"]["alt"]
    shown.close()


def test_words_from_a_header_are_only_words(files: list[Path]) -> None:
    shown = view(files, title='"><img src=x onerror=alert(1)>')
    bundle, metadata = shown._repr_mimebundle_()
    (image,) = BeautifulSoup(bundle["text/html"], "html.parser").find_all(True)
    assert image["alt"] == metadata["image/png"]["alt"]
    assert image["src"] == f"data:image/png;base64,{bundle['image/png']}"
    assert set(image.attrs) == {"src", "alt"}
    shown.close()


def test_where_nobody_looks_it_is_a_picture_alone(kernel: Kernel, files: list[Path]) -> None:
    kernel.cell = None
    assert set(view(files)._repr_mimebundle_()[0]) == SAVED
    asked = view(files, backend="viewer")
    assert WIDGET in asked._repr_mimebundle_()[0]
    kernel.cell = "c1"
    assert WIDGET in view(files)._repr_mimebundle_()[0]
    asked.close()


def test_running_a_cell_again_closes_what_it_made(kernel: Kernel, files: list[Path]) -> None:
    """Whatever holds it: IPython keeps every output."""
    kernel.runs("c1")
    first = view(files)
    first._repr_mimebundle_()
    volume = weakref.ref(first._picture.series[0].volume)
    kernel.runs("c2")
    assert answers(first)
    kernel.runs("c1")
    assert not answers(first)
    gc.collect()
    assert volume() is None
    assert set(first._repr_mimebundle_()[0]) == SAVED


def test_what_another_cell_shows_stays(kernel: Kernel, files: list[Path]) -> None:
    kernel.runs("c1")
    first = view(files)
    kernel.runs("c2")
    first._repr_mimebundle_()
    kernel.runs("c1")
    assert answers(first)
    first.close()


def test_one_that_was_never_shown_goes_with_its_last_name(files: list[Path]) -> None:
    shown = view(files)
    gone = weakref.ref(shown)
    del shown
    gc.collect()
    assert gone() is None


def test_closed_it_holds_nothing(files: list[Path]) -> None:
    shown = view(read_series(files))
    shown._repr_mimebundle_()
    widget, volume = weakref.ref(shown._widget), weakref.ref(shown._picture.series[0].volume)
    shown.close()
    gc.collect()
    assert widget() is None and volume() is None
    assert shown.state == {}


def test_while_no_page_shows_it_the_memory_is_free(files: list[Path]) -> None:
    """What was read from files is read again; a volume that was given stays, for there is no other way to have it."""
    for given, kept in ((files, False), (read_series(files), True)):
        shown = view(given)
        shown._repr_mimebundle_()
        shown._widget._view_count = 1
        assert answers(shown)
        shown._widget._view_count = 0
        assert (shown._picture is not None) == kept
        assert answers(shown)
        shown.close()


def test_files_that_have_gone_are_no_error(files: list[Path]) -> None:
    shown = view(files)
    shown._repr_mimebundle_()
    shown._widget._view_count = 1
    shown._widget._view_count = 0
    for file in files:
        file.unlink()
    assert not answers(shown)
    shown.close()


@pytest.mark.parametrize("message", [None, 3, {}, {"kind": "state"}, {"kind": "state", "state": 3}, {"id": 1}])
def test_whatever_a_page_says(files: list[Path], message: Any) -> None:
    shown = view(files)
    shown._repr_mimebundle_()
    shown._widget._heard(shown._widget, message, [])
    assert shown.state == {}
    shown._widget._heard(shown._widget, {"kind": "state", "state": {"shown": "slices"}}, [])
    assert shown.state == {"shown": "slices"}
    shown.close()


def test_closed_before_it_answers_it_has_no_answer(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages come on another thread than cells."""
    shown = view(read_series(files))
    picture = shown.picture()
    assert picture is not None
    answer = picture.answer

    def late(message: object) -> bytes | None:
        shown.close()
        return answer(message)

    monkeypatch.setattr(picture, "answer", late)
    assert not answers(shown)


class Closing(int):
    """A number of a series: when it is found to be one, the picture has been closed."""

    picture: Picture

    def __lt__(self, count: int) -> bool:
        self.picture.close()
        return super().__lt__(count)


def test_closed_while_it_answers_is_no_error(files: list[Path]) -> None:
    picture = view(read_series(files)).picture()
    assert picture is not None
    place = Closing(0)
    place.picture = picture
    picture.answer({"kind": "get", "series": place, "key": ".zattrs"})
    assert picture.series == []
    assert picture.answer({"kind": "get", "series": 0, "key": ".zattrs"}) is None


def test_read_again_once_for_all_who_ask(files: list[Path]) -> None:
    """And closed meanwhile, it keeps nothing."""
    shown, read = view(files), []
    again = shown._again
    assert again is not None
    started, go_on = Event(), Event()

    def slowly() -> Picture:
        read.append(1)
        started.set()
        assert go_on.wait(20)
        return again()

    shown._again = slowly
    shown.rest()
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(answers, shown) for _ in range(2)]
        assert started.wait(20)
        closed = pool.submit(shown.close)
        go_on.set()
        closed.result(20)
        for each in asked:
            each.result(20)
    assert (read, shown._picture) == ([1], None)


def test_itkwidgets_shows_one_series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patient, seen = write_patient(tmp_path), []
    genuine = SimpleNamespace(show=lambda shown, **options: seen.append((shown, options)))
    monkeypatch.setitem(__import__("sys").modules, "explorer.views.genuine", genuine)
    view(patient["Baseline"], overlays=patient["seg"][0], backend="itkwidgets", mode="coronal")
    ((shown, options),) = seen
    assert shown.volume.series_uid == BASELINE.uid
    assert [(each.name, each.made_by) for each in shown.overlays] == [("CT_SEG", "Phantom drawer")]
    assert options["mode"] == "coronal"
    assert options["again"]().series[0].plane == "coronal"
    with pytest.raises(ImageError, match="shows one series"):
        view(patient["Baseline"], beside=patient["Follow-up"], backend="itkwidgets")
