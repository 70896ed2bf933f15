"""The files of a series from a DICOMweb archive, by WADO-RS: one file for each instance.

References
----------
DICOM PS3.18, section 10.4, Retrieve Transaction.
"""

from __future__ import annotations

import errno
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from explorer.cohort.texts import one_line, shown
from explorer.errors import ImageError, SurroundingsError, UserError
from explorer.images.fetch.claims import claimed
from explorer.images.fetch.folder import FetchFolder
from explorer.sources.dicom.header import UnreadError
from explorer.sources.dicom.scan import scan_file
from explorer.sources.dicomweb import Address, Archive, Cancelled, Credentials, Patience, Questions, Refused, Unreached
from explorer.sources.dicomweb.multipart import boundary_of, parts
from explorer.sources.dicomweb.objects import is_uid
from explorer.sources.source import Progress, quiet

__all__ = ["LARGEST_SERIES", "FetchedSeries", "fetch_series_wado"]

LARGEST_SERIES = 100 * 10**9
"""Bytes after which an archive that goes on sending is no longer believed."""

# As the archive stores them; then in any transfer syntax, for archives that do not know the first.
_WANTED = (
    'multipart/related; type="application/dicom"; transfer-syntax=*',
    'multipart/related; type="application/dicom"',
)
_UNKNOWN = (400, 406, 415)
_INCOMING = "incoming"
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class FetchedSeries:
    """A series that is there as a whole: its folder, the number of its files and their bytes."""

    series_uid: str
    folder: Path
    instances: int
    bytes: int


def fetch_series_wado(
    url: str,
    study_uid: str,
    series_uid: str,
    folder: Path,
    *,
    credentials: Credentials | None = None,
    progress: Progress = quiet,
    cancel: threading.Event | None = None,
    patience: Patience | None = None,
    limit: int = LARGEST_SERIES,
) -> FetchedSeries:
    """Return a series' files, fetched into ``folder/SERIES_UID`` as the archive stores them.

    Until the last one is there they lie in ``folder/.cohort-explorer/part``, from where the next call goes on; so a
    folder with the final name is whole. Files are named by SOPInstanceUID. What the archive lists no more is removed.
    A series that somebody else fetches into the folder is waited for.

    Parameters
    ----------
    url
        Root of the DICOMweb service.
    study_uid, series_uid
        StudyInstanceUID, SeriesInstanceUID.
    folder
        Where the series' folder is made.
    credentials
        Who asks.
    progress
        Told the share of the instances that are there, or that another fetch is waited for.
    cancel
        Set it from another thread to stop.
    patience
        How long to wait.
    limit
        Bytes that the series may have.

    Raises
    ------
    UserError
        The address or an identifier is none, or the series' folder holds other files.
    ImageError
        The archive does not give the whole series, the disk is full, or the fetch was cancelled. What came is kept.
    """
    for uid in (study_uid, series_uid):
        if not is_uid(uid):
            raise UserError(f"{shown(uid)} is no UID; it has digits and dots only, up to 64")
    archive = Archive(
        Address.parse(url), credentials or Credentials(), patience or Patience(), cancel or threading.Event()
    )
    try:
        return _Fetch(archive, study_uid, series_uid, FetchFolder(folder), progress, limit).run()
    except SurroundingsError as error:
        raise ImageError(str(error)) from error
    finally:
        archive.close()


