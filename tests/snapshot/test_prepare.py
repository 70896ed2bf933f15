"""Prepared tables, held against what plain Python and plain SQL make of the declared tables."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from explorer.errors import SnapshotError
from explorer.facets import FACETS, Facet
from explorer.facets.bins import EDGES, bin_of
from explorer.snapshot import Snapshot
from explorer.snapshot.prepare import PREPARED_TABLES
from explorer.sources import RowsSource

FLAT = """series JOIN (SELECT * EXCLUDE (patient_key) FROM study) AS study USING (study_key)
    JOIN (SELECT * EXCLUDE (dataset_key) FROM patient) AS patient USING (patient_key)
    JOIN dataset USING (dataset_key)"""
TEXTS = (
    "a",
    "B",
    "it's",
    '"',
    ";--",
    "NULL",
    "null",
    "bin",
    "",
    " ",
    "\0x",
    "é",
    "e\u0301",
    "ß",
    "😀",
    "\uffff",
    "x\ny",
)
OF_SERIES = [facet for facet in FACETS.values() if facet.level == "series"]
OLD = ["DELETE FROM about WHERE key = 'prepared'", *(f"DROP TABLE {name}" for name in PREPARED_TABLES)]
"""What makes a file one of before there were prepared tables."""


def catalogue(seed: int, count: int = 90) -> RowsSource:
    """Return rows full of missing values, hostile texts, and numbers on and beside the borders of bins."""
    chance = random.Random(seed)
    drawn: dict[tuple[object, ...], dict[str, object]] = {}

    def one_of(*values: object) -> object:
        return chance.choice((None, *values))

    def draw(facet: Facet) -> object:
        match facet.kind:
            case "date":
                return one_of("1900-01-01", "1999-12-31", "2000-01-01", "2024-02-29")
            case "number" if facet.column.type == "integer":
                numbers = (0, 1, 2, 4, 5, 9, 10, 64, 65, 110)
                return chance.choice(numbers) if facet.name == "instances" else one_of(*numbers)
            case "number":
                return one_of(0.0, 0.999, 1.0, 1.9999999, 2.0, 49.5, 1e9, 5e7, 1e-9)
            case "many-valued":
                return one_of(*(chance.sample(TEXTS, k) for k in (1, 2, 3)))
            case _:
                return one_of(*TEXTS)

    def about(level: str, *key: object) -> dict[str, object]:
        facets = [
            each for each in FACETS.values() if each.level == level and each.name not in ("dataset", "object_kind")
        ]
        return drawn.setdefault((level, *key), {facet.name: draw(facet) for facet in facets})

    rows = []
    for number in range(count):
        dataset, patient, study = chance.choice(("one", "two", "it's")), chance.randrange(12), chance.randrange(3)
        rows.append(
            {
                **about("dataset", dataset),
                **about("patient", dataset, patient),
                **about("study", dataset, patient, study),
                **about("series", chance.randrange(30)),
                "dataset": dataset,
                "PatientID": f"p{patient}",
                "StudyInstanceUID": f"{patient}.{study}",
                "SeriesInstanceUID": str(number),
            }
        )
    unused = {"dataset": "nobody's", "country": "ZZ", "cancer_type": ["Nobody's"], "data_holder": "a"}
    return RowsSource(rows, datasets=[unused] if count else [])


def rows_of(snapshot: Snapshot, query: str) -> list[dict[str, Any]]:
    with snapshot.cursor() as cursor:
        relation = cursor.sql(query)
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def values_of(facet: Facet, row: dict[str, Any]) -> list[Any]:
    """What a row has of the facet, one None for missing."""
    if facet.kind == "many-valued":
        return sorted(set(row[facet.name] or ())) or [None]
    return [row[facet.name]]


def bin_number(facet: Facet, value: Any) -> int:
    if facet.kind == "date":
        return int(value.year)
    return int(value // 5) if facet.name == "age" else bisect_right(EDGES, value) - 1


def expected(snapshot: Snapshot) -> dict[str, list[tuple[Any, ...]]]:
    """Work the prepared tables out again, row by row."""
    flat = rows_of(snapshot, f"SELECT * FROM {FLAT} ORDER BY series_key")
    held = {name: _held(snapshot, facet) for name, facet in FACETS.items()}
    texts = [row["text"] for row in rows_of(snapshot, "SELECT text FROM text_value")]

    def code(facet: Facet, row: dict[str, Any]) -> int:
        value = row[facet.name]
        if facet.kind == "text":
            return int(value is None)
        if facet.kind == "number":
            return len(EDGES) if value is None else bin_number(facet, value)
        return len(held[facet.name]) if value is None else held[facet.name].index(value)

    codes = [tuple(code(facet, row) for facet in OF_SERIES) for row in flat]
    combinations = sorted(set(codes))
    places = [(row["study_key"], combinations.index(c)) for row, c in zip(flat, codes, strict=True)]
    in_cells = [(row["patient_key"], place[1]) for row, place in zip(flat, places, strict=True)]
    units, cells = sorted(set(places)), sorted(set(in_cells))
    inside = defaultdict(list)
    for row, place, cell in zip(flat, places, in_cells, strict=True):
        inside[place].append((row, cells.index(cell)))
    text_facets = [facet for facet in FACETS.values() if facet.kind == "text"]
    return {
        "combination": [(number, *each) for number, each in enumerate(combinations)],
        "unit": [
            (
                *place,
                inside[place][0][1],
                len(inside[place]),
                sum(row["instances"] for row, _ in inside[place]),
                sum(row["bytes"] or 0 for row, _ in inside[place]),
            )
            for place in units
        ],
        "series_unit": [
            (
                units.index(place),
                *(len(texts) if row[t.name] is None else texts.index(row[t.name]) for t in text_facets),
            )
            for row, place in zip(flat, places, strict=True)
        ],
        "facet_value": [row for facet in FACETS.values() for row in _counted(facet, flat, held[facet.name])],
        "facet_extent": [(name, *_ends(FACETS[name], values), len(values)) for name, values in held.items() if values],
    }


def _held(snapshot: Snapshot, facet: Facet) -> list[Any]:
    """The sorted values that the table of the facet's level holds, those of datasets without series too."""
    found = {value for row in rows_of(snapshot, f"SELECT * FROM {facet.level}") for value in values_of(facet, row)}
    return sorted(found - {None})


