from __future__ import annotations

from pathlib import Path

import pytest

# The same browser, and the same check that nothing leaves the machine.
from tests.browser.conftest import (  # noqa: F401
    browser_context_args,
    browser_type_launch_args,
    offline,
    screenshot,
)

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.itkwidgets)
