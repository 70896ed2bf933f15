"""Stored values of frames, decoded into the array that was made for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ImageError
from explorer.images.apart import Apart
from explorer.images.decoding import GDCM, clean, decoded, plugin_for
from explorer.images.frames import Frame
from explorer.images.image_file import ImageFile, refuse
from explorer.sources.dicom.quiet import quietly

__all__ = ["decode_into"]

_WORKERS = min(4, os.cpu_count() or 1)


def decode_into(array: NDArray[Any], frames: Sequence[Frame | None]) -> Mapping[Path, ImageError]:
    """Fill ``array[k]`` with the stored values of frame ``k``, and say which files could not be decoded.

    Values are in the file's unit: neither rescaled nor windowed. Colours are RGB. Planes without a frame, and those
    of files that fail, keep what they held.

    Parameters
    ----------
    array
        ``(frames, rows, columns)``, or with 3 at the end; of a type that holds the stored values of every file.
    """
    work: dict[Path, tuple[ImageFile, list[tuple[int, int]]]] = {}
    for place, frame in enumerate(frames):
        if frame is not None:
            work.setdefault(frame.file.path, (frame.file, []))[1].append((place, frame.index))
    failed: dict[Path, ImageError] = {}
    apart: SimpleQueue[Apart] = SimpleQueue()

    def decode(task: tuple[ImageFile, list[tuple[int, int]]]) -> None:
        file, wanted = task
        try:
            with quietly():
                if file.place is not None:
                    _read(file, wanted, array)
                else:
                    _decode(file, wanted, array, apart)
        except Exception as error:  # decoders raise whatever they like on damaged pixels
            try:
                refuse(file.path, error)
            except ImageError as refused:
                failed[file.path] = refused

    with ExitStack() as stack:
        for _ in range(_WORKERS):
            apart.put(stack.enter_context(Apart()))
        pool = stack.enter_context(ThreadPoolExecutor(_WORKERS))
        list(pool.map(decode, work.values()))
    return failed


def _read(file: ImageFile, wanted: Sequence[tuple[int, int]], array: NDArray[Any]) -> None:
    """Read uncompressed pixels from where they lie in the file."""
    straight = array.dtype == file.kind.newbyteorder("<") and array.flags.c_contiguous
    with file.path.open("rb", buffering=0) as source:
        for place, index in wanted:
            source.seek((file.place or 0) + index * file.frame_bytes)
            plane = array[place] if straight else np.empty(file.shape[1:], dtype=file.kind.newbyteorder("<"))
            target, got = memoryview(plane.data).cast("B"), 0
            while got < file.frame_bytes:
                more = source.readinto(target[got:])
                if not more:
                    raise ImageError("it became shorter while it was read")
                got += more
            clean(file.header, plane)
            if not straight:
                array[place] = plane


def _decode(file: ImageFile, wanted: Sequence[tuple[int, int]], array: NDArray[Any], apart: SimpleQueue[Apart]) -> None:
    bits = file.header.get("BitsStored") or file.header.get("BitsAllocated") or 8
    plugin = plugin_for(file.syntax, int(bits))
    indices = [index for _, index in wanted]
    if plugin != GDCM:
        _put(decoded(file.path, indices, file.shape, plugin), file, wanted, array)
        return
    process = apart.get()
    try:
        _put(process.decoded(file.path, indices, file.shape), file, wanted, array)
    finally:
        apart.put(process)


def _put(
    planes: Iterable[NDArray[Any]], file: ImageFile, wanted: Sequence[tuple[int, int]], array: NDArray[Any]
) -> None:
    for plane, (place, _) in zip(planes, wanted, strict=True):
        if not np.can_cast(plane.dtype, file.kind):
            raise ImageError("its pixels are not of the type that it declares")
        array[place] = plane