def _counted(facet: Facet, flat: list[dict[str, Any]], held: list[Any]) -> Iterator[tuple[Any, ...]]:
    series: Counter[Any] = Counter()
    patients = defaultdict(set)
    for row in flat:
        for value in values_of(facet, row):
            binned = facet.kind in ("number", "date") and value is not None
            key = bin_number(facet, value) if binned else value
            series[key] += 1
            patients[key].add(row["patient_key"])
    if facet.kind in ("category", "many-valued"):
        for number, value in enumerate(held):
            yield facet.name, number, value, len(patients[value]), series[value]
    elif facet.kind != "text":
        for number in sorted(key for key in series if key is not None):
            yield facet.name, number, "bin", len(patients[number]), series[number]
    if series[None]:
        missing = len(held) if facet.kind in ("category", "many-valued") else None
        yield facet.name, missing, None, len(patients[None]), series[None]


def _ends(facet: Facet, values: list[Any]) -> tuple[str | None, str | None]:
    if facet.kind == "date":
        return values[0].isoformat(), values[-1].isoformat()
    return (repr(values[0]), repr(values[-1])) if facet.kind == "number" else (None, None)


def tables_of(snapshot: Snapshot) -> dict[str, list[tuple[Any, ...]]]:
    with snapshot.cursor() as cursor:
        prefix = snapshot.prepare(cursor)
        return {name: cursor.execute(f"FROM {prefix}{name}").fetchall() for name in PREPARED_TABLES}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(catalogue(7), store=tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="module")
def old(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The same, of before there were prepared tables."""
    return Snapshot(changed(snapshot, tmp_path_factory.mktemp("old"), *OLD))


def changed(snapshot: Snapshot, folder: Path, *statements: str) -> Path:
    """Return the snapshot's file after the statements, written anew: DuckDB cuts what was dropped off a file."""
    path = folder / snapshot.path.name
    with duckdb.connect(folder / "draft.duckdb") as connection:
        connection.execute(f"ATTACH '{snapshot.path}' AS source (READ_ONLY)")
        connection.execute("COPY FROM DATABASE source TO draft")
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"ATTACH '{path}' AS final")
        connection.execute("COPY FROM DATABASE draft TO final")
    return path


@pytest.mark.parametrize("seed", range(6))
def test_they_are_what_the_rows_say(tmp_path: Path, seed: int) -> None:
    snapshot = Snapshot.build(catalogue(seed), store=tmp_path)
    wanted = expected(snapshot)
    found = tables_of(snapshot)
    for name in PREPARED_TABLES:
        if name == "facet_extent":
            assert [_numbered(row) for row in found[name]] == [_numbered(row) for row in wanted[name]]
        else:
            assert found[name] == wanted[name], name
    snapshot.verify()


