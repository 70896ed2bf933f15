"""A DICOM series, surveyed from its headers or read as one volume."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ImageError
from explorer.images.acquisitions import Irregularity
from explorer.images.frames import Frame, frames_of
from explorer.images.image_file import ImageFile, open_image
from explorer.images.noticing import drawn_inverted, noticed
from explorer.images.pixels import decode_into
from explorer.images.stack import Stack, stack_frames
from explorer.images.values import greys, rescaled
from explorer.images.volume import Volume, oblique_degrees
from explorer.sources.dicom.quiet import quietly

__all__ = ["Survey", "read_middle", "read_series", "survey_series"]

Window = tuple[float, float]
"""Centre and width."""

TOTAL_LIMIT = 4 * 2**30
"""Bytes of pixels that one series may take in memory."""


@dataclass(frozen=True, eq=False)
class Survey:
    """What the headers of a series say: its slices in order and every irregularity, without its pixels."""

    stack: Stack
    frames: tuple[Frame, ...]
    warnings: tuple[Irregularity, ...]

    @property
    def first(self) -> ImageFile:
        """File of the first slice."""
        return self.frames[0].file

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices (missing ones too), rows, columns."""
        _, rows, columns = self.first.shape[:3]
        return len(self.stack.frames), rows, columns

    @property
    def spacing_mm(self) -> tuple[float | None, float | None, float | None]:
        """Distances along z, y, x; None where the headers do not tell."""
        rows, columns = self.frames[0].spacing or (None, None)
        return self.stack.spacing, rows, columns

    @property
    def oblique_degrees(self) -> float | None:
        """Largest angle between an axis of the volume and the nearest axis of the patient; None without geometry."""
        return None if self.stack.direction is None else oblique_degrees(self.stack.direction)


def read_series(
    files: Iterable[Path | str],
    *,
    acquisition: int = 1,
    rescale: bool = True,
    window: tuple[float, float] | Literal["recorded"] | None = None,
) -> Volume:
    """One volume from the files of a series, in any order.

    Parameters
    ----------
    files
        DICOM files of one series, classic or enhanced.
    acquisition
        Which one, from 1, where the series holds the same places several times (echoes, time points, b-values).
    rescale
        Apply each slice's slope and intercept, so that values are in the modality's unit; otherwise as stored.
    window
        Centre and width in that unit, or ``"recorded"``: the array is then greys from 0 to 255, uint8. None leaves
        values as they are.

    Returns
    -------
    Volume
        With a named warning for every irregularity: ``no geometry``, ``one slice``, ``missing slices``,
        ``varying spacing``, ``slices out of line``, ``duplicate positions``, ``duplicate instances``,
        ``several acquisitions``, ``several series``, ``several frames of reference``, ``mixed planes``,
        ``gantry tilt``, ``mixed rescale``, ``mixed photometric interpretation``, ``mixed windows``,
        ``burned-in annotation possible``, ``unreadable files``.

    Raises
    ------
    ImageError
        No file was given, none can be read, there is no such acquisition, or the pixels do not fit into memory.

    References
    ----------
    PS3.3 C.7.6.2 Image Plane Module; C.7.6.16 Multi-frame Functional Groups; C.11.1 Modality LUT; C.11.2 VOI LUT.
    """
    paths = sorted({Path(file) for file in files})
    with quietly():
        opened, failures = _open_all(paths)
        survey = _surveyed(paths, opened, failures, acquisition)
        array = _room(survey)
        failed = decode_into(array, survey.stack.frames)
        if failed:  # what remains is put in order again: the slices of these files are missing
            del array
            opened = [file for file in opened if file.path not in failed]
            survey = _surveyed(paths, opened, [*failures, *failed.values()], acquisition)
            array = _room(survey)
            if again := decode_into(array, survey.stack.frames):
                raise next(iter(again.values()))
        return _volume(survey, array, rescale=rescale, window=window)


def survey_series(files: Iterable[Path | str], *, acquisition: int = 1) -> Survey:
    """Order, spacing and irregularities of a series, from its headers alone.

    Parameters and errors are those of :func:`read_series`.
    """
    paths = sorted({Path(file) for file in files})
    with quietly():
        opened, failures = _open_all(paths)
        return _surveyed(paths, opened, failures, acquisition)


