"""One interaction, ours against pandas, side by side in one process on the default snapshot.

An interaction is what one click asks for: the totals, the patients that other levels would give, the counts of every
value of every category facet, and the first page of the table. pandas does the same on a DataFrame of all series,
with its strings as categories. The answers are compared; a difference ends the run.

    .venv/bin/python benchmarks/interaction.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import reduce

import pandas as pd

import explorer
from explorer.facets import FACETS, BodyPartExamined, Criterion, Modality, license, sex, vendor

COUNTED = tuple(name for name, facet in FACETS.items() if facet.kind == "category")

STATES: dict[str, tuple[Criterion, ...]] = {
    "CT": (Modality.is_in("CT"),),
    "CT of the chest": (Modality.is_in("CT"), BodyPartExamined.is_in("CHEST")),
    "breast MR of women": (Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"), sex.is_in("F")),
    "sex missing": (sex.is_in(None),),
    "open licence, two vendors": (license.is_in("CC BY 4.0"), vendor.is_in("Siemens", "GE")),
    "everything but PET": (Modality.is_in("CT", "MR", "SEG", "SR", "SM", "MG"),),
}

Answer = dict[str, dict[object, tuple[int, int]]]


def ours(where: tuple[Criterion, ...], snapshot: explorer.Snapshot) -> Answer:
    """Return the counts of every facet, after everything else that an interaction asks for."""
    cohort = explorer.Cohort(explorer.CohortDefinition().including(*where), snapshot)
    cohort.totals()
    cohort.levels()
    counts = {name: cohort.facet(name) for name in COUNTED}
    cohort.frame("patient", limit=50)
    cohort.close()
    return {name: {v.value: (v.patients, v.series) for v in found.values} for name, found in counts.items()}


def by_pandas(where: tuple[Criterion, ...], series: pd.DataFrame) -> Answer:
    """Return the same counts from a DataFrame, each facet's own criterion left out."""
    masks = {criterion.facet: _mask(criterion, series) for criterion in where}
    answer: Answer = {}
    for name in COUNTED:
        others = [mask for facet, mask in masks.items() if facet != name]
        rows = series[reduce(pd.Series.__and__, others)] if others else series
        grouped = rows.groupby(name, observed=True, dropna=False)["patient_key"].agg(["nunique", "size"])
        answer[name] = {None if pd.isna(v) else v: (int(p), int(n)) for v, p, n in grouped.itertuples()}
    members = series[reduce(pd.Series.__and__, masks.values())]
    members.groupby("patient_key")[["instances", "bytes"]].sum().head(50)
    return answer


def _mask(criterion: Criterion, series: pd.DataFrame) -> pd.Series:
    values = [value for value in criterion.is_in or () if value is not None]
    mask = series[criterion.facet].isin(values)
    return mask | series[criterion.facet].isna() if None in (criterion.is_in or ()) else mask


def _frame(snapshot: explorer.Snapshot) -> pd.DataFrame:
    columns = ", ".join(f"{FACETS[name].level}.{name}" for name in COUNTED)
    with snapshot.cursor() as cursor:
        frame = cursor.sql(
            f"SELECT series.patient_key, series.instances, series.bytes, {columns} FROM series "
            "JOIN study ON study.study_key = series.study_key JOIN patient ON patient.patient_key = series.patient_key "
            "JOIN dataset ON dataset.dataset_key = series.dataset_key"
        ).df()
    return frame.astype(dict.fromkeys(COUNTED, "category"))


def _timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    begin = time.perf_counter()
    answer = work()
    return 1000 * (time.perf_counter() - begin), answer


def main() -> None:
    """Print a Markdown table of medians in milliseconds, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    snapshot = explorer.Snapshot.open()
    series = _frame(snapshot)
    print(f"{snapshot.title}: {len(series):,} series, {len(COUNTED)} category facets, {rounds} rounds\n")
    print("| state | ours, ms | pandas, ms | pandas / ours |\n|---|---:|---:|---:|")
    ratios = []
    for state, where in STATES.items():
        times: list[tuple[float, float]] = []
        for _ in range(rounds):
            ms, answer = _timed(lambda where=where: ours(where, snapshot))
            peer_ms, peer = _timed(lambda where=where: by_pandas(where, series))
            if answer != peer:
                raise SystemExit(f"the counts differ for {state!r}")
            times.append((ms, peer_ms))
        mine, peers = (statistics.median(column) for column in zip(*times, strict=True))
        ratios.append(statistics.median(peer_ms / ms for ms, peer_ms in times))
        print(f"| {state} | {mine:.0f} | {peers:.0f} | {ratios[-1]:.1f} |")
    print(f"\nMedian of the ratios: pandas takes {statistics.median(ratios):.1f} times as long.")


if __name__ == "__main__":
    main()