def _numbered(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Ends as numbers: 5e7 has more than one spelling."""
    return tuple(float(x) if x and FACETS[row[0]].kind == "number" else x for x in row[1:]) + row[:1]


def test_of_no_rows_at_all(tmp_path: Path) -> None:
    snapshot = Snapshot.build(catalogue(1, 0), store=tmp_path)
    assert tables_of(snapshot) == {name: [] for name in PREPARED_TABLES}
    assert snapshot.recorded_facets == frozenset()
    assert snapshot.extent("age").distinct == 0
    snapshot.verify()


def test_more_values_than_two_bytes_number(tmp_path: Path) -> None:
    rows = [{"PatientID": "p", "license": f"{number:05}"} for number in range(2**16)]
    snapshot = Snapshot.build(RowsSource(rows), store=tmp_path)
    with snapshot.cursor() as cursor:
        types = dict(cursor.execute("SELECT column_name, column_type FROM (DESCRIBE combination)").fetchall())
        assert (types["license"], types["Modality"], types["combination"]) == ("UINTEGER", "USMALLINT", "INTEGER")
        assert cursor.execute("SELECT min(license), max(license), count(*) FROM combination").fetchall() == [
            (0, 2**16 - 1, 2**16)
        ]


def test_a_file_without_them_gets_them_in_the_cursor(snapshot: Snapshot, old: Snapshot) -> None:
    assert (snapshot.prepared, old.prepared, old == snapshot) == (True, False, True)
    assert tables_of(old) == tables_of(snapshot)
    old.verify()


def test_tables_of_another_version_are_not_read(snapshot: Snapshot, tmp_path: Path) -> None:
    other = changed(
        snapshot,
        tmp_path,
        "UPDATE about SET value = '99' WHERE key = 'prepared'",
        "UPDATE unit SET series = 0",
        "DELETE FROM facet_extent",
        "DELETE FROM facet_value",
        "DROP TABLE combination",
    )
    strange = Snapshot(other)
    assert tables_of(strange) == tables_of(snapshot)
    assert strange.recorded_facets == snapshot.recorded_facets
    strange.verify()


@pytest.mark.parametrize("facet", FACETS)
def test_with_and_without_them_the_answers_are_the_same(snapshot: Snapshot, old: Snapshot, facet: str) -> None:
    assert old.values(facet) == snapshot.values(facet)
    assert old.extent(facet) == snapshot.extent(facet)
    assert old.recorded_facets == snapshot.recorded_facets
    extent, values = snapshot.extent(facet), snapshot.values(facet)
    assert extent.distinct == len(values)
    if FACETS[facet].kind in ("number", "date") and values:
        assert (extent.low, extent.high) == (values[0], values[-1])
        assert type(extent.low) is type(values[0])


def test_a_file_that_says_it_has_them_must_have_them(snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="table unit has no column cell"):
        Snapshot(changed(snapshot, tmp_path, "ALTER TABLE unit DROP COLUMN cell"))


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("facet_value", "UPDATE facet_value SET patients = patients + 1 WHERE facet = 'Modality' AND code = 2"),
        ("facet_value", "UPDATE facet_value SET series = series - 1 WHERE facet = 'age' AND value IS NULL"),
        ("facet_value", "DELETE FROM facet_value WHERE facet = 'sex' AND code = 0"),
        ("facet_extent", "UPDATE facet_extent SET high = '999' WHERE facet = 'age'"),
        ("unit", "UPDATE unit SET cell = cell + 1 WHERE study_key = 3"),
        ("unit", "CREATE OR REPLACE TABLE unit AS FROM unit ORDER BY study_key DESC, combination"),
        ("series_unit", "UPDATE series_unit SET unit = 0 WHERE rowid = 80"),
        ("combination", "UPDATE combination SET Modality = 0 WHERE combination = 4"),
    ],
)
def test_verify_finds_what_was_tampered_with(snapshot: Snapshot, tmp_path: Path, table: str, statement: str) -> None:
    with pytest.raises(SnapshotError, match=f"Table {table} of .* does not fit its content"):
        Snapshot(changed(snapshot, tmp_path, statement)).verify()


def test_an_older_file_gives_way_to_the_new_one(snapshot: Snapshot, tmp_path: Path) -> None:
    path = changed(snapshot, tmp_path, *OLD)
    reading = Snapshot(path)
    told = tables_of(reading)
    again = Snapshot.build(catalogue(7), store=tmp_path)
    # Who has the old file open goes on reading it.
    assert (again.path, again.prepared) == (path, False)
    assert tables_of(reading) == tables_of(again) == told
    reading.verify()
    del reading, again
    assert Snapshot(path).prepared
    assert tables_of(Snapshot(path)) == told


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_file_as_new_or_newer_stays(snapshot: Snapshot, tmp_path: Path, version: str) -> None:
    path = changed(snapshot, tmp_path, f"UPDATE about SET value = '{version}' WHERE key = 'prepared'")
    before = path.stat()
    Snapshot.build(catalogue(7), store=path.parent)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_every_kind_of_facet_has_its_place() -> None:
    """A series-level facet of another kind, or a text facet elsewhere, would need a new kind of code."""
    assert {facet.kind for facet in OF_SERIES} == {"category", "number", "text"}
    assert not [facet.name for facet in OF_SERIES if facet.column.unit == "years"]
    assert {facet.level for facet in FACETS.values() if facet.kind == "text"} == {"series"}
    assert {facet.level for facet in FACETS.values() if facet.kind == "many-valued"} == {"dataset"}


def test_ends_of_bins() -> None:
    assert bin_of(FACETS["age"], 3) == (15, 19)
    assert bin_of(FACETS["study_date"], 2000) == ("2000-01-01", "2000-12-31")
    assert bin_of(FACETS["instances"], 0) == (0, 0)
    assert bin_of(FACETS["instances"], 4) == (10, 19)
    assert bin_of(FACETS["size_mb"], 4) == (10, 20)
    assert bin_of(FACETS["size_mb"], len(EDGES) - 1) == (EDGES[-1], None)


def test_on_the_default_snapshot(default_snapshot: Snapshot) -> None:
    """Units and cells by numpy; the dictionary and its counts by plain SQL."""
    assert default_snapshot.prepared
    with default_snapshot.cursor() as cursor:
        codes = []
        for facet in OF_SERIES:
            sql = {
                "category": f"dense_rank() OVER (ORDER BY {facet.name} NULLS LAST)",
                "text": f"{facet.name} IS NULL",
                "number": f"len([edge FOR edge IN {list(EDGES)} IF edge <= coalesce({facet.name}, 1e99)])",
            }[facet.kind]
            column = cursor.execute(
                f"SELECT CAST({sql} AS INTEGER) AS code FROM series ORDER BY series_key"
            ).fetchnumpy()
            codes.append(np.unique(column["code"], return_inverse=True)[1].astype("u2"))
        keys = cursor.execute("SELECT study_key, patient_key FROM series ORDER BY series_key").fetchnumpy()
        combinations, numbers = np.unique(np.stack(codes, axis=1), axis=0, return_inverse=True)
        numbers = numbers.ravel()
        units, of_series = np.unique(keys["study_key"] * len(combinations) + numbers, return_inverse=True)
        of_cell = np.unique(keys["patient_key"] * len(combinations) + numbers, return_inverse=True)[1]
        unit = {name: column.astype("i8") for name, column in cursor.execute("FROM unit").fetchnumpy().items()}
        assert (cursor.execute("SELECT unit FROM series_unit").fetchnumpy()["unit"] == of_series).all()
        assert (unit["study_key"] * len(combinations) + unit["combination"] == units).all()
        assert (unit["cell"][of_series] == of_cell).all()
        assert (unit["series"] == np.bincount(of_series)).all()
        assert unit["bytes"].sum() == default_snapshot.totals["bytes"]
        assert unit["instances"].sum() == default_snapshot.totals["instances"]
        assert cursor.execute("SELECT count(*) FROM combination").fetchall() == [(len(combinations),)]
        for name, facet in FACETS.items():
            if facet.kind not in ("category", "many-valued"):
                continue
            value = f"unnest(coalesce({name}, [NULL]))" if facet.kind == "many-valued" else name
            counted = f"""SELECT value, count(DISTINCT patient_key), count(*)
                FROM (SELECT {value} AS value, patient_key FROM {FLAT}) GROUP BY value ORDER BY value NULLS LAST"""
            query = f"SELECT value, patients, series FROM facet_value WHERE facet = '{name}' ORDER BY code"
            assert cursor.execute(query).fetchall() == cursor.execute(counted).fetchall(), name


@pytest.mark.slow
def test_the_default_snapshot_is_hardly_larger_for_them(default_snapshot: Snapshot, tmp_path: Path) -> None:
    without = changed(default_snapshot, tmp_path, *OLD)
    assert default_snapshot.path.stat().st_size < 1.4 * without.stat().st_size
