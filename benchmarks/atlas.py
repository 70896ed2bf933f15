"""The atlas: a snapshot as large as a federation, made of real patients drawn over and over. Resampled, not real.

No public catalogue holds 300,000 cases of 60 million images, so that speed at that size is measured on this one. It is
drawn, with a seed, from the default snapshot (Imaging Data Commons). Its title, recipe, datasets and citations say that
it is not real; it goes to a folder of its own, never beside a user's snapshots, and is in no package.

    .venv/bin/python -m benchmarks.atlas [--size 3m] [--seed 0] [--home build/atlas-3m]

What is real: every patient. One of the atlas is one of the source, with all studies and series and every value of
theirs, recorded or missing, so that whatever goes together in one patient still does; benchmarks/draw.py says how often
each is drawn. What is new: dataset, PatientID, the UIDs (``2.25.`` and a number) and the location, which leads nowhere.
Ids that two real patients share (PatientIDs of two datasets, a study of two patients) are shared in the atlas too. What
is invented: who holds the data. A real dataset is split among as many invented holders as its size needs, each part
being a dataset of its own that keeps the cancer types, tumour locations and species.

What it flatters. A patient drawn twice is the same twice. That adds patients, studies and series, and distinct
combinations of values within each patient, in proportion; it adds no value and no combination to those of the source.
Of the default snapshot's series-level facets there are 53,700 combinations, of half of its patients 32,600. So a real
catalogue of 3 million series would have about 130,000, one of 15 million 400,000; the atlas has 42,900 and 50,600,
since some rare patients are not drawn. An engine that does part of its work once for each combination, as ours does,
has that part held constant here, while what goes over patients, studies or series grows as it would. Dictionaries of
columns and of texts stay as small, which every engine gains from. So growth measured on the atlas is growth in
patients; growth in combinations can be seen on parts of the default snapshot.
"""

from __future__ import annotations

import argparse
import re
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from benchmarks.draw import Aim, drawn, weights
from explorer import Snapshot
from explorer.errors import ExplorerError, UserError
from explorer.schema import CLINICAL, PATIENT, SERIES, STUDY, Table
from explorer.snapshot.place import home
from explorer.sources.source import Progress, Recipe

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

# Names of stars, by country (ISO 3166-1 alpha-2).
_STARS = {
    "AT": "Achernar Acrux",
    "BE": "Albireo Alcor",
    "CZ": "Aldebaran Algol",
    "DE": "Alhena Alioth Alkaid",
    "ES": "Almach Alnilam Alnitak",
    "FI": "Alphard Altair",
    "FR": "Ankaa Antares Arcturus",
    "GR": "Atria Avior",
    "HR": "Bellatrix Betelgeuse",
    "IT": "Canopus Capella Castor",
    "LT": "Deneb Denebola",
    "NL": "Diphda Dubhe Elnath",
    "PL": "Eltanin Enif",
    "PT": "Fomalhaut Gacrux Hadar",
    "SE": "Hamal Izar",
}
HOLDERS = tuple((star, country) for country, stars in _STARS.items() for star in stars.split())
_PART = 2500
"""Drawn patients of a real dataset for each holder that it is split among."""

_KEYS = {"series_key", "study_key", "patient_key", "dataset_key"}
_NEW = {"PatientID", "StudyInstanceUID", "SeriesInstanceUID", "location", "middle_instance"}


