"""Which snapshot was opened last in this process: what a definition is shown on where nothing else says."""

from __future__ import annotations

from pathlib import Path

__all__ = ["latest", "remember"]

_latest: Path | None = None


def remember(path: Path) -> None:
    """Take note that this file was opened."""
    global _latest
    _latest = path


def latest() -> Path | None:
    """Return the file that was opened last, if it is still there."""
    return _latest if _latest is not None and _latest.is_file() else None
