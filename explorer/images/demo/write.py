"""The study set as a folder: complete, or not there."""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from explorer.errors import SurroundingsError, UserError
from explorer.images.demo.people import PATIENTS
from explorer.images.demo.readme import MANIFEST, README, readme, title_line
from explorer.snapshot.lock import locked
from explorer.sources import Progress, quiet

__all__ = ["StudySet", "read_study_set", "write_study_set"]

_LOCK = ".lock"
_NEEDED_MB = 50


@dataclass(frozen=True)
class StudySet:
    """A complete synthetic study set on this machine.

    Attributes
    ----------
    files
        Paths of the DICOM files, sorted.
    bytes
        Their size together.
    new
        Whether it was written just now.
    """

    folder: Path
    files: tuple[Path, ...]
    bytes: int
    new: bool = False


def write_study_set(folder: Path | str, progress: Progress = quiet) -> StudySet:
    """Write the study set into the folder, unless it is there already; all of it or nothing.

    Parameters
    ----------
    folder
        Made when absent; an empty one is taken.
    progress
        Called with the share done, 0 to 1, and what is being done.

    Raises
    ------
    UserError
        The folder holds something else, or a study set that was changed.
    SurroundingsError
        Nothing can be written there, or the disk is full. Nothing is left behind.
    """
    target = Path(folder).expanduser().absolute()
    with _said_plainly(target):
        target = target.resolve()
        if _state(target) == "taken":
            return read_study_set(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        room = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
        try:
            with locked(room / _LOCK):
                draft = room / "set"
                _write(draft, progress)
                _publish(draft, target)
        finally:
            shutil.rmtree(room, ignore_errors=True)
        found = read_study_set(target)
    return StudySet(found.folder, found.files, found.bytes, new=True)


def read_study_set(folder: Path | str) -> StudySet:
    """Return the complete study set in the folder; what else lies beside it is left alone.

    Raises
    ------
    UserError
        There is none, or a file of it is missing or changed.
    """
    top = Path(folder).expanduser().absolute()
    with _said_plainly(top):
        top = top.resolve()
        return _read(top)


def _read(top: Path) -> StudySet:
    try:
        lines = (top / MANIFEST).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    if not lines or title_line() not in lines[0]:
        raise UserError(
            f"{top} holds other files than the synthetic study set of this version; name a new or an empty folder"
        )
    listed = [line.split("  ", 1) for line in lines if line and not line.startswith("#")]
    wrong, files, size = [], [], 0
    for each in listed:
        path = top / each[-1]
        try:
            content = path.read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != each[0]:
            wrong.append(each[-1])
        elif path.suffix == ".dcm":
            files.append(path)
            size += len(content)
    if wrong or not files:
        first = wrong[0] if wrong else MANIFEST
        raise UserError(
            f"{top} holds a synthetic study set that was changed: {first} is not as it was written"
            f"{f', nor are {len(wrong) - 1} others' if len(wrong) > 1 else ''}; remove the folder, or name another"
        )
    return StudySet(top, tuple(sorted(files)), size)


def _state(target: Path) -> Literal["absent", "empty", "taken"]:
    try:
        return "taken" if next(target.iterdir(), None) is not None else "empty"
    except FileNotFoundError:
        return "absent"
    except NotADirectoryError:
        raise UserError(f"{target} is no folder; name a new or an empty folder") from None


def _write(draft: Path, progress: Progress) -> None:
    from explorer.images.demo.objects import objects

    sums: dict[str, str] = {}
    for place, patient in enumerate(PATIENTS):
        progress(0.95 * place / len(PATIENTS), f"drawing patient {patient.id}")
        for name, dataset in objects(patient):
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            dataset.save_as(path, enforce_file_format=True)
            sums[str(name)] = hashlib.sha256(path.read_bytes()).hexdigest()
    text = readme().encode()
    (draft / README).write_bytes(text)
    sums[README] = hashlib.sha256(text).hexdigest()
    lines = [f"# {title_line()}", *(f"{sums[name]}  {name}" for name in sorted(sums))]
    (draft / MANIFEST).write_bytes("".join(f"{line}\n" for line in lines).encode())
    progress(1.0, f"{len(sums):,} files written")


def _publish(draft: Path, target: Path) -> None:
    """Give the draft its name; where another process was quicker, its work stays."""
    if _state(target) == "empty":
        if target == Path.cwd():
            raise UserError(f"{target} is the folder that you are in; name a new folder inside it")
        target.rmdir()
    try:
        draft.rename(target)
    except OSError:
        if _state(target) != "taken":
            raise
        _read(target)


def _prefix(target: Path) -> str:
    return f".{target.name}.building-"


def _sweep(target: Path) -> None:
    """Remove what killed runs left; a run that goes on holds its lock."""
    for leftover in target.parent.iterdir():
        if leftover.name.startswith(_prefix(target)) and (leftover / _LOCK).is_file():
            with suppress(TimeoutError, OSError):
                with locked(leftover / _LOCK, patience=0):
                    pass
                shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _said_plainly(target: Path) -> Iterator[None]:
    """Turn what the disk says into one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise SurroundingsError(
                f"The disk is full: the synthetic study set needs {_NEEDED_MB} MB in {target.parent}. Make room, or "
                "name a folder elsewhere. Nothing was left behind."
            ) from error
        raise SurroundingsError(
            f"The synthetic study set cannot be written to {target}: {error.strerror or error}. Name another folder."
        ) from error
