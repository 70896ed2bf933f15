"""The viewer as a person sees it: what is on its stages, measured in pixels of screenshots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.viewer_patient import LESION

Pixels = NDArray[np.bool_]

ACROSS = {"axial": (0, 1), "coronal": (0, 2), "sagittal": (1, 2)}
"""LPS axes of a picture's right and down."""
BODY_MM = {"axial": (68.0, 50.0), "coronal": (64.4, 100.0), "sagittal": (44.1, 100.0)}
"""Width and height of the body in the plane through the middle of the lesion."""
ABOVE = {"axial": 0.0, "coronal": 48.75, "sagittal": 48.75}
"""The middle of the body's height, LPS mm along the picture's down."""

RING = 6
"""Pixels that the ring of the focus takes at most."""


@dataclass(frozen=True)
class Viewer:
    """A viewer that has drawn its first picture.

    Attributes
    ----------
    root
        All of it.
    """

    root: Locator

    def stage(self, series: int = 0) -> Locator:
        """Where the pixels of a series are."""
        return self.root.locator(".cx-img-stage").nth(series)

    def slice(self, series: int = 0) -> tuple[str, int]:
        """Plane, and index of its slice from 0."""
        plane, index = (self.root.get_attribute("data-slice") or "").split(";")[series].split()
        return plane, int(index)

    def cursor(self, series: int = 0) -> tuple[float, ...]:
        """LPS x, y, z mm."""
        return tuple(map(float, (self.root.get_attribute("data-cursor") or "").split(";")[series].split(",")))

    def painted(self) -> Viewer:
        """The viewer, once what it says it shows is on the screen."""
        page = self.root.page
        page.wait_for_timeout(100)  # a click is heard at the next frame
        for _ in range(200):
            if self.root.get_attribute("data-painted") == self.root.get_attribute("data-slice"):
                page.wait_for_timeout(150)  # painted is said to the browser; its screen follows
                return self
            page.wait_for_timeout(50)
        raise AssertionError(f"not painted: {self.root.get_attribute('data-slice')}")

    def press(self, key: str) -> Viewer:
        """Press a key on the first picture, and wait for what it does."""
        self.root.locator("[data-picture]").first.press(key)
        return self.painted()

    def at_lesion(self, plane: str) -> Viewer:
        """Show one plane through the middle of the first segment."""
        self.press("123"[list(ACROSS).index(plane)])
        self.root.get_by_role("button", name="Lesion", exact=True).click()
        assert self.painted().slice()[0] == plane
        return self

    def grey(self, series: int = 0) -> NDArray[np.int64]:
        """``(rows, columns, 3)`` of a stage without words and lines, and without the ring of the focus."""
        hidden = "element => element.style.visibility = 'hidden'"
        over = self.stage(series).locator(".cx-img-o, svg")
        for each in over.all():
            each.evaluate(hidden)
        picture = np.asarray(Image.open(BytesIO(self.stage(series).screenshot())).convert("RGB")).astype(np.int64)
        for each in over.all():
            each.evaluate("element => element.style.visibility = ''")
        inside = np.zeros_like(picture)
        inside[RING:-RING, RING:-RING] = picture[RING:-RING, RING:-RING]
        return inside

    def letters(self, series: int = 0) -> list[str]:
        """Letters at the left, right, top and bottom."""
        return self.stage(series).locator(".cx-img-letter").all_inner_texts()


def opened(page: Page, how: str = "viewer", within_s: float = 60, where: Locator | None = None) -> Viewer:
    """The viewer, once it shows itself that way."""
    root = (where or page).locator(f".cx-img[data-shown={how}]")
    expect(root).to_be_visible(timeout=within_s * 1000)
    expect(root).to_have_attribute("data-painted", re.compile("."), timeout=within_s * 1000)
    return Viewer(root).painted()


def lesion_pixels(picture: NDArray[np.int64]) -> Pixels:
    """Where it is as good as white; nothing else in the phantom is."""
    return np.asarray(picture.min(axis=-1) > 235)


def lesion_mm(picture: NDArray[np.int64], plane: str) -> NDArray[np.float64]:
    """LPS mm of the white lesion along the picture's right and down, measured from the body around it.

    The body's size in the plane is known, so nothing is taken from the viewer.
    """
    body, white = picture[..., 0] > 120, lesion_pixels(picture)
    assert 50 < white.sum() < body.sum() / 4
    rows, columns = (np.flatnonzero(body.any(axis=axis)) for axis in (1, 0))
    low, high = np.array((columns[0], rows[0])), np.array((columns[-1], rows[-1])) + 1
    y, x = np.argwhere(white).mean(axis=0) + 0.5
    share = (np.array((x, y)) - (low + high) / 2) / (high - low)
    answer: NDArray[np.float64] = share * BODY_MM[plane]
    return answer


def lesion_wanted(plane: str) -> NDArray[np.float64]:
    """The same from the phantom: down is towards the feet in coronal and sagittal planes."""
    right, down = (LESION[axis] for axis in ACROSS[plane])
    return np.array((right, down if plane == "axial" else ABOVE[plane] - down))


def overlap(one: Pixels, other: Pixels) -> float:
    """Share of the pixels of either that both have."""
    return float((one & other).sum() / max(1, (one | other).sum()))
