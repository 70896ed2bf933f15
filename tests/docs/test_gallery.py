"""The gallery is the one that ``make screenshots`` makes, and its pictures are there."""

from __future__ import annotations

from PIL import Image

from tests.gallery import GALLERY, PAGE, PICTURES, SIZE, page_text

LARGEST = 120_000


def test_the_page_is_what_the_script_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_text()


def test_every_picture_is_there_and_small() -> None:
    names = {each.name for each in GALLERY}
    assert {path.stem for path in PICTURES.iterdir()} == names
    for each in GALLERY:
        path = PICTURES / f"{each.name}.png"
        assert path.stat().st_size < LARGEST, each.name
        with Image.open(path) as image:
            assert image.size == (each.look.get("width", SIZE["width"]), each.look.get("height", SIZE["height"]))
