"""Reads the studies of an archive, several at a time, each until what it lists is what it says of the study."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from explorer.sources.dicom.header import Header, with_age
from explorer.sources.dicomweb.journal import Journal, ReadSeries, ReadStudy, Words
from explorer.sources.dicomweb.objects import names_in, references_of, values_of
from explorer.sources.dicomweb.qido import Questions, Series, Study
from explorer.sources.source import Progress

__all__ = ["Reading"]

WORKERS = 4
"""Questions at a time: enough to hide the way to the archive, few enough not to keep others from it."""

# What one instance says of itself alone; a series has other ones.
_OF_ONE = frozenset(
    {"SOPInstanceUID", "InstanceNumber", "AcquisitionNumber", "ImagePositionPatient", "NumberOfFrames", "ContentDate"}
)


@dataclass
class Reading:
    """Headers of every series of an archive.

    Parameters
    ----------
    questions
        Asks the archive.
    journal
        Knows what was read before.
    complete
        Whether one instance of each series is asked for what the archive's lists leave out.

    Attributes
    ----------
    notes
        What was noticed, and how often.
    unchanged
        Number of studies that were not asked for again.
    """

    questions: Questions
    journal: Journal
    complete: bool = False
    notes: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    _studies: dict[str, list[Study]] = field(default_factory=dict)

    def headers(self, progress: Progress, since: str | None = None) -> Iterator[tuple[Header, int]]:
        """Yield the header and the number of instances of every series, by StudyInstanceUID, then SeriesInstanceUID.

        Parameters
        ----------
        progress
            Told the share of the studies that is read.
        since
            First StudyDate, ``"20200131"``.
        """
        progress(0.0, "listing the studies")
        groups = self._studies
        for study in sorted(self.questions.studies(self.notes, since), key=_place):
            groups.setdefault(study.uid, []).append(study)
        markers = {uid: self._marker(studies) for uid, studies in groups.items()}
        self.journal.keep_only(markers)
        for done, known in enumerate(self._known(groups, markers), 1):
            self.notes.update(known.read.notes)
            yield from self._merged(known)
            progress(done / len(groups), "reading the studies")

    def _known(self, groups: Mapping[str, Sequence[Study]], markers: Mapping[str, str]) -> Iterator[_Known]:
        """Yield the studies in order, a few of them asked for at a time."""
        waiting: deque[_Known | Future[_Known]] = deque()
        with ThreadPoolExecutor(WORKERS) as threads:
            try:
                for uid, studies in groups.items():
                    before = self.journal.read_before(uid, markers, self._words)
                    self.unchanged += before is not None
                    waiting.append(_Known(studies, "", before) if before else threads.submit(self._read, studies))
                    if len(waiting) >= 4 * WORKERS:
                        yield self._next(waiting)
                while waiting:
                    yield self._next(waiting)
            except BaseException:
                self.questions.archive.cancel.set()
                threads.shutdown(cancel_futures=True)
                raise

    def _next(self, waiting: deque[_Known | Future[_Known]]) -> _Known:
        first = waiting.popleft()
        known = first if isinstance(first, _Known) else first.result()
        self.journal.keep(known.studies[0].uid, known.marker, known.read)
        return known

    def _words(self, study: str, series: str) -> Words | None:
        """Return the words of names beside a series, asked for again."""
        notes: Counter[str] = Counter()
        for each in self.questions.series_of(study, notes):
            if each.uid == series:
                return self._completed(self._studies[study], each, notes).names
        return None

    def _marker(self, studies: Sequence[Study]) -> str:
        """Return a text that changes with what the archive says of a study; empty where it says no numbers."""
        if any(study.series is None or study.images is None for study in studies):
            return ""
        return " ".join(["complete" if self.complete else "lists", *(study.marker for study in studies)])

    def _read(self, studies: Sequence[Study]) -> _Known:
        """Return the series of a study, asked for again while the archive changes it."""
        uid = studies[0].uid
        for _ in range(3):
            notes: Counter[str] = Counter()
            series = self.questions.series_of(uid, notes, _sum(study.series for study in studies))
            marker = self._marker(studies)
            if _agree(studies, series):
                break
            now = sorted(self.questions.study(uid, notes), key=_place)
            if not now:
                notes = Counter({"studies left out: they went while the archive was read": 1})
                return _Known(studies, "", ReadStudy([], notes))
            if [study.marker for study in now] == [study.marker for study in studies]:
                notes["studies whose numbers of series or images differ from what the archive lists of them"] += 1
                break
            studies = now
        else:
            marker = ""
            notes["studies that kept changing while they were read"] += 1
        return _Known(studies, marker, ReadStudy([self._completed(studies, each, notes) for each in series], notes))

    def _completed(self, studies: Sequence[Study], series: Series, notes: Counter[str]) -> ReadSeries:
        """Return what the archive says of a series; what its list of studies says each time is not kept with it."""
        study = studies[0].uid
        values, names = values_of(series.row), names_in(series.row)
        refers_to: tuple[str, ...] = ()
        if self.complete:
            one = self.questions.one_instance(study, series.uid, notes)
            values |= {name: value for name, value in values_of(one).items() if name not in _OF_ONE}
            names |= names_in(one)
            refers_to = references_of(one)
        values |= {"StudyInstanceUID": study, "SeriesInstanceUID": series.uid}
        values.pop("PatientBirthDate", None)
        for each in studies:
            names -= names_in(each.row)
        return ReadSeries(series.uid, series.instances, values, refers_to, names)

    def _merged(self, known: _Known) -> Iterator[tuple[Header, int]]:
        """Yield each series with what its study says; what the series says itself goes before."""
        of_patient = {study.patient: study for study in known.studies}
        for each in known.read.series:
            study = known.studies[0]
            if len(known.studies) > 1:
                patient = each.values.get("PatientID")
                if patient not in of_patient:
                    self.notes["series left out: patients share their study, and they do not say whose they are"] += 1
                    continue
                study = of_patient[str(patient)]
            values = with_age({**values_of(study.row), **each.values})
            yield Header(values, each.refers_to, (), names_in(study.row) | each.names), each.instances


@dataclass(frozen=True, slots=True)
class _Known:
    """A study as the archive lists it (several where patients share its UID), with its series."""

    studies: Sequence[Study]
    marker: str
    read: ReadStudy


def _place(study: Study) -> tuple[str, str]:
    return study.uid, study.patient or ""


def _sum(numbers: Iterable[int | None]) -> int | None:
    """Return the sum, None where one of the numbers is not known."""
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _agree(studies: Sequence[Study], series: Sequence[Series]) -> bool:
    """Whether a study has as many series and images as the archive says of it."""
    said = _sum(study.series for study in studies), _sum(study.images for study in studies)
    return said[0] in (None, len(series)) and said[1] in (None, sum(each.instances for each in series))
