"""Small pictures of series, each from one file."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Lock

import numpy as np
from PIL import Image

from explorer.errors import ImageError
from explorer.images.find import index_folder
from explorer.images.presets import opening_window
from explorer.images.series import read_middle
from explorer.images.values import greys
from explorer.images.volume import PLANES, Volume, to_lps
from explorer.sources.dicom.header import UnreadError
from explorer.sources.dicom.quiet import quietly
from explorer.sources.dicom.scan import scan_file

__all__ = ["SIZE", "drawn_from", "thumbnail", "thumbnails", "webp"]

BURNED_IN = "burned-in annotation possible"
"""Name of the irregularity; see `explorer.images.read_series`."""
SIZE = 128
"""Pixels of the longer side."""
QUALITY = 80
"""Of the WebP: a slice of CT takes 2 to 4 kB."""

_KEPT = 1000
"""Pictures that are kept in memory, a few MB."""
_SEARCHED = 200
"""Files in which the middle instance is looked for, those next to the middle of the series first."""
_WORKERS = min(4, os.cpu_count() or 1)

_Key = tuple[Path, int, int, int]
_made: OrderedDict[_Key, bytes] = OrderedDict()
_lock = Lock()


def thumbnail(files: Sequence[Path], *, middle: str | None = None, size: int = SIZE) -> bytes:
    """WebP of the middle slice of a series.

    It lies as `png` draws it: the patient's right at the left, the head at the top, square in mm; in the window
    that the file records, else from the 1st to the 99th percentile. Text that is burned into the pixels is shown.

    Parameters
    ----------
    files
        Files of one series, in the order of their instance numbers.
    middle
        SOPInstanceUID of the middle slice, as a snapshot's ``middle_instance`` says; None takes the file in the
        middle.
    size
        Pixels of the longer side, at most 512.

    Returns
    -------
    bytes
        The picture; one that was made before and whose file is unchanged is not made again.

    Raises
    ------
    ImageError
        There are no files, or the one in the middle cannot be shown.
    """
    if not 1 <= size <= 512:
        raise ImageError(f"A thumbnail has 1 to 512 pixels on its longer side, not {size}.")
    path = _middle_file(files, middle)
    try:
        state = path.stat()
    except OSError as error:
        raise ImageError(f"{path.name} cannot be read: {error.strerror}.") from None
    key = (path, state.st_mtime_ns, state.st_size, size)
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
    with quietly():
        picture = webp(read_middle(path), size=size)
    with _lock:
        _made[key] = picture
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return picture


def thumbnails(
    wanted: Mapping[str, tuple[Sequence[Path], str | None]], *, size: int = SIZE
) -> Iterator[tuple[str, bytes | None]]:
    """WebPs of many series, made side by side.

    Parameters
    ----------
    wanted
        By any name: files and middle instance of a series, as `thumbnail` takes them.

    Yields
    ------
    tuple
        Each name in order, and its picture; None where there is none to be had.
    """

    def make(each: tuple[Sequence[Path], str | None]) -> bytes | None:
        try:
            return thumbnail(each[0], middle=each[1], size=size)
        except ImageError:
            return None

    with ThreadPoolExecutor(_WORKERS) as pool:
        yield from zip(wanted, pool.map(make, wanted.values()), strict=True)


def webp(volume: Volume, *, size: int = SIZE) -> bytes:
    """WebP of the middle slice of a volume, in the plane that was acquired.

    Parameters
    ----------
    volume
        As `read_series` gives it; turned to the patient's axes here.
    size
        Pixels of the longer side.
    """
    turned = to_lps(volume)
    axis = PLANES.index(volume.acquired_plane)
    pixels = np.take(turned.array, turned.array.shape[axis] // 2, axis=axis)
    if axis:
        pixels = pixels[::-1]  # head at the top
    if not turned.is_rgb:
        window = opening_window(turned)
        drawn = (turned.line or window) if window == turned.window else window
        pixels = greys(pixels, drawn, inverted=turned.inverted)
    high, wide = (step for place, step in enumerate(turned.spacing_mm) if place != axis)
    height, width = pixels.shape[0] * high, pixels.shape[1] * wide
    longest = max(height, width)
    shape = (max(1, round(size * width / longest)), max(1, round(size * height / longest)))
    image = Image.fromarray(np.ascontiguousarray(pixels)).resize(shape, Image.Resampling.BILINEAR)
    file = BytesIO()
    image.convert("RGB").save(file, format="WEBP", quality=QUALITY, method=4)
    return file.getvalue()


def drawn_from(
    folder: Path,
) -> Callable[[Sequence[tuple[str, str | None]]], Iterator[tuple[str, bytes | None]]]:
    """Return what draws the thumbnails of series in a folder for a snapshot that will be passed on.

    Where a header says, or the kind of image makes likely, that text is burned into the pixels, there is none.

    Parameters
    ----------
    folder
        That the snapshot is built from.
    """

    def draw(series: Sequence[tuple[str, str | None]]) -> Iterator[tuple[str, bytes | None]]:
        here = index_folder(folder).series

        def make(each: tuple[str, str | None]) -> tuple[str, bytes | None]:
            uid, middle = each
            try:
                volume = read_middle(_middle_file(here[uid].files, middle))
            except (ImageError, KeyError):
                return uid, None
            with quietly():
                return uid, None if any(note.name == BURNED_IN for note in volume.warnings) else webp(volume)

        with ThreadPoolExecutor(_WORKERS) as pool:
            yield from pool.map(make, series)

    return draw


def _middle_file(files: Sequence[Path], middle: str | None) -> Path:
    if not files:
        raise ImageError("No files were given. Give the DICOM files of one series.")
    centre = len(files) // 2
    if middle is None or len(files) == 1:
        return files[centre]
    # By instance number and by position the middle is the same, or next to it.
    outwards = sorted(range(len(files)), key=lambda index: abs(index - centre))
    for index in outwards[:_SEARCHED]:
        try:
            if scan_file(files[index]).values.get("SOPInstanceUID") == middle:
                return files[index]
        except (UnreadError, OSError):
            continue
    return files[centre]
