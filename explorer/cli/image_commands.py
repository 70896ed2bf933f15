"""Commands about images: info, png, volume."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any

from explorer.cli.annotation_commands import drawn_images, linked_mask, print_annotations, told_annotation, told_makers
from explorer.cli.outputs import in_columns, print_json, print_line
from explorer.cohort.texts import one_line
from explorer.errors import ImageError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from explorer.images import ImageFolder, Irregularity, LocalSeries, Survey, Volume
    from explorer.images.masks import Mask

__all__ = ["acquisition", "info", "png", "volume", "window"]

_SHOWN = 10
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_WINDOW = re.compile(rf"({_NUMBER}),({_NUMBER})", re.ASCII)


def info(options: argparse.Namespace) -> None:
    """Print what the headers of each series say: size, spacing, direction, what is odd, and what is drawn on what."""
    from explorer.images import survey_series
    from explorer.images.locate import locate

    found = locate(options.what, annotations=True)
    surveys: list[tuple[str, Survey]] = []
    refused: list[ImageError] = []
    for uid, series in found.series.items():
        try:
            surveys.append((uid, survey_series(series.files)))
        except ImageError as error:
            refused.append(error)
            _warn(f"series {uid} is left out: {error}")
    if refused and not surveys and not found.annotations:
        raise refused[0]
    _print_unread(found)
    if options.json:
        images = [_told(uid, survey) | told_makers(found.series[uid]) for uid, survey in surveys]
        print_json([*images, *map(told_annotation, found.annotations.values())])
        return
    head = ("series", "modality", "slices × rows × columns", "spacing, mm", "oblique", "stored as")
    for line in in_columns([head, *(_row(uid, survey) for uid, survey in surveys)], left=2) if surveys else ():
        print(line)
    print_annotations(found)
    for uid, survey in surveys:
        for note in survey.warnings:
            print_line(f"{uid}: {note.name}: {note.text}")


def png(options: argparse.Namespace) -> None:
    """Write one plane as a picture."""
    if not options.output.lower().endswith(".png"):
        raise UserError(f"{options.output}: a picture's name ends with .png; name the file accordingly")
    from explorer.cohort import write_atomically
    from explorer.images import png as drawn
    from explorer.images import slice_count
    from explorer.images.mask_kinds import read_masks, which_images
    from explorer.images.overlay import overlay_png, slice_with_mask

    linked = options.overlay == "linked"
    masks = which_images(options.overlay) if options.overlay and not linked else ()
    chosen = read_one(options.what, drawn_images(options.what) if linked else masks, options.acquisition)
    plane = options.plane or chosen.acquired_plane
    count = slice_count(chosen, plane)
    index = count // 2 if options.index is None else options.index
    if not 0 <= index < count:
        raise UserError(f"there is no {plane} slice {index}: slices run from 0 to {count - 1}")
    if options.overlay:
        mask = linked_mask(options.what, chosen) if linked else read_masks(options.overlay, chosen)
        index = slice_with_mask(mask, plane) if options.index is None else index
        if index != count // 2 and options.index is None:
            _warn(f"the middle slice, {count // 2}, shows no mask; slice {index}, which shows most of it, is drawn")
        write_atomically(options.output, overlay_png(chosen, mask, plane, index, options.window))
        _print_notes([*chosen.warnings, *mask.warnings])
        _print_segments(mask)
    else:
        write_atomically(options.output, drawn(chosen, plane, index, options.window))
        _print_notes(chosen.warnings)
    print_line(f"{plane} slice {index} of 0 to {count - 1} written to {options.output}")


def volume(options: argparse.Namespace) -> None:
    """Write a series as one NIfTI file."""
    if not options.output.lower().endswith((".nii", ".nii.gz")):
        raise UserError(f"{options.output}: a NIfTI file's name ends with .nii or .nii.gz; name the file accordingly")
    chosen = read_one(options.what, acquisition=options.acquisition)
    from explorer.images.nifti import to_nifti

    to_nifti(chosen, options.output)
    _print_notes(chosen.warnings)
    print_line(f"{_by(chosen.array.shape[:3])} voxels (z × y × x) written to {options.output}")


def read_one(what: str, of: tuple[str, ...] = (), acquisition: int = 1) -> Volume:
    """Return the volume of the only image series at a path, or of the series with that UID.

    Where there are several, the only one among `of` is taken. Of a DICOM SEG, it is the volume of its labels.

    Raises
    ------
    UserError
        There are several, which the message names, or there is no such acquisition.
    """
    from explorer.images import read_series
    from explorer.images.locate import locate
    from explorer.images.seg import read_seg

    found = locate(what)
    meant = [uid for uid in found.series if uid in of]
    if len(found.series) > 1 and len(meant) != 1:
        named = [f"{uid} ({each.modality}, {len(each.files):,} files)" for uid, each in found.series.items()]
        more = f" and {len(named) - _SHOWN:,} more" if len(named) > _SHOWN else ""
        raise UserError(
            f"{what} holds {len(named):,} image series: {'; '.join(named[:_SHOWN])}{more}. Give the files of "
            "one, or its UID while COHORT_EXPLORER_IMAGES names the folder"
        )
    _print_unread(found)
    series = found.series[meant[0]] if meant else next(iter(found.series.values()))
    if acquisition > 1:
        _check_acquisition(series, acquisition)
    if series.modality == "SEG":
        return read_seg(series.files).volume
    return read_series(series.files, acquisition=acquisition)


def _check_acquisition(series: LocalSeries, acquisition: int) -> None:
    from explorer.images import survey_series

    if series.modality == "SEG":
        raise UserError(f"there is no acquisition {acquisition}: a segmentation has one")
    try:
        survey_series(series.files, acquisition=acquisition)
    except ImageError as error:
        survey_series(series.files)  # files that cannot be read at all say so themselves
        raise UserError(str(error)) from None


def acquisition(text: str) -> int:
    """Return the number of an acquisition, from 1."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"an acquisition is a number from 1, not {text!r}")
    return int(text)


