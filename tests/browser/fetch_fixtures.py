"""The Image tab with one series that is only in a bucket; python -m tests.browser.fetch_fixtures PORT ROW serves it."""

from __future__ import annotations

import json
import sys


def serve(port: str, row: str) -> None:
    import panel as pn

    from explorer.views.image_tab import ImageTab
    from explorer.views.viewer import static_dirs

    rows = [{"Modality": "CT", "SeriesDescription": "Chest phantom", "patient_id": "PHANTOM-1", **json.loads(row)}]
    pn.serve(lambda: ImageTab(rows), address="127.0.0.1", port=int(port), static_dirs=static_dirs(), show=False)


if __name__ == "__main__":
    serve(*sys.argv[1:])
