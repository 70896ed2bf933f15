from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.atlas import HOLDERS, Atlas, build, main, size
from benchmarks.draw import Aim, drawn, weights
from explorer import Snapshot
from explorer.errors import UserError
from explorer.sources import Progress, Recipe, RowsSource

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AIM = Aim(patients=8000, series=24_000, images=480_000)
IDS = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID")
NEW = {*IDS, "location", "middle_instance"}
# What a dataset says of itself rather than of its patients.
NEW |= {"dataset", "source", "title", "description", "data_holder", "country", "terms_of_use", "citation", "url"}


def _rows() -> list[dict[str, object]]:
    """Sixty patients in two datasets, of one to nine series each; two share a PatientID, two a study."""
    rows: list[dict[str, object]] = []
    for patient in range(60):
        dataset = "large" if patient < 50 else "small"
        for series in range(1 + patient % 9):
            study = f"1.2.{patient}.{series // 3}" if patient < 58 else "1.2.58.0"
            rows.append(
                {
                    "dataset": dataset,
                    "PatientID": f"p{0 if patient == 50 else patient}",
                    "StudyInstanceUID": study,
                    "SeriesInstanceUID": f"1.2.{patient}.{series // 3}.{series}",
                    "Modality": ("CT", "MR", "SEG")[series % 3],
                    "BodyPartExamined": (None, "CHEST", "Brüst")[(patient + series) % 3],
                    "SeriesDescription": f"axial {patient % 7}" if patient % 5 else None,
                    "instances": 1 + (patient * 7 + series) % 40,
                    "size_mb": 0.25 * series,
                    "sex": ("F", "M", None)[patient % 3],
                    "age": None if patient % 4 == 0 else 40 + patient,
                    "study_date": f"2020-01-{1 + series // 3:02}" if patient % 2 and patient < 58 else None,
                    "location": f"s3://real/{patient}/{series}/",
                    "middle_instance": f"1.2.{patient}.{series}.9" if patient % 2 else None,
                    "source_doi": "10.1/real" if series % 2 else None,
                }
            )
    return rows


