"""One fresh process from its start to the first counts, for `benchmarks.facets.fresh`: JSON in, JSON out."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Print seconds and bytes."""
    asked = json.load(sys.stdin)
    if asked["method"] != "ours-fast":
        sys.modules["numba"] = None  # type: ignore[assignment]
    start = time.perf_counter()
    import pandas  # noqa: F401  the table's first page comes as a DataFrame

    from benchmarks.facets.method import find_method
    from benchmarks.facets.worker import resident_bytes
    from explorer import Cohort, CohortDefinition, Snapshot  # noqa: F401

    method = find_method(asked["method"])
    imported, imported_bytes = time.perf_counter(), resident_bytes()
    ours = method(Path(asked["snapshot"]), Path())
    ours.ask(CohortDefinition())
    counted = time.perf_counter()
    first, *others = map(CohortDefinition.from_dict, asked["definitions"])
    ours.ask(first)
    filtered = time.perf_counter()
    for definition in others:
        ours.ask(definition)
    told = {
        "imported_s": imported - start,
        "counted_s": counted - imported,
        "filtered_s": filtered - imported,
        "imported_bytes": imported_bytes,
        "loaded_bytes": resident_bytes(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