@dataclass(frozen=True)
class Atlas:
    """A source that draws its patients from a snapshot.

    Parameters
    ----------
    real
        The snapshot drawn from.
    aim
        The wanted size; the numbers of series and images are met nearly.
    seed
        Another seed draws other patients; ids differ too.
    """

    real: Snapshot
    aim: Aim
    seed: int = 0

    @property
    def recipe(self) -> Recipe:
        """What it is drawn from and how, and that it is not real."""
        aim = self.aim
        return Recipe(
            "atlas",
            f"{aim.series}.{self.seed}",
            f"Atlas: resampled, not real ({aim.patients:,} patients drawn from {self.real.title})",
            options={
                "real": False,
                "drawn from": {"id": self.real.id, "title": self.real.title},
                "seed": self.seed,
                "aim": {"patients": aim.patients, "series": aim.series, "images": aim.images},
                "weights": "exp(a * sqrt(series) + b * sqrt(images)) of a patient",
                "invented": "data holders, countries, all ids and locations",
            },
        )

    @cached_property
    def copies(self) -> NDArray[np.int64]:
        """How often each patient of the real snapshot is drawn, in order of patient_key."""
        with self.real.cursor() as cursor:
            rows = cursor.execute(
                "SELECT count(*), sum(instances) FROM series GROUP BY patient_key ORDER BY patient_key"
            ).fetchall()
        return drawn(weights(np.array(rows, float), self.aim), self.aim.patients, self.seed)

    def load(self, connection: DuckDBPyConnection, progress: Progress) -> Mapping[str, object]:
        """Put views of the drawn patients into the connection; the rows stay in the real snapshot's file."""
        progress(0.0, "drawing patients")
        connection.execute("ATTACH ? AS origin (READ_ONLY)", [str(self.real.path)])
        connection.register("copies", pa.table({"patient_key": np.arange(len(self.copies)), "copies": self.copies}))
        stars, countries = zip(*HOLDERS, strict=True)
        connection.register("holder", pa.table({"holder": range(len(HOLDERS)), "star": stars, "country": countries}))
        for macro in _macros(self.seed):
            connection.execute(f"CREATE MACRO {macro}")
        for statement in (_PERSON, _DATASET, _CITATION, _patients(), _studies(), _series(), _DERIVATION, _clinical()):
            connection.execute(statement)
        return {
            "different patients": int((self.copies > 0).sum()),
            "most copies of one patient": int(self.copies.max()),
        }


def _macros(seed: int) -> tuple[str, ...]:
    """Return what makes new ids: the same on every machine; one id and copy get one new id wherever they stand."""
    return (
        f"named(what, copy, id) AS md5('{seed:d}|' || what || '|' || copy || '|' || id)",
        "chance(what, copy, id) AS md5_number_lower(named(what, copy, id))",
        "new_patient(copy, id) AS 'atlas-' || left(named('patient', copy, id), 16)",
        # 38 digits in two halves: DuckDB takes 30 microseconds to write one number of 128 bits.
        f"digits(number) AS {10**18} + number % {9 * 10**18}",
        "new_uid(copy, uid) AS '2.25.' || digits(md5_number_upper(named('uid', copy, uid)))"
        " || digits(md5_number_lower(named('uid', copy, uid)))",
    )


# One row per drawn patient: who, which copy, and the dataset that it goes to.
_PERSON = f"""
    CREATE TABLE person AS
    SELECT patient_key, copy, 'atlas-' || dataset || '-' || lower(star) AS dataset, dataset AS drawn_from, star, country
    FROM (
        SELECT patient_key, copy, dataset, (
            chance('dataset', 0, dataset) % {len(HOLDERS)} + chance('part', copy, patient_key) % parts
        ) % {len(HOLDERS)} AS holder
        FROM (
            SELECT patient_key, unnest(range(copies)) AS copy, dataset,
                least({len(HOLDERS)}, 1 + sum(copies) OVER (PARTITION BY dataset) // {_PART})::UBIGINT AS parts
            FROM copies JOIN origin.patient USING (patient_key) JOIN origin.dataset USING (dataset_key)
        )
    ) JOIN holder USING (holder)
    ORDER BY patient_key, copy"""

_DATASET = """
    CREATE TABLE source_dataset AS
    SELECT DISTINCT person.dataset, 'Resampled, not real: ' || coalesce(title, drawn_from) || ' at ' || star AS title,
        'Resampled, not real. Patients drawn, some of them several times, from the dataset ' || drawn_from ||
            ', under new identifiers, for measuring speed. The data holder is invented.' AS description,
        cancer_type, tumor_location, species, 'Invented holder ' || star AS data_holder, person.country, tier,
        access_condition, 'None: resampled, not real' AS terms_of_use, updated
    FROM person JOIN origin.dataset ON dataset.dataset = drawn_from"""

_CITATION = """
    CREATE VIEW source_citation AS
    SELECT source_doi, 'Resampled, not real, from: ' || coalesce(title, source_doi) AS title FROM origin.citation"""

_DERIVATION = """
    CREATE VIEW source_derivation AS
    SELECT new_uid(copy, derived.SeriesInstanceUID) AS derived, new_uid(copy, image.SeriesInstanceUID) AS image
    FROM origin.derivation
    JOIN origin.series AS derived ON derived.series_key = derived_key
    JOIN origin.series AS image ON image.series_key = image_key
    JOIN person ON person.patient_key = derived.patient_key"""