@dataclass(frozen=True)
class _Real:
    """The rows, and an observation of every third patient."""

    rows: RowsSource

    @property
    def recipe(self) -> Recipe:
        return self.rows.recipe

    def load(self, connection: DuckDBPyConnection, progress: Progress) -> Mapping[str, object]:
        connection.execute(
            "CREATE TABLE source_clinical AS SELECT 'large' AS dataset, 'p' || 3 * n AS PatientID, 'grade' AS item, "
            "(n % 2)::VARCHAR AS value FROM range(10) AS numbers(n)"
        )
        return self.rows.load(connection, progress)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    source = RowsSource(
        _rows(),
        datasets=[
            {"dataset": "large", "title": "The large one", "cancer_type": ["Glioma"], "citation": "Real authors."},
            {"dataset": "small", "species": ["Human"], "url": "https://real.example"},
        ],
        derivations=[(f"1.2.{patient}.0.2", f"1.2.{patient}.0.0") for patient in (2, 4, 57)],
        citations=[{"source_doi": "10.1/real", "title": "A real title", "citation": "Real authors."}],
        title="Sixty patients",
    )
    return Snapshot.build(_Real(source), store=tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def source(real: Snapshot) -> Atlas:
    return Atlas(real, AIM)


@pytest.fixture(scope="module")
def atlas(source: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(source, store=tmp_path_factory.mktemp("atlas"))


def _asked(snapshot: Snapshot, select: str) -> list[tuple[Any, ...]]:
    with snapshot.cursor() as cursor:
        return cursor.execute(select).fetchall()


def _ids(snapshot: Snapshot, name: str) -> set[str]:
    table = {"dataset": "dataset", "PatientID": "patient", "StudyInstanceUID": "study"}.get(name, "series")
    return {value for (value,) in _asked(snapshot, f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL")}


def _people(snapshot: Snapshot) -> list[str]:
    """Return what each patient is but for ids, in order of patient_key: nested rows as text, sorted on each level."""
    links: dict[int, list[str]] = defaultdict(list)
    in_study: dict[int, list[str]] = defaultdict(list)
    of_patient: dict[int, list[str]] = {}
    about = {dataset: values for (dataset,), values in _kept(snapshot, "dataset", "dataset_key")}
    for derived, *image in _asked(
        snapshot,
        "SELECT derived_key, Modality, instances, size_mb FROM derivation JOIN series ON series_key = image_key",
    ):
        links[derived].append(repr(image))
    for (series, study), values in _kept(snapshot, "series", "series_key", "study_key"):
        in_study[study].append(f"{values} {sorted(links[series])}")
    for (patient, dataset), values in _kept(snapshot, "patient", "patient_key", "dataset_key"):
        of_patient[patient] = [f"{values} {about[dataset]}"]
    for (study, patient), values in _kept(snapshot, "study", "study_key", "patient_key"):
        of_patient[patient].append(f"{values} {sorted(in_study[study])}")
    for (patient,), values in _kept(snapshot, "clinical", "patient_key"):
        of_patient[patient].append(f"clinical {values}")
    return [repr(sorted(rows)) for _, rows in sorted(of_patient.items())]


def _kept(snapshot: Snapshot, table: str, *keys: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """Give the keys of each row, and as text all that is no key, no id and not invented."""
    columns = [str(name) for name, *_ in _asked(snapshot, f"DESCRIBE {table}")]
    kept = [name for name in columns if not name.endswith("_key") and name not in NEW]
    for row in _asked(snapshot, f"SELECT {', '.join((*keys, *kept))} FROM {table}"):
        yield tuple(row[: len(keys)]), repr(row[len(keys) :])


def test_every_patient_is_a_real_one_but_for_the_ids(real: Snapshot, source: Atlas, atlas: Snapshot) -> None:
    people = _people(real)
    assert len(set(people)) > 50
    expected = Counter[str]()
    for person, copies in zip(people, source.copies, strict=True):
        expected[person] += int(copies)
    assert Counter(_people(atlas)) == +expected


@pytest.mark.parametrize("name", ["dataset", *IDS, "location", "middle_instance"])
def test_no_id_is_that_of_a_real_one(real: Snapshot, atlas: Snapshot, name: str) -> None:
    assert _ids(real, name)
    assert _ids(atlas, name)
    assert not _ids(real, name) & _ids(atlas, name)


@pytest.mark.parametrize("name", ["StudyInstanceUID", "SeriesInstanceUID", "middle_instance"])
def test_uids_are_valid(atlas: Snapshot, name: str) -> None:
    for uid in _ids(atlas, name):
        assert re.fullmatch(r"2\.25\.[1-9][0-9]{0,38}", uid)
        assert int(uid[5:]) < 2**128


def test_locations_lead_nowhere(atlas: Snapshot) -> None:
    assert all(place.startswith("https://atlas.invalid/") for place in _ids(atlas, "location"))


def test_what_two_real_patients_share_is_shared(real: Snapshot, atlas: Snapshot) -> None:
    patients = "SELECT 1 FROM patient GROUP BY PatientID HAVING count(*) > 1"
    studies = "SELECT 1 FROM study GROUP BY StudyInstanceUID HAVING count(*) > 1"
    for shared in (patients, studies):
        assert len(_asked(real, shared)) == 1
        assert len(_asked(atlas, shared)) > 1


def test_the_aim_is_met(atlas: Snapshot) -> None:
    assert atlas.totals["patients"] == AIM.patients
    assert atlas.totals["series"] == pytest.approx(AIM.series, rel=0.005)
    assert atlas.totals["instances"] == pytest.approx(AIM.images, rel=0.005)


def test_the_aim_is_met_from_the_default_snapshot(default_snapshot: Snapshot) -> None:
    aim = size("3m")
    assert (aim.patients, aim.series, aim.images) == (290_000, 3_000_000, 61_000_000)
    copies = Atlas(default_snapshot, aim, seed=7).copies
    sizes = np.array(
        _asked(
            default_snapshot, "SELECT count(*), sum(instances) FROM series GROUP BY patient_key ORDER BY patient_key"
        ),
        float,
    )
    assert copies.sum() == aim.patients
    assert copies @ sizes == pytest.approx([aim.series, aim.images], rel=0.002)
    assert (copies > 0).sum() > 60_000
    assert copies.max() < 200


def test_the_same_seed_gives_the_same_snapshot_and_another_does_not(real: Snapshot, tmp_path: Path) -> None:
    aim = Aim(100, 300, 6000)
    ids = [
        Snapshot.build(Atlas(real, aim, seed), store=tmp_path / place).id
        for place, seed in (("one", 1), ("two", 1), ("three", 2))
    ]
    assert ids[0] == ids[1] != ids[2]


def test_it_says_that_it_is_not_real(real: Snapshot, atlas: Snapshot) -> None:
    assert atlas.title == "Atlas: resampled, not real (8,000 patients drawn from Sixty patients)"
    assert atlas.source == "atlas"
    assert atlas.recipe["options"]["real"] is False
    assert atlas.recipe["options"]["drawn from"] == {"id": real.id, "title": "Sixty patients"}
    assert "data holders" in atlas.recipe["options"]["invented"]
    for dataset, title, description, terms, citation, url, holder in _asked(
        atlas, "SELECT dataset, title, description, terms_of_use, citation, url, data_holder FROM dataset"
    ):
        assert dataset.startswith("atlas-")
        assert title.startswith("Resampled, not real: ")
        assert description.startswith("Resampled, not real.")
        assert terms == "None: resampled, not real"
        assert citation is url is None
        assert holder.startswith("Invented holder ")
    assert _asked(atlas, "FROM citation") == [
        ("10.1/real", "Resampled, not real, from: A real title", None, None),
    ]


def test_a_large_dataset_is_split_among_holders(atlas: Snapshot) -> None:
    parts = _asked(
        atlas,
        "SELECT data_holder, country, count(*) FROM patient JOIN dataset USING (dataset_key) "
        "WHERE cancer_type IS NOT NULL GROUP BY ALL",
    )
    assert len(parts) == 3
    assert sum(count for *_, count in parts) > 5000
    assert min(count for *_, count in parts) > 1000
    assert {(holder.removeprefix("Invented holder "), country) for holder, country, _ in parts} <= set(HOLDERS)


def test_holders_are_many_in_fifteen_countries() -> None:
    assert len({star for star, _ in HOLDERS}) == len(HOLDERS) >= 30
    assert len({country for _, country in HOLDERS}) == 15
    assert all(re.fullmatch("[A-Z]{2}", country) for _, country in HOLDERS)


def test_weights_give_the_means() -> None:
    sizes = np.array([[1, 1], [2, 50], [30, 400], [5, 9000]], float)
    aim = Aim(1000, 4000, 200_000)
    chances = weights(sizes, aim)
    assert chances.sum() == pytest.approx(1)
    assert chances @ sizes == pytest.approx([4, 200])


def test_means_out_of_reach_are_refused() -> None:
    sizes = np.array([[1, 10], [2, 50]], float)
    with pytest.raises(UserError, match=r"3\.0 series and 20 images .* which have 1\.5 and 30"):
        weights(sizes, Aim(10, 30, 200))


def test_nobody_is_drawn_a_whole_time_more_or_less_than_expected() -> None:
    chances = np.random.default_rng(1).random(1000)
    chances /= chances.sum()
    for seed in range(20):
        copies = drawn(chances, 7777, seed)
        assert copies.sum() == 7777
        assert np.abs(copies - 7777 * chances).max() < 1


@pytest.mark.parametrize(
    ("text", "series"), [("3m", 3_000_000), ("7.5M", 7_500_000), ("15m", 15_000_000), ("300", 300)]
)
def test_a_size_is_a_number_of_series(text: str, series: int) -> None:
    assert size(text) == Aim.of(series)


@pytest.mark.parametrize("text", ["0", "0m", "-3", "3g", "1e6", "m", ""])
def test_a_size_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is no size; write millions, such as 3m or 15m, or a number of series"):
        size(text)


def test_it_never_goes_to_the_users_own_snapshots(home: Path) -> None:
    with pytest.raises(UserError, match="a folder of its own"):
        build(AIM, 0, home / "." / "x" / "..", None)
    assert not home.exists()


def test_the_command_says_what_was_made(
    real: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = f"--size 300 --patients 100 --images 6000 --home {tmp_path}/out --source {real.path}"
    monkeypatch.setattr(sys, "argv", ["atlas", *arguments.split()])
    main()
    said = capsys.readouterr().out
    made = Snapshot.open(next((tmp_path / "out" / "snapshots").glob("*.duckdb")))
    assert said.startswith("Atlas: resampled, not real (100 patients drawn from Sixty patients)\n" + made.id)
    assert f"100 patients, {made.totals['studies']} studies" in said
