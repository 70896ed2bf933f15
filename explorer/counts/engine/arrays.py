"""What the engine counts on: arrays of one snapshot, read once, only read afterwards, shared by all of the process.

Series stand for few different things. All that a definition can say of a series, but for texts and exact numbers, is
in its *combination*: the codes of its facets. The series of one study with one combination are a *unit*, the units of
one patient with one combination a *cell*. Units stand in the order of studies, studies and cells in the order of
patients, so what is asked of a study or a patient is asked of neighbours.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.counts.engine.codes import Codes
from explorer.counts.engine.kept import Kept, read_column, read_columns
from explorer.counts.engine.kernels import any_in, ends, sum_in
from explorer.counts.engine.nesting import Nesting
from explorer.counts.engine.orders import Orders
from explorer.counts.engine.timeline import Timeline
from explorer.counts.engine.types import Flags, Numbers
from explorer.errors import SnapshotError
from explorer.facets import FACETS
from explorer.snapshot.connect import SnapshotFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from explorer.snapshot import Snapshot

__all__ = ["Arrays"]


class Arrays:
    """The arrays of a snapshot; `Arrays.of` gives those that all share.

    Attributes
    ----------
    study_patient, last_study
        The patient of each study; the last study of each patient.
    unit_study, last_unit
        The study of each unit; the last unit of each study.
    unit_combination, unit_cell, unit_series, unit_instances, unit_bytes
        Of each unit; the last three are sums.
    cell_patient, last_cell, cell_combination, cell_series
        Of each cell, with the last one of each patient; the last column is a sum.
    patient_dataset
        The dataset of each patient.
    codes
        The facets.
    kept
        What was read or made since.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.kept = Kept(snapshot.file)
        with snapshot.cursor() as cursor:
            prefix = snapshot.prepare(cursor)
            self._read_units(cursor, prefix)
            sums = (self.unit_series, self.unit_instances, self.unit_bytes)
            if [int(numbers.sum()) for numbers in sums] != [snapshot.totals[name] for name in _SUMS]:
                raise SnapshotError(
                    f"The snapshot file {snapshot.path} is damaged: what it holds ready does not fit its series. "
                    "Remove it and build it again."
                )
            self.codes = Codes(self, cursor, prefix)
            if prefix:
                # A file of before has no such tables, and these go with the cursor.
                for name in _OF_EACH_SERIES:
                    found = read_column(cursor, f"SELECT {name} FROM {prefix}series_unit")
                    self.kept.put(f"SELECT {name} FROM series_unit", found)

    def _read_units(self, cursor: DuckDBPyConnection, prefix: str) -> None:
        self.study_patient = read_column(cursor, "SELECT patient_key::INTEGER FROM study")
        self.patient_dataset = read_column(cursor, "SELECT dataset_key::INTEGER FROM patient")
        unit = read_columns(cursor, f"SELECT study_key, combination, cell, series, instances, bytes FROM {prefix}unit")
        self.unit_study = unit["study_key"]
        self.unit_combination = unit["combination"]
        self.unit_cell = unit["cell"]
        self.unit_series = unit["series"]
        self.unit_instances = unit["instances"]
        self.unit_bytes = unit["bytes"]
        self.last_study = ends(self.study_patient)
        self.last_unit = ends(self.unit_study)
        cells = int(self.unit_cell.max(initial=-1)) + 1
        self.cell_combination = np.empty(cells, self.unit_combination.dtype)
        self.cell_combination[self.unit_cell] = self.unit_combination
        self.cell_patient = np.empty(cells, np.int32)
        self.cell_patient[self.unit_cell] = self.study_patient[self.unit_study]
        self.cell_series = np.bincount(self.unit_cell, weights=self.unit_series, minlength=cells).astype(np.int32)
        self.last_cell = ends(self.cell_patient)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Arrays:
        """Return the arrays of the snapshot; whoever asks first reads them, and others wait."""
        with _opening:
            lock = _locks.setdefault(snapshot.file, threading.Lock())
        with lock:
            found = _open.get(snapshot.file)
            if found is None:
                found = _open[snapshot.file] = cls(snapshot)
            return found

    @property
    def patients(self) -> int:
        """How many patients there are."""
        return len(self.patient_dataset)

    @property
    def studies(self) -> int:
        """How many studies there are."""
        return len(self.study_patient)

    @property
    def combinations(self) -> int:
        """How many combinations there are."""
        return self.codes.combinations

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.cell_patient)

    @property
    def series_unit(self) -> Numbers:
        """The unit of each series, in the order of their keys."""
        return self.kept.column("SELECT unit FROM series_unit")

    def series_sizes(self, name: Literal["instances", "bytes"]) -> Numbers:
        """Return the instances or bytes of each series."""
        return self.kept.column(f"SELECT coalesce({name}, 0)::BIGINT FROM series")

    @property
    def study_series(self) -> Numbers:
        """How many series each study has."""
        return self.kept.get("study_series", sum_in, self.unit_series, self.last_unit)

    @property
    def patient_series(self) -> Numbers:
        """How many series each patient has."""
        return self.kept.get("patient_series", sum_in, self.study_series, self.last_study)

    @property
    def nesting(self) -> Nesting:
        """Where what belongs to a dataset, patient or study stands."""
        owners = (self.patient_dataset, self.last_study, self.last_unit, self.study_series)
        return self.kept.get("nesting", Nesting, *owners)

    @property
    def orders(self) -> Orders:
        """The orders of tables that were asked for last."""
        return self.kept.get("orders", Orders)

    def patients_of(self, studies: Flags) -> Flags:
        """Return which patients any of these studies is of."""
        return any_in(studies, self.last_study)

    def size_of(self, patients: Flags) -> tuple[int, int, int, int, int]:
        """Return how many patients are chosen, and all of their studies, series, instances and bytes."""
        studies = patients[self.study_patient]
        return int(patients.sum()), int(studies.sum()), *self.size_of_units(studies.take(self.unit_study))

    def size_of_units(self, units: Flags) -> tuple[int, int, int]:
        """Return how many series, instances and bytes the chosen units have."""
        sums = (self.unit_series, self.unit_instances, self.unit_bytes)
        series, instances, size = (int((numbers * units).sum(dtype=np.int64)) for numbers in sums)
        return series, instances, size

    @property
    def timeline(self) -> Timeline:
        """The days of the studies."""
        return self.kept.get("timeline", self._read_timeline)

    @property
    def images(self) -> Flags:
        """Which combinations are of images."""
        return self.kept.get("images", self.codes.combinations_meeting, FACETS["object_kind"].is_in("image"))

    @property
    def original_images(self) -> Flags:
        """Which combinations are of images that no analysis made."""
        return self.images & self.kept.get(
            "originals", self.codes.combinations_meeting, FACETS["analysis_result"].is_in(None)
        )

    @property
    def links(self) -> Numbers:
        """Two rows: the keys of derived series, and those of the images that they were drawn on."""
        return self.kept.get("links", self._read_links)

    # --- Made when first asked for ------------------------------------------------------------------------------------

    def _read_timeline(self) -> Timeline:
        return Timeline(self.kept.read("SELECT study_day::DOUBLE FROM study"), self.study_patient)

    def _read_links(self) -> Numbers:
        with self.kept.cursor() as cursor:
            found = cursor.execute("SELECT derived_key, image_key FROM derivation").fetchnumpy()
        return np.stack([found["derived_key"], found["image_key"]])


_SUMS = ("series", "instances", "bytes")
_OF_EACH_SERIES = ("unit", *(facet.name for facet in FACETS.values() if facet.kind == "text"))

_opening = threading.Lock()
_locks: weakref.WeakKeyDictionary[SnapshotFile, threading.Lock] = weakref.WeakKeyDictionary()
_open: weakref.WeakKeyDictionary[SnapshotFile, Arrays] = weakref.WeakKeyDictionary()