def window(text: str) -> tuple[float, float]:
    """Return centre and width of a window written as ``-600,1500``."""
    found = _WINDOW.fullmatch(text)
    if found is None or float(found[2]) <= 0 or max(len(found[1]), len(found[2])) > 30:
        raise argparse.ArgumentTypeError(
            f"a window is CENTER,WIDTH with a width above 0, for example -600,1500, not {text!r}"
        )
    return float(found[1]), float(found[2])


def _told(uid: str, survey: Survey) -> dict[str, Any]:
    from pydicom.uid import UID

    syntax = survey.first.syntax
    name = UID(syntax).name
    return {
        "series_uid": uid,
        "modality": survey.first.text("Modality"),
        "shape": list(survey.shape),
        "spacing_mm": [None if each is None else round(each, 6) for each in survey.spacing_mm],
        "uniform": survey.stack.uniform,
        "obliquity_deg": survey.oblique_degrees and round(survey.oblique_degrees, 3),
        "transfer_syntax": syntax,
        "transfer_syntax_name": None if name == syntax else name,
        "warnings": [note.name for note in survey.warnings],
    }


def _row(uid: str, survey: Survey) -> tuple[str, ...]:
    told = _told(uid, survey)
    spacing = _by("?" if each is None else f"{each:.4g}" for each in told["spacing_mm"])
    oblique = told["obliquity_deg"]
    return (
        uid,
        told["modality"] or "not recorded",
        _by(told["shape"]),
        spacing if survey.stack.uniform else f"{spacing} (not uniform)",
        "not known" if oblique is None else f"{oblique:.1f}°",
        told["transfer_syntax_name"] or told["transfer_syntax"],
    )


def _by(sizes: Iterable[object]) -> str:
    return " × ".join(map(str, sizes))


def _print_unread(found: ImageFolder) -> None:
    for each in found.unreadable[:_SHOWN]:
        _warn(f"{each.path} was not read: {each.reason}")
    if len(found.unreadable) > _SHOWN:
        _warn(f"{len(found.unreadable) - _SHOWN:,} more files were not read")


def _print_segments(mask: Mask) -> None:
    from explorer.images.overlay import colours

    table = colours(mask)
    for segment in mask.segments[:_SHOWN]:
        colour = "".join(f"{value:02x}" for value in table[segment.number])
        size = f"{mask.voxels(segment.number):,} voxels, {mask.volume_mm3(segment.number) / 1000:,.2f} ml"
        print_line(f"segment {segment.number}, {segment.label or 'no name'}: {size}, colour #{colour}")
    if len(mask.segments) > _SHOWN:
        print_line(f"and {len(mask.segments) - _SHOWN:,} more segments")


def _print_notes(notes: Iterable[Irregularity]) -> None:
    for note in notes:
        _warn(f"{note.name}: {note.text}")


def _warn(text: str) -> None:
    print(f"cohort-explorer: warning: {one_line(text)}", file=sys.stderr)