def read_middle(path: Path | str) -> Volume:
    """Middle plane of one file, as a volume of one slice; of an enhanced file nothing else is decoded.

    Parameters
    ----------
    path
        A classic or enhanced DICOM file. Its planes are put in order as `read_series` does.

    Raises
    ------
    ImageError
        It holds no image, or one that cannot be read.
    """
    place = Path(path)
    with quietly():
        survey = _surveyed([place], [open_image(place)], [], 1)
        if len(survey.frames) > 1:
            middle = survey.frames[len(survey.frames) // 2]
            survey = Survey(stack_frames([middle], 1), (middle,), survey.warnings)
        array = _room(survey)
        for failure in decode_into(array, survey.stack.frames).values():
            raise failure
        return _volume(survey, array, rescale=True, window=None)


def _open_all(paths: Sequence[Path]) -> tuple[list[ImageFile], list[ImageError]]:
    if not paths:
        raise ImageError("No files were given. Give the DICOM files of one series.")
    opened: list[ImageFile] = []
    failures: list[ImageError] = []
    for path in paths:
        try:
            opened.append(open_image(path))
        except ImageError as error:
            failures.append(error)
    return opened, failures


def _surveyed(
    paths: Sequence[Path], opened: Sequence[ImageFile], failures: Sequence[ImageError], acquisition: int
) -> Survey:
    failed = list(failures)
    files, notes = _of_one_series(opened)
    frames: list[Frame] = []
    for file in sorted(files, key=lambda file: (file.number, file.path)):
        try:
            frames += frames_of(file)
        except ImageError as error:
            failed.append(error)
    if not frames:
        raise failed[0]
    stack = stack_frames(frames, acquisition)
    present = tuple(frame for frame in stack.frames if frame is not None)
    notes += [*stack.irregular, *noticed(present)]
    if failed:
        text = f"{len(failed):,} of {len(paths):,} files could not be read. {failed[0]}"
        notes.append(Irregularity("unreadable files", text))
    return Survey(stack, present, tuple(notes))


def _of_one_series(opened: Sequence[ImageFile]) -> tuple[list[ImageFile], list[Irregularity]]:
    """Files of the series that most belong to, each instance once."""
    notes: list[Irregularity] = []
    series = Counter(file.text("SeriesInstanceUID") for file in opened)
    chosen = min(series, key=lambda uid: (-series[uid], uid), default="")
    files = [file for file in opened if file.text("SeriesInstanceUID") == chosen]
    if len(series) > 1:
        text = f"The files belong to {len(series)} series; this is the one with most of them, {chosen}."
        notes.append(Irregularity("several series", text))
    instances: dict[str, ImageFile] = {}
    for file in files:
        instances.setdefault(file.text("SOPInstanceUID") or str(file.path), file)
    if len(instances) < len(files):
        text = f"{len(files) - len(instances):,} of {len(files):,} files hold an instance that another file holds too."
        notes.append(Irregularity("duplicate instances", f"{text} The first by name is read."))
    return list(instances.values()), notes


def _room(survey: Survey) -> NDArray[Any]:
    """An array for the stored values of every slice; a missing one begins as zeros."""
    kind = np.result_type(*{frame.file.kind for frame in survey.frames})
    if kind.itemsize > 4:
        kind = np.dtype(np.float32)
    shape = (len(survey.stack.frames), *survey.first.shape[1:])
    size = float(np.prod(shape, dtype=np.float64)) * kind.itemsize
    if size > TOTAL_LIMIT:
        raise ImageError(
            f"This series needs {size / 2**30:,.1f} GB in memory, more than {TOTAL_LIMIT // 2**30}. "
            "Open some of its files, for example every second slice."
        )
    try:
        return np.empty(shape, dtype=kind)
    except MemoryError:
        raise ImageError(f"This series needs {size / 2**30:,.1f} GB, more than this computer has free.") from None


def _volume(survey: Survey, array: NDArray[Any], *, rescale: bool, window: tuple[float, float] | str | None) -> Volume:
    stack, first = survey.stack, survey.first
    if rescale and len(first.shape) == 3:
        array = rescaled(array, [frame.rescale if frame else None for frame in stack.frames])
    missing = tuple(i for i, frame in enumerate(stack.frames) if frame is None)
    if missing:
        array[list(missing)] = min(plane.min() for plane, frame in zip(array, stack.frames, strict=True) if frame)
    shown, line = _window(survey, array, rescale=rescale)
    if window is not None and array.ndim == 3:
        array, shown, line = greys(array, line if isinstance(window, str) else window), (127.5, 255.0), (127.5, 255.0)
    array.flags.writeable = False
    rows, columns = survey.frames[0].spacing or (1.0, 1.0)
    known = (stack.spacing is not None, *[survey.frames[0].spacing is not None] * 2)
    return Volume(
        array=array,
        spacing_mm=(stack.spacing or 1.0, rows, columns),
        origin_mm=stack.origin,
        direction=np.eye(3) if stack.direction is None else stack.direction,
        window=shown,
        line=line,
        modality=first.text("Modality"),
        patient_id=first.text("PatientID"),
        description=first.text("SeriesDescription"),
        series_uid=first.text("SeriesInstanceUID"),
        has_geometry=stack.direction is not None,
        inverted=drawn_inverted(survey.frames),
        at_detector=survey.frames[0].at_detector,
        missing=missing,
        warnings=survey.warnings,
        steps_mm=_steps(stack, (rows, columns)),
        spacing_known=(known[0], known[1], known[2]),
        acquisitions=stack.acquisitions,
        frame_of_reference=first.text("FrameOfReferenceUID"),
        places_mm=stack.places,
    )


def _steps(stack: Stack, spacing: tuple[float, float]) -> NDArray[np.float64] | None:
    if stack.course is None or stack.direction is None:
        return None
    rows, columns = spacing
    return np.stack([stack.direction[:, 0] * columns, stack.direction[:, 1] * rows, stack.course], axis=1)


def _window(survey: Survey, array: NDArray[Any], *, rescale: bool) -> tuple[Window, Window]:
    """Return the window and the line that draws it, in the array's unit."""
    middle = survey.frames[len(survey.frames) // 2]
    slope, intercept = (1.0, 0.0) if rescale else middle.rescale

    def stored(window: Window) -> Window:
        return (window[0] - intercept) / slope, abs(window[1] / slope)

    if middle.window and middle.line:
        return stored(middle.window), stored(middle.line)
    sample = array[:: max(1, len(array) // 8), ::2, ::2]
    low, high = (float(value) for value in np.percentile(sample, (1, 99)))
    if low == high:
        # A mask is nearly all ground.
        low, high = float(array.min()), float(array.max())
    window = (low + high) / 2, high - low or 1.0
    return window, window