@dataclass
class _Fetch:
    """One series on its way; `here` are the instances that lie in its part."""

    archive: Archive
    study_uid: str
    series_uid: str
    folder: FetchFolder
    progress: Progress
    limit: int
    here: set[str] = field(default_factory=set)
    taken: int = 0

    def run(self) -> FetchedSeries:
        """Fetch what is missing, once nobody else does."""
        self.progress(0.0, "listing the images")
        wanted = self._listed()
        while not self._is_whole(wanted):
            with ExitStack() as stack:
                with self._writing():
                    self.folder.make()
                    mine = stack.enter_context(claimed(self.folder, {self.series_uid: 0}))
                if mine:
                    if not self._is_whole(wanted):  # by another fetch, meanwhile
                        self._fetch(wanted)
                    break
            self.progress(0.0, "waiting for another fetch of this series")
            if self.archive.cancel.wait(_PAUSE):
                raise Cancelled("Cancelled; what was fetched so far stays, and the next run goes on from there.")
        sizes = [path.stat().st_size for path in self._final.iterdir()]
        return FetchedSeries(self.series_uid, self._final, len(sizes), sum(sizes))

    def _fetch(self, wanted: frozenset[str]) -> None:
        self._begin()
        if not self.here:
            self._whole(wanted)
        for _ in range(2):
            for uid in sorted(wanted - self.here):
                self._one(uid, wanted)
            before, wanted = wanted, self._listed()
            if wanted == before:
                break
        self._end(wanted)

    @property
    def _final(self) -> Path:
        return self.folder.series(self.series_uid)

    @property
    def _part(self) -> Path:
        return self.folder.part(self.series_uid)

    def _is_whole(self, wanted: frozenset[str]) -> bool:
        with self._writing():
            return self._final.exists() and _instances(self._final) == wanted

    def _begin(self) -> None:
        """Make the folder, or go on with one."""
        with self._writing():
            if self._final.exists() and not self._part.exists():
                self._final.rename(self._part)
            self._part.mkdir(exist_ok=True)
            self.here = _instances(self._part)

    def _end(self, wanted: frozenset[str]) -> None:
        """Give the series its final name, where every image that is listed is there and no other."""
        if missing := wanted - self.here:
            raise SurroundingsError(
                f"{self.archive.address} lists {len(wanted):,} images of series {self.series_uid} and gives "
                f"{len(wanted) - len(missing):,}; the first that is missing is {min(missing)}. What came is kept."
            )
        with self._writing():
            for uid in self.here - wanted:
                (self._part / f"{uid}.dcm").unlink()
            (self._part / _INCOMING).unlink(missing_ok=True)
            if self._final.exists():
                _instances(self._final)
                shutil.rmtree(self._final)
            self._part.rename(self._final)

    def _listed(self) -> frozenset[str]:
        notes: Counter[str] = Counter()
        found = frozenset(Questions(self.archive).instances_of(self.study_uid, self.series_uid, notes))
        if not found:
            raise SurroundingsError(f"{self.archive.address} lists no image of series {self.series_uid}.")
        return found

    def _whole(self, wanted: frozenset[str]) -> None:
        """Fetch the series in one answer; where that breaks off, what is missing is asked for image by image."""
        try:
            self._take(f"/studies/{self.study_uid}/series/{self.series_uid}", wanted)
        except Unreached:
            if not self.here:
                raise

    def _one(self, uid: str, wanted: frozenset[str]) -> None:
        path = f"/studies/{self.study_uid}/series/{self.series_uid}/instances/{uid}"
        for left in reversed(range(self.archive.patience.tries)):
            try:
                return self._take(path, wanted)
            except Refused as refusal:
                if refusal.status == 404:  # gone since it was listed
                    return None
                raise
            except Unreached:
                if not left:
                    raise

    def _take(self, path: str, wanted: frozenset[str]) -> None:
        """Take the files at a path of the archive into the folder."""
        for accept in _WANTED:
            try:
                with self.archive.answer(path, accept) as answer:
                    boundary = boundary_of(answer.content_type, answer.place)
                    whole = answer.pieces()
                    for content in parts(whole, boundary) if boundary else (whole,):
                        self._keep(content, answer.place)
                        self.progress(len(self.here & wanted) / len(wanted), "fetching the images")
                        if len(self.here) > 2 * len(wanted) + 100:
                            raise SurroundingsError(f"{answer.place} gives far more images than it lists.")
                return
            except Refused as refusal:
                if accept == _WANTED[-1] or refusal.status not in _UNKNOWN:
                    raise

    def _keep(self, content: Iterator[bytes], place: str) -> None:
        """Write one file, look whether it is an image of the series, and name it."""
        incoming = self._part / _INCOMING
        with self._writing():
            file = incoming.open("wb")
        try:
            for piece in content:
                self.taken += len(piece)
                if self.taken > self.limit:
                    raise SurroundingsError(f"{place} sends more than {self.limit / 1e9:,.1f} GB; it was stopped.")
                with self._writing():
                    file.write(piece)
            with self._writing():
                file.flush()
        finally:
            with suppress(OSError):  # a full disk complains a second time
                file.close()
        try:
            values = scan_file(incoming).values
        except UnreadError as error:
            raise SurroundingsError(f"{place} gives a file that cannot be read as DICOM: {error}.") from None
        uid = values.get("SOPInstanceUID")
        said = values.get("StudyInstanceUID"), values.get("SeriesInstanceUID")
        if said != (self.study_uid, self.series_uid) or not is_uid(uid):
            raise SurroundingsError(f"{place} gives an image of another series, {shown(said[1])}.")
        with self._writing():
            incoming.replace(self._part / f"{uid}.dcm")
        self.here.add(str(uid))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Say in a sentence what the disk says."""
        try:
            yield
        except OSError as error:
            place = one_line(str(self.folder.root))
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise ImageError(
                    f"The disk is full, or the quota used up, in {place}. Make room and fetch again: what came is kept."
                ) from error
            raise ImageError(f"Nothing can be written to {place}: {error.strerror or error}.") from error


def _instances(folder: Path) -> set[str]:
    """Return the instances whose files lie in a folder that holds nothing else.

    Raises
    ------
    UserError
        It holds other files.
    """
    found = set()
    for path in folder.iterdir():
        if path.suffix == ".dcm" and is_uid(path.stem) and path.is_file() and not path.is_symlink():
            found.add(path.stem)
        elif path.name != _INCOMING:
            raise UserError(
                f"{one_line(str(folder))} holds something else than this fetch writes, {shown(path.name)}; choose "
                "another folder"
            )
    return found
