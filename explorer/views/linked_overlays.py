"""``overlays="linked"``: the masks that belong to a series, looked for where its images may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from explorer.cohort.texts import one_line
from explorer.errors import UserError
from explorer.images import ImageFolder, Irregularity, LinkedObject, Volume, linked_objects, read_linked
from explorer.views.known_images import images_beside, known_folders, known_images
from explorer.views.shown import Overlay

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot

__all__ = ["Given", "linked_overlays"]

_NAMED = 4
"""Folders or masks that a message names."""
_INSTEAD = "Give its DICOM files in place of the Volume, or the files of the masks: overlays=[path, …]."


@dataclass(frozen=True, eq=False)
class Given:
    """A series that was read.

    Attributes
    ----------
    volume
        Its voxels.
    files
        What they were read from; none where a volume was given.
    folder
        Index of the folder that was named for it; None where none was.
    """

    volume: Volume
    files: Sequence[Path] = ()
    folder: ImageFolder | None = None


def linked_overlays(given: Given, snapshot: Snapshot | None, notes: list[Irregularity]) -> tuple[Overlay, ...]:
    """Return the masks that belong to a series and are on this computer.

    They are looked for in the folder that was named, else among the files right beside those of the series, and in
    the folders of images; in no folder that nobody named.

    Parameters
    ----------
    given
        The series.
    snapshot
        What knows which masks belong to it; None reads headers.
    notes
        Gets a sentence where there is none, or where one is not on this computer.

    Raises
    ------
    UserError
        A volume was given, and nothing says where its files are.
    ImageError
        A mask cannot be read.
    """
    uid = given.volume.series_uid
    if not (uid or given.files):
        raise UserError(f"This Volume does not say which series it is, so nothing can be linked to it. {_INSTEAD}")
    index, places = _around(given)
    masks = [each for each in linked_objects(uid, index, snapshot) if each.kind != "report"]
    here, away = [each for each in masks if each.files], [each for each in masks if not each.files]
    if not here and not given.files and (index is None or uid not in index):
        raise UserError(
            f"The files of series {one_line(uid)} are not in a known folder of images, so nothing that is linked to "
            f"it was found. {_INSTEAD} Or name the folder that has them with COHORT_EXPLORER_IMAGES."
        )
    if away:
        notes.append(Irregularity("masks not here", _away(away)))
    elif not here:
        text = f"No segmentation and no structure set of this series was found in {_listed(places)}."
        notes.append(Irregularity("no linked masks", text))
    return tuple(_read(each, given.volume) for each in here)


def _read(linked: LinkedObject, volume: Volume) -> Overlay:
    kind: Literal["SEG", "RTSTRUCT"] = "RTSTRUCT" if linked.kind == "contours" else "SEG"
    return Overlay(read_linked(linked, volume), linked.title or kind, kind, linked.made_by)


def _around(given: Given) -> tuple[ImageFolder | None, list[str]]:
    """Return the index of where masks of a series may be, and the names of these places."""
    known, folders = known_images(), known_folders()
    near = given.folder
    if near is None and given.files:
        place = given.files[0].absolute().parent
        near = None if any(place.is_relative_to(folder) for folder in folders) else images_beside(given.files[0])
    index = near if known is None else known if near is None else known.with_(near)
    places = [*([near.root] if near else []), *folders]
    return index, list(dict.fromkeys(str(place) for place in places))


def _away(masks: Sequence[LinkedObject]) -> str:
    titles = _listed([one_line(each.title) or each.kind for each in masks])
    belong = "1 mask of this series is" if len(masks) == 1 else f"{len(masks):,} masks of this series are"
    return f"{belong} not on this computer: {titles}."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return "; ".join(one_line(name) for name in names[:_NAMED]) + more
