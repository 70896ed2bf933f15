from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from explorer.server import _jupyter_labextension_paths, _jupyter_server_extension_points
from tests.home import ROOT

HEAVY = ("duckdb", "pandas", "panel", "bokeh", "numpy", "pyarrow", "holoviews")


def test_the_extension_is_light() -> None:
    """Every user's Jupyter server imports it, whether or not they open the explorer."""
    code = (
        "import sys; from explorer.server import _jupyter_server_extension_points as points; "
        "points()[0]['app'](); import explorer.server.routes; "
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.strip()) == (0, ""), ran.stderr


def test_jupyter_finds_the_extension() -> None:
    (point,) = _jupyter_server_extension_points()
    assert point["module"] == "explorer.server"
    assert point["app"].name == "cohort_explorer"
    (lab,) = _jupyter_labextension_paths()
    assert Path(ROOT, "explorer/server", lab["src"]).resolve() == ROOT / "explorer" / "labextension"
    assert lab["dest"] == "@cohort-explorer/widgets"
