"""Segmentations, structure sets and reports that belong to a series, and who or what made each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from explorer.errors import ImageError
from explorer.images.find import ImageFolder, LocalSeries
from explorer.images.makers import Made, made_in
from explorer.images.mask_kinds import read_masks, which_images
from explorer.images.masks import Mask, Segment
from explorer.images.report_tree import person_name
from explorer.images.volume import Volume

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot

__all__ = ["Kind", "LinkedObject", "linked_objects", "made_by", "read_linked", "tells_names"]

Kind = Literal["segmentation", "contours", "report"]

_KINDS: Mapping[str, Kind] = {"SEG": "segmentation", "RTSTRUCT": "contours", "SR": "report"}
_ORDER: tuple[Kind, ...] = ("segmentation", "contours", "report")
_MAKERS = 6
"""Makers of one file that are told apart."""


@dataclass(frozen=True)
class LinkedObject:
    """What one person or algorithm drew on a series, or measured in it; text is hostile until escaped.

    Attributes
    ----------
    series_uid
        SeriesInstanceUID of the object itself; several entries share it where several people drew in one series.
    kind
        ``"segmentation"``, ``"contours"`` or ``"report"``.
    title
        Its description.
    made_by
        Algorithm, person, or else manufacturer and model; empty where nothing is recorded.
    algorithm_type
        ``AUTOMATIC``, ``SEMIAUTOMATIC``, ``MANUAL``, several with commas; empty where it is not recorded.
    files
        Its files; none where it is not on this computer.
    segments
        Numbers of the segments that are meant; none means all. `read_linked` reads just these.
    names
        Whether names of people may be told.
    """

    series_uid: str
    kind: Kind
    title: str
    made_by: str
    algorithm_type: str
    files: tuple[Path, ...]
    segments: tuple[int, ...] = ()
    names: bool = True


@dataclass(frozen=True)
class _Known:
    """A linked series before its files are read."""

    series_uid: str
    kind: Kind
    title: str
    device: str
    files: tuple[Path, ...]


def linked_objects(
    series_uid: str, folder: ImageFolder | None, snapshot: Snapshot | None = None
) -> tuple[LinkedObject, ...]:
    """Return the segmentations, structure sets and reports of a series, in this order, then by title.

    With a snapshot, they are those that its ``derivation`` table names, and local ones that it holds and that name the
    series themselves; they are called what the snapshot calls them. Reports on such a segmentation or structure set
    are among them. Without a snapshot, the headers of the local files say all.

    Parameters
    ----------
    series_uid
        Of the images.
    folder
        Index of the local images; None where there is none.
    snapshot
        Where it does not keep what headers say of people (see `tells_names`), persons, and algorithms that seem to be
        called after one, are Reader 1, Reader 2 and so on, the same one by the same name in all objects of the series.
    """
    local = _local(series_uid, folder)
    known = list(local.values()) if snapshot is None else _in_snapshot(series_uid, folder, snapshot, list(local))
    known.sort(key=lambda each: (_ORDER.index(each.kind), each.title, each.series_uid))
    readers = None if tells_names(snapshot) else _Readers()
    return tuple(entry for each in known for entry in _entries(each, readers, said=snapshot is not None))


def read_linked(linked: LinkedObject, onto: Volume) -> Mask:
    """Mask of one linked object on the grid of the images.

    Where names may not be told, labels and descriptions of segments that look as though they said one are empty.

    Raises
    ------
    ImageError
        It is a report, it is not on this computer, or it cannot be read.
    """
    if linked.kind == "report":
        raise ImageError(f"Series {linked.series_uid} is a report and has no mask. Read it with read_measurements.")
    if not linked.files:
        raise ImageError(f"Series {linked.series_uid} is not on this computer. Fetch it, then start again.")
    mask = read_masks(linked.files, onto)
    if not linked.names:
        makers = [made for path in linked.files for made in _parts(path)]
        mask = replace(mask, segments=tuple(_unnamed(segment, makers) for segment in mask.segments))
    known = {segment.number for segment in mask.segments}
    return mask.only(known.intersection(linked.segments)) if linked.segments else mask


def _unnamed(segment: Segment, makers: Sequence[Made]) -> Segment:
    def kept(typed: str) -> str:
        return "" if typed and any(made.is_personal(typed) for made in makers) else typed

    return replace(
        segment,
        label=kept(segment.label),
        description=kept(segment.description),
        algorithm_name=kept(segment.algorithm_name),
    )


def made_by(series: LocalSeries) -> tuple[str, ...]:
    """Return who or what made a local segmentation, structure set or report, as it says; nothing for images."""
    kind = _KINDS.get(series.modality)
    if kind is None:
        return ()
    entries = _entries(_Known(series.series_uid, kind, "", "", series.files), None, said=False)
    return tuple(dict.fromkeys(each.made_by for each in entries if each.made_by))


def tells_names(snapshot: Snapshot | None) -> bool:
    """Whether names of people from headers may stand beside what a snapshot says.

    They may without a snapshot, beside the public catalogue, and where a snapshot says that it keeps everything as
    recorded; not where it says nothing.
    """
    if snapshot is None or snapshot.source == "idc":
        return True
    options = snapshot.recipe.get("options")
    chosen = options.get("deidentification") if isinstance(options, Mapping) else None
    if not isinstance(chosen, Mapping):
        return False
    return all(chosen.get(name) == "keep" for name in ("patient_ids", "uids", "dates", "descriptors"))


class _Readers:
    """Numbers for people, in the order in which they are met."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def named(self, person: str) -> str:
        key = " ".join(person_name(person).casefold().split())
        return f"Reader {self._known.setdefault(key, len(self._known) + 1)}"


