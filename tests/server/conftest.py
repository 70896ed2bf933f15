from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.running import Browser, Server, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server; each module has one."""
    with running(tmp_path_factory.mktemp("jupyter") / "server") as started:
        yield started


@pytest.fixture(scope="module")
def visitor(server: Server) -> Browser:
    """A browser that is logged in on it."""
    return Browser(server).log_in()
