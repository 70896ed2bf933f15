"""Cells whose ids and outputs follow from their content."""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

__all__ = ["Cell", "Shown", "code", "prose"]

Cell = dict[str, Any]
"""A cell as nbformat 4.5 has it."""


class Shown(Protocol):
    """What a notebook can show as a bundle of media types."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any: ...


def prose(text: str) -> Cell:
    """Return a Markdown cell; foreign text in it is escaped by who writes it."""
    return {"cell_type": "markdown", "id": _id("markdown", text), "metadata": {}, "source": _lines(text)}


def code(
    source: str,
    count: int,
    shown: Shown | None = None,
    plain: str | None = None,
    *,
    tags: tuple[str, ...] = (),
    folded: bool = False,
) -> Cell:
    """Return a code cell with the output that a run of it gives.

    Parameters
    ----------
    source
        Python.
    count
        Number of the cell, from 1.
    shown
        The value of the last line, where it shows itself.
    plain
        The value's repr, where it does not.
    tags, folded
        Tags of the cell; whether its source is folded in JupyterLab.
    """
    metadata: dict[str, Any] = {"tags": list(tags)} if tags else {}
    if folded:
        metadata["jupyter"] = {"source_hidden": True}
    bundle = shown._repr_mimebundle_() if shown is not None else {"text/plain": plain} if plain else None
    return {
        "cell_type": "code",
        "id": _id("code", source),
        "metadata": metadata,
        "execution_count": count,
        "source": _lines(source),
        "outputs": [] if bundle is None else [_result(bundle, count)],
    }


def _result(bundle: Any, count: int) -> dict[str, Any]:
    content, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    data = {kind: _lines(text) if kind.startswith("text/") else text for kind, text in content.items()}
    return {"output_type": "execute_result", "data": data, "metadata": metadata, "execution_count": count}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _id(kind: str, source: str) -> str:
    return hashlib.sha256(f"{kind}\n{source}".encode()).hexdigest()[:16]
