"""What counts as leaving the machine, in the browser tests' own check."""

from __future__ import annotations

import pytest

from tests.browser.conftest import leaves_the_machine


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5006/app",
        "http://localhost/ws",
        "ws://[::1]:80/ws",
        "data:text/plain,x",
        "blob:http://localhost/1",
    ],
)
def test_stays(url: str) -> None:
    assert not leaves_the_machine(url)


@pytest.mark.parametrize("url", ["https://example.org/a.js", "wss://example.org", "http://127.0.0.1.example.org/"])
def test_leaves(url: str) -> None:
    assert leaves_the_machine(url)
