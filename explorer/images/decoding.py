"""Frames of one file through pydicom's decoders, and which of these may run in this process."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from explorer.errors import ImageError
from explorer.images.codestream import check_codestream

__all__ = ["GDCM", "clean", "decoded", "plugin_for"]

GDCM = "gdcm"
"""Decodes everything, but aborts its process on some damaged JPEG files, so it gets one of its own."""

_PLUGINS = {
    RLELossless: "pydicom",
    JPEGBaseline8Bit: "pillow",
    **dict.fromkeys((JPEGLSLossless, JPEGLSNearLossless), "pyjpegls"),
    **dict.fromkeys((JPEG2000Lossless, JPEG2000, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K), "pylibjpeg"),
}

for _name in ("pydicom", "openjpeg"):  # what they log of damaged files, tracebacks too, would reach the terminal
    logging.getLogger(_name).addHandler(logging.NullHandler())


def plugin_for(syntax: str, bits: int) -> str:
    """Name of the decoder for a transfer syntax; empty where pixels are not compressed.

    Parameters
    ----------
    bits
        BitsStored; 12-bit JPEG needs another decoder than 8-bit JPEG.
    """
    if syntax == JPEGExtended12Bit and bits <= 8:
        return "pillow"
    decoder = get_decoder(syntax)
    if not decoder.UID.is_encapsulated:
        return ""
    plugin = _PLUGINS.get(decoder.UID, GDCM)
    return plugin if plugin in (*decoder.available_plugins, GDCM) else GDCM


def decoded(path: Path, frames: Sequence[int], shape: Sequence[int], plugin: str) -> Iterator[NDArray[Any]]:
    """Yield stored values of the frames, in that order; colours as RGB uint8.

    Parameters
    ----------
    shape
        Frames, rows, columns, and 3 at the end for colours: what the header was found to declare.
    plugin
        As `plugin_for` names it.

    Raises
    ------
    Exception
        pydicom and its decoders raise a dozen types on damaged pixels.
    """
    dataset = dcmread(path)
    syntax = dataset.file_meta.TransferSyntaxUID
    decoder = get_decoder(syntax)
    palette = str(dataset.get("PhotometricInterpretation", "")) == "PALETTE COLOR"
    samples, bits = (int(dataset.get(each) or 1) for each in ("SamplesPerPixel", "BitsAllocated"))
    size = shape[1] * shape[2] * samples * max(8, bits) // 8
    for index in frames:
        if plugin:
            coded = get_frame(dataset.PixelData, index, number_of_frames=shape[0])
            check_codestream(coded, shape, rle=size if syntax == RLELossless else 0)
        plane, _ = decoder.as_array(dataset, index=index, decoding_plugin=plugin)
        if palette:
            plane = apply_color_lut(plane, dataset)
        elif "ModalityLUTSequence" in dataset and plane.ndim == 2:
            plane = np.asarray(apply_modality_lut(plane, dataset))
        elif not plugin and plane.ndim == 2:
            plane = np.array(plane, dtype=plane.dtype.newbyteorder("="))
            clean(dataset, plane)
        if len(shape) == 4 and plane.dtype.itemsize > 1:
            plane = (plane >> (8 * plane.dtype.itemsize - 8)).astype(np.uint8)
        if plane.shape != tuple(shape[1:]):
            raise ImageError(f"its pixels are not the {shape[1]} x {shape[2]} that it declares")
        yield plane


def clean(header: Dataset, plane: NDArray[Any]) -> None:
    """Clear the bits above BitsStored, where old files keep overlays; extend the sign (PS3.5 8.1.1)."""
    bits = 8 * plane.dtype.itemsize
    stored = int(header.get("BitsStored") or bits)
    if plane.dtype.kind not in "iu" or not 0 < stored < bits or int(header.get("HighBit") or stored - 1) != stored - 1:
        return
    if plane.dtype.kind == "u":
        if int(plane.max()) >> stored:
            np.bitwise_and(plane, (1 << stored) - 1, out=plane)
    elif int(plane.max()) >= 1 << (stored - 1) or int(plane.min()) < -(1 << (stored - 1)):
        np.left_shift(plane, bits - stored, out=plane)
        np.right_shift(plane, bits - stored, out=plane)
