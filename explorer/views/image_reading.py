"""Reading what the Image tab shows of a series: its voxels, what was drawn on them, what was measured."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from explorer.errors import ImageError
from explorer.images import ImageFolder, Volume
from explorer.images.linked import LinkedObject, linked_objects, read_linked, tells_names
from explorer.images.reports import Measurement, read_measurements
from explorer.snapshot import Snapshot
from explorer.views.image_words import Row, number_of, row_text, what_it_is
from explorer.views.local import read_local
from explorer.views.naming import called
from explorer.views.viewer import Overlay, Shown
from explorer.views.visits import Visit, companions

__all__ = ["Opened", "open_series"]

_IN_A_NOTEBOOK = "; choose another with acquisition=2"
_log = logging.getLogger(__name__)
_KINDS: dict[str, Literal["SEG", "RTSTRUCT", ""]] = {"segmentation": "SEG", "contours": "RTSTRUCT"}


@dataclass(frozen=True, eq=False)
class Opened:
    """A series as it is shown.

    Attributes
    ----------
    shown
        It, and the one beside it.
    beside
        SeriesInstanceUID of the one beside it; empty where it stands alone.
    companions
        Other image series of the patient that are here, what one would compare with first.
    linked
        Masks and reports that belong to it, here or not.
    measured
        Its reports, with what they measure.
    problems
        Sentences about what belongs to it and could not be shown.
    """

    shown: Sequence[Shown]
    beside: str = ""
    companions: Sequence[Mapping[str, Any]] = ()
    linked: Sequence[LinkedObject] = ()
    measured: Sequence[tuple[LinkedObject, Sequence[Measurement]]] = ()
    problems: Sequence[str] = ()


def open_series(row: Row, folder: ImageFolder, snapshot: Snapshot | None, beside: str = "") -> Opened:
    """Return a series, read from its files, with everything that is here and belongs to it.

    Parameters
    ----------
    row
        The series as the snapshot has it; with ``visit`` where that is known.
    folder
        Index of the local images.
    snapshot
        Where it says what belongs together.
    beside
        SeriesInstanceUID of another series of the patient, to be shown beside it.

    Raises
    ------
    ImageError
        The images of the series cannot be read. What only belongs to it stands in ``problems``.
    """
    uid = row_text(row, "SeriesInstanceUID")
    others = companions(snapshot, uid, folder.series) if snapshot else []
    second = next((other for other in others if other["SeriesInstanceUID"] == beside), None)
    problems: list[str] = []
    shown = []
    linked = _linked(uid, folder, snapshot, problems)
    for each in filter(None, (row, second)):
        volume = _volume(each, folder)
        belongs = linked if each is row else _linked(row_text(each, "SeriesInstanceUID"), folder, snapshot, problems)
        overlays = tuple(_overlays(belongs, volume, problems))
        title = _title(each, folder, study=second is not None)
        shown.append(Shown(_told(volume), title, overlays, _about(each)))
    measured = tuple(_measured(linked, tells_names(snapshot), problems))
    return Opened(shown, beside if second else "", others, linked, measured, tuple(dict.fromkeys(problems)))


def _volume(row: Row, folder: ImageFolder) -> Volume:
    return called(read_local(folder.files(row_text(row, "SeriesInstanceUID"))), row)


def _told(volume: Volume) -> Volume:
    """Leave out what a notebook could do about it."""
    warnings = (replace(each, text=each.text.replace(_IN_A_NOTEBOOK, "")) for each in volume.warnings)
    return replace(volume, warnings=tuple(warnings))


def _title(row: Row, folder: ImageFolder, *, study: bool) -> str:
    """What it is, beside another one of which study, and whether all of it is here."""
    visit: Visit | None = row.get("visit")
    when = visit.study if study and visit else ""
    here, whole = len(folder.files(row_text(row, "SeriesInstanceUID"))), int(number_of(row, "instances"))
    part = f"only {here:,} of its {whole:,} images are here" if here < whole else ""
    return " · ".join(filter(None, (what_it_is(row), when, part)))


def _about(row: Row) -> str:
    visit: Visit | None = row.get("visit")
    return ", ".join(filter(None, (visit.study, visit.series))) if visit else ""


def _linked(uid: str, folder: ImageFolder, snapshot: Snapshot | None, problems: list[str]) -> tuple[LinkedObject, ...]:
    if snapshot is None:
        return ()
    try:
        return linked_objects(uid, folder, snapshot)
    except ImageError as error:
        problems.append(str(error))
        return ()


def _overlays(linked: Sequence[LinkedObject], volume: Volume, problems: list[str]) -> Iterator[Overlay]:
    for each in linked:
        if each.kind == "report" or not each.files:
            continue
        try:
            mask = read_linked(each, volume)
        except ImageError as error:
            problems.append(f"{each.title or _KINDS[each.kind]} is not drawn: {error}")
        except Exception:
            _log.exception("series %s", each.series_uid)
            problems.append(f"{each.title or _KINDS[each.kind]} is not drawn; the server's log says why.")
        else:
            yield Overlay(mask, each.title or _KINDS[each.kind], _KINDS[each.kind], each.made_by)


def _measured(
    linked: Sequence[LinkedObject], names: bool, problems: list[str]
) -> Iterator[tuple[LinkedObject, Sequence[Measurement]]]:
    for each in linked:
        if each.kind != "report":
            continue
        for path in each.files:
            try:
                yield each, read_measurements(path, names=names)
            except ImageError as error:
                problems.append(f"{each.title or 'A report'} is not read: {error}")
