"""Notes that travel with a definition; counting never looks at them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from explorer.cohort.texts import kind_of, shown
from explorer.errors import DefinitionError

__all__ = ["Annotations"]

_DEEPEST = 50

_NOTHING: Mapping[str, Any] = {}


class Annotations(Mapping[str, Any]):
    """A frozen JSON object: notes, flags, paused groups, origin. What is read from it is a copy.

    Parameters
    ----------
    content
        A JSON object; kept as it is, in its order.

    Raises
    ------
    DefinitionError
        Where JSON has no word for a part of it.
    """

    __slots__ = ("_text",)

    _text: str

    def __init__(self, content: object = _NOTHING) -> None:
        if isinstance(content, Annotations):
            self._text = content._text
            return
        if not isinstance(content, Mapping):
            raise DefinitionError(f"annotations is an object, not {kind_of(content)}", "/annotations")
        self._text = json.dumps(_plain(content, "/annotations", 0), ensure_ascii=False, separators=(",", ":"))

    def to_dict(self) -> dict[str, Any]:
        """Return the whole object, as a copy."""
        content: dict[str, Any] = json.loads(self._text)
        return content

    def __getitem__(self, key: str) -> Any:
        return self.to_dict()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __len__(self) -> int:
        return len(self.to_dict())

    def __bool__(self) -> bool:
        return self._text != "{}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self.to_dict() == dict(other)

    def __hash__(self) -> int:
        return hash(frozenset(self.to_dict()))

    def __repr__(self) -> str:
        return f"Annotations({self.to_dict()!r})"


def _plain(value: object, path: str, depth: int) -> object:
    """Return the value with lists for tuples, or raise where JSON cannot carry it."""
    if depth > _DEEPEST:
        raise DefinitionError(f"annotations are nested more than {_DEEPEST} deep", "/annotations")
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise DefinitionError("annotations hold NUL or half a character, which a file cannot carry", path)
        return value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {
            str(_plain(key, path, depth)): _plain(part, f"{path}/{_escaped(key)}", depth + 1)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(part, f"{path}/{i}", depth + 1) for i, part in enumerate(value)]
    raise DefinitionError("annotations hold what JSON does not have: such as a number that is not finite", path)


def _escaped(key: str) -> str:
    return shown(key)[1:-1].replace("~", "~0").replace("/", "~1")
