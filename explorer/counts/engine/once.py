"""An answer that an object computes when first asked for, and keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

__all__ = ["once"]

T = TypeVar("T")


class once(Generic[T]):
    """A property computed once per object.

    That of functools holds one lock for all objects in Python 3.11, so that one person's slow question would keep
    another's waiting. Here two threads may both compute what neither has kept; they find the same.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> once[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> once[T] | T:
        if instance is None:
            return self
        # Not a data descriptor: from now on the object's own attribute is found first.
        found = instance.__dict__[self._name] = self._compute(instance)
        return found