def _local(series_uid: str, folder: ImageFolder | None) -> dict[str, _Known]:
    """Return by UID what is here and names the series, or a mask of it, in its header."""
    if folder is None:
        return {}
    drawn = [each for each in [*folder.series.values(), *folder.annotations.values()] if each.modality in _KINDS]
    direct = {each.series_uid for each in drawn if series_uid in _refers_to(each)} - {series_uid}
    about = {
        each.series_uid for each in drawn if _KINDS[each.modality] == "report" and not direct.isdisjoint(each.refers_to)
    }
    return {
        each.series_uid: _Known(
            each.series_uid, _KINDS[each.modality], each.description, "", _files(folder, each.series_uid)
        )
        for each in drawn
        if each.series_uid in direct | about
    }


def _refers_to(series: LocalSeries) -> Iterable[str]:
    """Return what a series names; of a segmentation also what the index does not look for, images of other studies."""
    if series.modality != "SEG" or series.refers_to:
        return series.refers_to
    return _named(series.files[0], series.bytes)


@lru_cache(maxsize=4096)
def _named(path: Path, _size: int) -> tuple[str, ...]:
    try:
        return which_images(path)
    except ImageError:
        return ()


def _files(folder: ImageFolder | None, series_uid: str) -> tuple[Path, ...]:
    if folder is None:
        return ()
    found = folder.series.get(series_uid) or folder.annotations.get(series_uid)
    return found.files if found else ()


_LINKED = """
WITH direct AS (
    SELECT derived_key FROM derivation JOIN series AS image ON image.series_key = image_key
    WHERE image.SeriesInstanceUID = $uid
), about AS (
    SELECT derived_key FROM derivation WHERE image_key IN (SELECT derived_key FROM direct)
)
SELECT SeriesInstanceUID, object_kind, SeriesDescription, Manufacturer, ManufacturerModelName FROM series
WHERE Modality IN ('SEG', 'RTSTRUCT', 'SR') AND SeriesInstanceUID <> $uid AND (
    series_key IN (SELECT derived_key FROM direct)
    OR (Modality = 'SR' AND series_key IN (SELECT derived_key FROM about))
    OR (SeriesInstanceUID IN (SELECT unnest($local::VARCHAR[]))
        AND patient_key IN (SELECT patient_key FROM series WHERE SeriesInstanceUID = $uid))
)"""


def _in_snapshot(series_uid: str, folder: ImageFolder | None, snapshot: Snapshot, local: Sequence[str]) -> list[_Known]:
    with snapshot.cursor() as cursor:
        rows = cursor.execute(_LINKED, {"uid": series_uid, "local": list(local)}).fetchall()
    return [
        _Known(uid, kind, title or "", " ".join(filter(None, (maker, model))), _files(folder, uid))
        for uid, kind, title, maker, model in rows
    ]


def _entries(known: _Known, readers: _Readers | None, *, said: bool) -> list[LinkedObject]:
    """Return an entry for each maker; `said` is whether the snapshot says what it is called."""
    found: dict[tuple[str, str], list[tuple[Path, Made]]] = {}
    for path in known.files:
        parts = _parts(path)
        for made in parts:
            apart = str(path) if len(parts) > 1 else ""  # numbers of segments count within a file
            found.setdefault((_made_by(made, known, readers, said), apart), []).append((path, made))
    if not found:
        return [LinkedObject(known.series_uid, known.kind, known.title, known.device, "", (), names=readers is None)]
    return [
        LinkedObject(
            series_uid=known.series_uid,
            kind=known.kind,
            title=known.title or ("" if said else made[0][1].label),
            made_by=maker,
            algorithm_type=", ".join(sorted({kind for _, each in made for kind in each.types})),
            files=tuple(dict.fromkeys(path for path, _ in made)),
            segments=tuple(sorted({number for _, each in made for number in each.segments})),
            names=readers is None,
        )
        for (maker, _), made in found.items()
    ]


def _parts(path: Path) -> Sequence[Made]:
    try:
        parts = made_in(path)
    except ImageError:
        return [Made()]  # it is listed, and reading it will say what is wrong
    if len(parts) <= _MAKERS:
        return parts
    types = tuple(sorted({kind for each in parts for kind in each.types}))
    people = {each.person for each in parts}
    return [replace(parts[0], person=people.pop() if len(people) == 1 else "", algorithm="", types=types, segments=())]


def _made_by(made: Made, known: _Known, readers: _Readers | None, said: bool) -> str:
    if readers is not None and made.is_personal(made.algorithm):
        return readers.named(made.algorithm)
    person = made.person and (person_name(made.person) if readers is None else readers.named(made.person))
    named = ", ".join(filter(None, (made.algorithm, person)))
    return named or (known.device if said else made.device)
