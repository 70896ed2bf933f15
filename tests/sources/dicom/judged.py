"""Our scan and pydicom's, as tests compare them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.sources.dicom import Header, UnreadError, scan_file


def scan_alone(path: Path) -> Header:
    """Return the header, and fail where the scan asks pydicom for it."""

    def refuse(descriptor: int) -> Header:
        raise AssertionError("the scan asked pydicom")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("explorer.sources.dicom.fallback.read_header", refuse)
        return scan_file(path)


def outcome(scan: Callable[[Path], Header], path: Path) -> Header | str:
    """Return the header, or why there is none in the words before the first colon: details may differ."""
    try:
        return scan(path)
    except UnreadError as error:
        return str(error).partition(":")[0]
