from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub.hub import Hub, running
from tests.hub.visitor import Visitor

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.hub)


@pytest.fixture(scope="session")
def hub(default_home: Path) -> Iterator[Hub]:
    """A hub with alice and bob, who have the default snapshot in a shared folder."""
    with running(default_home / "snapshots") as running_hub:
        yield running_hub


@pytest.fixture(scope="session")
def alice(hub: Hub) -> Visitor:
    """Alice, whose JupyterLab runs."""
    return arrived(hub, "alice")


@pytest.fixture(scope="session")
def bob(hub: Hub) -> Visitor:
    """Bob, whose JupyterLab runs."""
    return arrived(hub, "bob")


@pytest.fixture(scope="session")
def explorers(alice: Visitor, bob: Visitor) -> None:
    """The explorers of both run."""
    for visitor in (alice, bob):
        assert visitor.ask("POST", visitor.name, "explorer/api/app").ok
    for visitor in (alice, bob):
        visitor.wait_for_app()


@pytest.fixture
def alices_app(alice: Visitor, explorers: None) -> Visitor:
    """Alice with a cohort of her own, and her explorer running."""
    alice.choose(cohort_of("alice"))
    return alice


@pytest.fixture
def bobs_app(bob: Visitor, explorers: None) -> Visitor:
    """Bob with a cohort of his own, and his explorer running."""
    bob.choose(cohort_of("bob"))
    return bob


@pytest.fixture
def own_uids(hub: Hub) -> None:
    """Skip where every process is of one user, so that file permissions separate nobody."""
    if hub.reach.alone:
        pytest.skip(f"file permissions were not tried: {hub.reach.alone}")


def arrived(hub: Hub, name: str) -> Visitor:
    visitor = Visitor(hub, name)
    visitor.arrive()
    return visitor


def cohort_of(name: str) -> dict[str, Any]:
    """A definition that gives away whose it is."""
    where = [{"facet": "SeriesDescription", "contains": [f"chosen by {name}"]}]
    return {"version": 1, "name": f"Cohort of {name}", "include": [{"same": "series", "where": where}]}
