"""A snapshot is read by DuckDB 1.5, which many have; 2.0 would write a newer format by itself."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from explorer.snapshot import Snapshot

READ = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(duckdb.__version__, *connection.execute("SELECT count(*), sum(instances) FROM series").fetchall()[0])
"""


@pytest.mark.slow
def test_an_older_duckdb_reads_it(small_snapshot: Snapshot, tmp_path: Path) -> None:
    venv.create(tmp_path / "old", with_pip=True)
    python = tmp_path / "old" / "bin" / "python"
    installed = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "duckdb>=1.5,<1.6"], capture_output=True, text=True
    )
    if installed.returncode:
        pytest.skip("DuckDB 1.5 cannot be installed here")
    result = subprocess.run([python, "-c", READ, small_snapshot.path], capture_output=True, text=True)
    assert result.stdout.split()[1:] == ["40", "40"], result.stderr
    assert sys.version_info >= (3, 11)
