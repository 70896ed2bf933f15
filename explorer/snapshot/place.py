"""Where a person's snapshots, workspaces and settings live."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["home", "is_folder", "is_path"]


def home() -> Path:
    """Return the user's folder: ``COHORT_EXPLORER_HOME``, else the platform's data folder."""
    wanted = os.environ.get("COHORT_EXPLORER_HOME", "").strip()
    if wanted:
        return Path(wanted).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("cohort-explorer", appauthor=False)


def is_folder(path: Path | str) -> bool:
    """Return whether there is such a folder; where one above it is closed to us, `Path.is_dir` raises."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def is_path(name: str) -> bool:
    """Whether a name that somebody gives is that of a file, not of a snapshot."""
    return "/" in name or "\\" in name or name.endswith(".duckdb")
