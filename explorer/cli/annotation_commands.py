"""What is drawn on images and measured in them: the command measurements, and parts of info and png."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from explorer.cli.outputs import in_columns, print_json, print_line
from explorer.cohort.texts import one_line
from explorer.errors import ImageError, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.images import ImageFolder, LocalSeries, Measurement, Volume
    from explorer.images.masks import Mask

__all__ = ["drawn_images", "linked_mask", "measurements", "print_annotations", "told_annotation", "told_makers"]


def measurements(options: argparse.Namespace) -> None:
    """Print what structured reports measured."""
    from explorer.images import read_measurements
    from explorer.images.locate import locate

    found = locate(options.what, annotations=True)
    reports = [each for each in found.annotations.values() if each.modality == "SR"]
    if not reports:
        raise UserError(f"{options.what} holds no structured report; give a DICOM SR, or a folder with some")
    read: list[tuple[str, Measurement]] = []
    refused: list[ImageError] = []
    for series in reports:
        for path in series.files:
            try:
                read += [(series.series_uid, each) for each in read_measurements(path)]
            except ImageError as error:
                refused.append(error)
                _warn(str(error))
    if refused and not read:
        raise refused[0]
    if options.json:
        print_json([_told(uid, each) for uid, each in read])
        return
    for series in reports:
        rows = [_row(each) for uid, each in read if uid == series.series_uid]
        print_line(f"report {series.series_uid}{'' if rows else ': no measurement in it'}")
        head = ("group", "about", "measurement", "value", "unit", "segments", "by")
        for line in in_columns([head, *rows], left=len(head)) if rows else ():
            print(line)


def told_annotation(series: LocalSeries) -> dict[str, Any]:
    """Return what `image info` says of a structure set or a report as JSON; it has no voxels."""
    return {
        "series_uid": series.series_uid,
        "modality": series.modality,
        **dict.fromkeys(("shape", "spacing_mm", "uniform", "obliquity_deg", "transfer_syntax", "transfer_syntax_name")),
        "warnings": [],
        **told_makers(series),
    }


def told_makers(series: LocalSeries) -> dict[str, Any]:
    """Return which series one was drawn on, and by whom; nothing for images."""
    from explorer.images.linked import made_by

    return {"refers_to": list(series.refers_to), "made_by": list(made_by(series))}


def print_annotations(found: ImageFolder) -> None:
    """Print a line for each segmentation, structure set and report of an index."""
    drawn = [each for each in found.series.values() if each.modality == "SEG"]
    for series in [*drawn, *found.annotations.values()]:
        told = told_makers(series)
        on = ", ".join(told["refers_to"]) or "a series that it does not name"
        print_line(f"{series.series_uid}: {series.modality} on {on}, by {'; '.join(told['made_by']) or 'nobody named'}")


def drawn_images(what: str) -> tuple[str, ...]:
    """Return the image series at a path that something at the same path is drawn on; all images where none is."""
    from explorer.images.locate import locate

    found = locate(what)
    images = {uid for uid, each in found.series.items() if each.modality != "SEG"}
    drawn = [*found.series.values(), *found.annotations.values()]
    named = {uid for each in drawn if each.modality in ("SEG", "RTSTRUCT") for uid in each.refers_to}
    return tuple(sorted(images & named or images))


def linked_mask(what: str, onto: Volume) -> Mask:
    """Return the mask of every segmentation and structure set of a series that is here.

    Raises
    ------
    UserError
        There is none.
    """
    from explorer.images.linked import linked_objects, read_linked
    from explorer.images.masks import merge

    linked = [each for each in linked_objects(onto.series_uid, _around(what)) if each.kind != "report"]
    if not linked:
        raise UserError(f"no segmentation and no structure set of series {onto.series_uid} was found in {what}")
    for each in linked:
        print_line(f"{each.kind} {each.title or each.series_uid}, by {each.made_by or 'nobody named'}")
    return merge([read_linked(each, onto) for each in linked])


def _around(what: str) -> ImageFolder:
    """Return the index of the path, or of every known folder where a series' UID was given."""
    from pathlib import Path

    from explorer.images import index_folder, index_folders
    from explorer.images.locate import image_folders
    from explorer.snapshot.place import is_folder

    path = Path(what).expanduser()
    if path.exists():
        return index_folder(path if path.is_dir() else path.parent)
    return index_folders([folder for folder in image_folders() if is_folder(folder)])


def _told(uid: str, measurement: Measurement) -> dict[str, Any]:
    from explorer.images.reports import as_row

    about = measurement.about
    lists = {"segments": about.segments, "series_uids": about.series_uids, "image_uids": about.image_uids}
    return {"report_uid": uid, **as_row(measurement), **{name: list(values) for name, values in lists.items()}}


def _row(measurement: Measurement) -> Sequence[str]:
    from explorer.images.reports import as_row

    row = as_row(measurement)
    about = " in ".join(filter(None, (row["finding"], row["finding_site"])))
    named = f"{row['tracking_id']} ({about})" if row["tracking_id"] and about else row["tracking_id"] or about
    derived = f", {row['derivation'].lower()}" if row["derivation"] else ""
    value = row["evaluation"] if measurement.value is None else f"{measurement.value:g}"
    by = ", ".join(filter(None, (row["observer"], row["algorithm"])))
    return (str(row["group"]), named, f"{row['measurement']}{derived}", value, row["unit"], row["segments"], by)


def _warn(text: str) -> None:
    print(f"cohort-explorer: warning: {one_line(text)}", file=sys.stderr)
