from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.facets.answer import Answer, differences
from benchmarks.facets.by_duckdb import ByDuckdb
from benchmarks.facets.flat import code_bytes, held_facets, open_flat, write_flat
from benchmarks.facets.fresh import measure_start
from benchmarks.facets.method import OURS, find_method, installed
from benchmarks.facets.race import Disagreement, Race, Timing, run_race
from benchmarks.facets.results import FURTHER_ROW, Results, json_rows
from benchmarks.facets.states import FURTHER, PLAIN, Values, definitions_of
from explorer import CohortDefinition, Snapshot
from explorer.facets import Modality, age
from explorer.sources import RowsSource
from tests.benchmarks.small_catalogue import rows

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds the small catalogue."""
    home = tmp_path_factory.mktemp("small")
    Snapshot.build(RowsSource(rows()), store=home / "snapshots")
    return home


@pytest.fixture(scope="module")
def snapshot(home: Path) -> Snapshot:
    (file,) = home.glob("snapshots/*.duckdb")
    return Snapshot.open(file)


@pytest.fixture(scope="module")
def flat(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("flat") / "flat.duckdb"
    write_flat(snapshot.path, path)
    return path


def run(snapshot: Snapshot, flat: Path, methods: list[str], rounds: int, states: list[str]) -> Race:
    series = snapshot.totals["series"]
    return run_race(
        "small",
        snapshot.path,
        flat,
        Values(snapshot),
        methods,
        rounds,
        series=series,
        states=states,
        told=lambda _: None,
    )


def benchmark(home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmark as `make bench` does, on the small catalogue."""
    command = [sys.executable, "-m", "benchmarks.facets", "--size", "small", "--home", f"small={home}", "--rounds", "1"]
    return subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True)


def test_every_method_agrees_with_ours(snapshot: Snapshot, flat: Path) -> None:
    race = run(snapshot, flat, installed(), 3, [*PLAIN, *FURTHER])
    assert set(race.methods) == set(installed()) >= {OURS, "duckdb", "duckdb-codes", "polars", "pandas", "mosaic"}
    for method in race.methods:
        assert len(race.of(method, list(PLAIN))) == 3 * len(PLAIN)
        assert len(race.of(method, list(FURTHER))) == (3 * len(FURTHER) if find_method(method).further else 0)
        assert race.memory_bytes[method] > 10_000_000
    assert all(timing.ms > 0 for timing in race.timings)


def test_states_ask_something_else_each_round_and_match_somebody(snapshot: Snapshot, flat: Path) -> None:
    values, method = Values(snapshot), ByDuckdb(snapshot.path, flat)
    matched = 0
    for state in (*PLAIN, *FURTHER):
        definitions = definitions_of(state, values, 3)
        assert definitions == definitions_of(state, values, 3)
        assert len({definition.id for definition in definitions}) == (1 if state == "everybody" else 3), state
        matched += sum(method.answer(method.ask(definition)).totals[0] > 0 for definition in definitions)
    assert matched > 2 * len(PLAIN | FURTHER)


def answers(snapshot: Snapshot, flat: Path) -> Iterator[Answer]:
    """A few answers with everything in them."""
    method = ByDuckdb(snapshot.path, flat)
    for definition in (
        CohortDefinition(),
        CohortDefinition().including(Modality.is_in("CT", None), age.between(5, 80)),
    ):
        yield method.answer(method.ask(definition))


def tampered(answer: Answer) -> Iterator[Answer]:
    """The same answer with each of its numbers one more, one after another; and with a row of each part gone."""

    def each(numbers: tuple[Any, ...]) -> Iterator[Any]:
        for place, number in enumerate(numbers):
            if isinstance(number, int):
                yield (*numbers[:place], number + 1, *numbers[place + 1 :])

    def with_part(part: str, content: Any) -> Answer:
        return replace(answer, **{part: content})

    yield from (replace(answer, totals=totals) for totals in each(answer.totals))
    for part in ("levels", "page"):
        of_part: tuple[Any, ...] = getattr(answer, part)
        for place, row in enumerate(of_part):
            for changed in each(row):
                yield with_part(part, (*of_part[:place], changed, *of_part[place + 1 :]))
            yield with_part(part, (*of_part[:place], *of_part[place + 1 :]))
    for facet, counts in answer.facets.items():
        for value, pair in counts.items():
            for changed in each(pair):
                yield replace(answer, facets=answer.facets | {facet: counts | {value: changed}})
            without = {other: held for other, held in counts.items() if other != value}
            yield replace(answer, facets=answer.facets | {facet: without})
        yield replace(answer, facets=answer.facets | {facet: counts | {"a new value": (1, 1)}})


