"""What a fresh process takes, ours alone: to the first counts, in memory, and to build the default snapshot."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.facets.method import OURS
from benchmarks.facets.states import OTHER_SEED, Values, definitions_of

__all__ = ["Built", "Start", "measure_build", "measure_start"]

_STATES = ("a modality", "two modalities, a sex", "a cancer type, images only", "same study")


@dataclass(frozen=True, slots=True)
class Start:
    """What a process took that was started for this, medians.

    Attributes
    ----------
    imported_s
        Until the package and what it counts with were imported.
    counted_s, filtered_s
        From then until the counts of everything, and until the whole answer to a first definition besides.
    imported_bytes, loaded_bytes
        Memory after the imports, and with counts loaded, after several interactions.
    """

    imported_s: float
    counted_s: float
    filtered_s: float
    imported_bytes: int
    loaded_bytes: int


@dataclass(frozen=True, slots=True)
class Built:
    """What ``cohort-explorer snapshot build`` took."""

    seconds: float
    peak_bytes: int
    file_bytes: int


def measure_start(snapshot: Path, values: Values, method: str = OURS, times: int = 5) -> Start:
    """Return what a fresh process takes; the file is in the system's cache."""
    definitions = [definitions_of(state, values, 1, seed=OTHER_SEED)[0].to_dict() for state in _STATES]
    asked = json.dumps({"method": method, "snapshot": str(snapshot), "definitions": definitions})
    command = [sys.executable, "-m", "benchmarks.facets.first_counts"]
    environment = os.environ | {"COHORT_EXPLORER_ENGINE": "auto"}
    runs = []
    for _ in range(times):
        done = subprocess.run(command, capture_output=True, text=True, input=asked, env=environment)
        if done.returncode:
            raise SystemExit(f"a fresh process of {method} ended with {done.returncode}:\n{done.stderr}")
        runs.append(json.loads(done.stdout))
    return Start(**{name: statistics.median(run[name] for run in runs) for name in runs[0]})


def measure_build() -> Built:
    """Return what building the default snapshot takes, in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COHORT_EXPLORER_")}
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "explorer", "snapshot", "build", "idc"],
            env=environment | {"COHORT_EXPLORER_HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"cohort-explorer snapshot build ended with {process.returncode}")
        (file,) = Path(home, "snapshots").glob("*.duckdb")
        kilobytes = used.ru_maxrss // 1024 if sys.platform == "darwin" else used.ru_maxrss
        return Built(seconds, 1024 * kilobytes, file.stat().st_size)
