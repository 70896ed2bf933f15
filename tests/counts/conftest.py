from __future__ import annotations

import pytest

from explorer import Snapshot
from explorer.sources import RowsSource
from tests.counts.catalogue import CITATIONS, rows


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The small catalogue as a snapshot."""
    return Snapshot.build(RowsSource(rows(), citations=CITATIONS), store=tmp_path_factory.mktemp("small"))