def test_any_count_off_by_one_is_found(snapshot: Snapshot, flat: Path) -> None:
    tried = 0
    for answer in answers(snapshot, flat):
        assert not list(differences(answer, answer))
        for wrong in tampered(answer):
            assert list(differences(answer, wrong))
            assert list(differences(wrong, answer))
            tried += 1
    assert tried > 700


@pytest.mark.parametrize(("method", "named"), [("OnePatientMore", "license"), ("OneByteLess", "totals")])
def test_a_tampered_count_fails_the_run(home: Path, tmp_path: Path, method: str, named: str) -> None:
    figures = tmp_path / "figures.json"
    name = f"tests.benchmarks.tampered:{method}"
    done = benchmark(home, "--no-fresh", "--methods", f"duckdb,{name}", "--json", str(figures))
    assert done.returncode == 1
    assert name in done.stderr and named in done.stderr and "ours" in done.stderr
    assert not done.stdout
    assert not figures.exists()


def test_disagreement_names_the_state_and_the_definition(snapshot: Snapshot, flat: Path) -> None:
    with pytest.raises(Disagreement, match=r"'a dataset', \{.*\"dataset\".*(patients, series)"):
        run(snapshot, flat, ["tests.benchmarks.tampered:OnePatientMore"], 1, ["a dataset"])


def test_a_run_prints_tables_and_writes_figures_and_a_chart(home: Path, tmp_path: Path) -> None:
    figures, chart = tmp_path / "figures.json", tmp_path / "chart.png"
    done = benchmark(home, "--no-fresh", "--methods", "ours,duckdb,polars", "--json", str(figures), "--png", str(chart))
    assert done.returncode == 0, done.stderr
    assert "| polars |" in done.stdout and "GB/s" in done.stdout and "| two groups within days |" in done.stdout
    written = json.loads(figures.read_text())
    assert {row["method"] for row in written} == {
        "ours",
        "duckdb",
        "polars",
        f"ours{FURTHER_ROW}",
        f"duckdb{FURTHER_ROW}",
    }
    for row in written:
        assert list(row) == ["size", "method", "median_ms", "p95_ms", "ratio_to_ours"]
        assert row["size"] == "small"
        assert 0 < row["median_ms"] <= row["p95_ms"]
        assert row["ratio_to_ours"] == 1 or "ours" not in row["method"]
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_figures_are_medians_over_states_and_rounds() -> None:
    first, second, *_ = PLAIN
    timings = [Timing(OURS, first, number, ms) for number, ms in enumerate((1.0, 2.0, 9.0))]
    timings += [Timing("polars", second, number, ms) for number, ms in enumerate((4.0, 6.0, 6.0))]
    race = Race("1m", 10, tuple(timings), {OURS: 0.1, "polars": 0.1}, {OURS: 1, "polars": 1})
    results = Results(1e9, 3, races={"1m": race}, coded_bytes={"1m": 2_000_000}, growth=[race])
    assert json_rows(results) == [
        {"size": "1m", "method": OURS, "median_ms": 2.0, "p95_ms": 9.0, "ratio_to_ours": 1.0},
        {"size": "1m", "method": "polars", "median_ms": 6.0, "p95_ms": 6.0, "ratio_to_ours": 3.0},
    ]
    assert results.limit_ms("1m") == 2.0


def test_the_limit_counts_one_code_for_each_facet(flat: Path) -> None:
    with open_flat(flat) as connection:
        # Few values, so a byte each, but for the years of the dates.
        assert code_bytes(connection) == len(held_facets(connection)) + 1


def test_a_fresh_process_is_measured(snapshot: Snapshot) -> None:
    start = measure_start(snapshot.path, Values(snapshot), times=1)
    assert 0 < start.counted_s < start.filtered_s
    assert 10_000_000 < start.imported_bytes < start.loaded_bytes
