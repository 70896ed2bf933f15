"""The Image tab by itself, without the rest of the app: ``python -m tests.browser.fetch_fixtures PORT ROW [FOLDER]``.

``/`` has one series that is only in a bucket, ``/sample`` a cohort of this one and of one that the bucket does not
have. With a folder ``/tab`` has one that is here beside one that is not, and ``/none`` the same without any images.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from tests.browser.viewer_fixtures import HOSTILE, SERIES

HERE = {
    "SeriesInstanceUID": SERIES,
    "patient_id": "PHANTOM-1",
    "dataset": "phantoms",
    "Modality": "CT",
    "SeriesDescription": HOSTILE,
    "instances": 40,
}
AWAY = {
    "SeriesInstanceUID": "1.2.9",
    "source": "idc",
    "PatientID": HOSTILE,
    "patient_id": HOSTILE,
    "dataset": "elsewhere",
    "Modality": "MR",
    "instances": 46,
    "size_mb": 12.5,
    "bytes": 12_500_000,
    "license": HOSTILE,
    "source_doi": None,
    "location": "s3://idc-open-data/0a1b-2c/",
}


def sampled(row: dict[str, Any]) -> Any:
    """The tab with the sample of a cohort that has no image here."""
    from explorer import Cohort, CohortDefinition, Snapshot
    from explorer.session import Session
    from explorer.sources import RowsSource
    from explorer.views.image_tab import ImageTab
    from explorer.views.local import LocalImages, offer

    row = {name: value for name, value in row.items() if name not in ("source", "patient_id")}
    elsewhere = {**row, "SeriesInstanceUID": "1.2.10", "location": row["location"].replace("chest", "nowhere")}
    session = Session(Snapshot.build(RowsSource([row, elsewhere])))
    cohort = Cohort(CohortDefinition(), session.snapshot)
    images = LocalImages()

    def again() -> None:
        tab.noted(session.definition)
        tab.take(offer(cohort, images.index(), tab.wish))

    tab = ImageTab(snapshot=session.snapshot, images=images, arrived=images.add, request=session.apply, again=again)
    session.watch(again)
    again()
    return tab


def serve(port: str, row: str, folder: str = "") -> None:
    import panel as pn

    from explorer.images import index_folder
    from explorer.views.image_tab import ImageTab
    from explorer.views.viewer import static_dirs

    rows = [{"Modality": "CT", "SeriesDescription": "Chest phantom", "patient_id": "PHANTOM-1", **json.loads(row)}]
    pages: dict[str, Callable[[], Any]] = {"/": lambda: ImageTab(rows)}
    pages["/sample"] = lambda: sampled(rows[0])
    if folder:
        images = index_folder(folder)
        pages["/tab"] = lambda: ImageTab([HERE, AWAY], images, total=44_303)
        pages["/none"] = lambda: ImageTab([HERE, AWAY], None)
    pn.serve(pages, address="127.0.0.1", port=int(port), static_dirs=static_dirs(), show=False)


if __name__ == "__main__":
    serve(*sys.argv[1:])