def _patients() -> str:
    return f"""
        CREATE VIEW source_patient AS
        SELECT person.dataset, new_patient(copy, PatientID) AS PatientID, {_kept(PATIENT)}
        FROM person JOIN origin.patient USING (patient_key)"""


def _studies() -> str:
    return f"""
        CREATE VIEW source_study AS
        SELECT person.dataset, new_patient(copy, PatientID) AS PatientID,
            new_uid(copy, StudyInstanceUID) AS StudyInstanceUID, {_kept(STUDY)}
        FROM person JOIN origin.patient USING (patient_key) JOIN origin.study USING (patient_key)"""


def _series() -> str:
    return f"""
        CREATE VIEW source_series AS
        SELECT person.dataset, new_patient(copy, PatientID) AS PatientID,
            new_uid(copy, StudyInstanceUID) AS StudyInstanceUID, new_uid(copy, SeriesInstanceUID) AS SeriesInstanceUID,
            'https://atlas.invalid/' || named('series', copy, SeriesInstanceUID) || '/' AS location,
            new_uid(copy, middle_instance) AS middle_instance, {_kept(SERIES)}
        FROM person JOIN origin.patient USING (patient_key) JOIN origin.series USING (patient_key)
        JOIN (SELECT study_key, StudyInstanceUID FROM origin.study) USING (study_key)"""


def _clinical() -> str:
    return f"""
        CREATE VIEW source_clinical AS
        SELECT person.dataset, new_patient(copy, PatientID) AS PatientID, {_kept(CLINICAL)}
        FROM person JOIN origin.patient USING (patient_key) JOIN origin.clinical USING (patient_key)"""


def _kept(table: Table) -> str:
    """Return the columns that stay as they are."""
    return ", ".join(f"{table.name}.{name}" for name in table.names if name not in _KEYS | _NEW)


def size(text: str) -> Aim:
    """Return the aim for millions of series (``3m``, ``7.5m``) or a number of series.

    Raises
    ------
    UserError
        It is neither.
    """
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(m?)", text, re.IGNORECASE)
    series = round(float(found[1]) * (10**6 if found[2] else 1)) if found else 0
    if not series:
        raise UserError(f"{text!r} is no size; write millions, such as 3m or 15m, or a number of series.")
    return Aim.of(series)


def build(aim: Aim, seed: int, place: Path, source: str | None = None) -> Snapshot:
    """Return the atlas, built in a folder that serves as a COHORT_EXPLORER_HOME of its own.

    Raises
    ------
    UserError
        The folder is where the user's own snapshots are.
    """
    if place.resolve() == home().resolve():
        raise UserError(f"{place} is where your own snapshots are; the atlas needs a folder of its own.")
    return Snapshot.build(Atlas(Snapshot.open(source), aim, seed), store=place / "snapshots", progress=_say)


def _say(done: float, what: str) -> None:
    print(f"{done:4.0%} {what}", file=sys.stderr)


def main() -> None:
    """Build the atlas; print what it holds, how long that took and how much memory."""
    parser = argparse.ArgumentParser(description="Make the atlas: a large snapshot, resampled, not real.")
    parser.add_argument("--size", default="3m", help="series: 3m, 15m or another number [3m]")
    parser.add_argument("--patients", type=int, help="their number, where not in proportion")
    parser.add_argument("--images", type=int, help="their number, where not in proportion")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", type=Path, help="the atlas's COHORT_EXPLORER_HOME [build/atlas-SIZE]")
    parser.add_argument("--source", help="name or path of the snapshot drawn from [the default snapshot]")
    asked = parser.parse_args()
    begin = time.perf_counter()
    try:
        aim = size(asked.size)
        aim = Aim(asked.patients or aim.patients, aim.series, asked.images or aim.images)
        snapshot = build(aim, asked.seed, asked.home or Path("build", f"atlas-{asked.size.lower()}"), asked.source)
    except ExplorerError as error:
        raise SystemExit(str(error)) from None
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{snapshot.title}\n{snapshot.id}\n{snapshot.path}: {snapshot.path.stat().st_size / 1e6:,.0f} MB")
    print(", ".join(f"{count:,} {unit}" for unit, count in snapshot.totals.items()))
    print(f"built in {seconds:.0f} s, {peak:,.0f} MB of memory at most")


if __name__ == "__main__":
    main()
