"""Methods as callbacks that do not keep their object alive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakMethod

__all__ = ["weakly"]


def weakly(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method without its object: it does nothing once that is gone."""
    weak = WeakMethod(method)

    def call(*arguments: Any) -> Any:
        found = weak()
        return None if found is None else found(*arguments)

    return call
