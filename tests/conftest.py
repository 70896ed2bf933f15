from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import demo as demos
from tests import home as homes

if TYPE_CHECKING:
    from explorer import Snapshot


@pytest.fixture(scope="session", autouse=True)
def no_real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep every fixture, of whatever scope, out of the user's own snapshots and settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("COHORT_EXPLORER_")]:
            patch.delenv(name)
        patch.setenv("COHORT_EXPLORER_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def default_home() -> Path:
    """A COHORT_EXPLORER_HOME that holds the default snapshot; shared by all workers and later runs, so read only."""
    return homes.default_home()


@pytest.fixture(scope="session")
def default_snapshot(default_home: Path) -> Snapshot:
    """The default snapshot: Imaging Data Commons 25.0.5."""
    from explorer import Snapshot

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COHORT_EXPLORER_HOME", str(default_home))
        return Snapshot.open()


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """The synthetic study set; shared by all workers and later runs, so read only."""
    return demos.demo_folder()


@pytest.fixture(scope="session")
def demo_snapshot(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The snapshot of the synthetic study set."""
    from explorer import Snapshot
    from explorer.images.demo import DemoSource

    return Snapshot.build(DemoSource(demo_folder), store=tmp_path_factory.mktemp("demo"))


@pytest.fixture(autouse=True)
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """COHORT_EXPLORER_HOME during the test: the default home where the test asks for it, else an empty one."""
    path = request.getfixturevalue("default_home") if "default_home" in request.fixturenames else tmp_path / "home"
    monkeypatch.setenv("COHORT_EXPLORER_HOME", str(path))
    return path
