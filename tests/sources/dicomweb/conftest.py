from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sources.dicomweb.orthanc import Orthanc, running_or_skipped


@pytest.fixture(scope="session")
def orthanc() -> Iterator[Orthanc]:
    """A real Orthanc, empty at first; a test that needs another state clears it."""
    with running_or_skipped() as running:
        yield running
