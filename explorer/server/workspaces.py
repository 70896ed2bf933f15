"""Workspaces as JupyterLab sees them: what they hold, and opening a definition in one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from explorer.cohort import CohortDefinition
from explorer.cohort.texts import kind_of, shown
from explorer.errors import UserError
from explorer.server.broken import read_text
from explorer.server.fitting import fitting
from explorer.session.workspace import Shared, Workspace

__all__ = ["names", "put", "show"]

_KEYS = ("definition", "base", "only_if_base_differs", "moved_from")
_BASE = re.compile(r"[0-9a-f]{64}|")


def names() -> dict[str, Any]:
    """Return the names of this person's workspaces."""
    return {"workspaces": Workspace.names()}


def show(name: str) -> dict[str, Any]:
    """Return what a workspace holds.

    Raises
    ------
    UserError
        The name is none.
    """
    workspace = Workspace(name)
    return _shown(workspace.name, workspace.read())


def put(name: str, wanted: object) -> dict[str, Any]:
    """Open a definition in a workspace, and return what that holds then. What was there is one undo away.

    Parameters
    ----------
    wanted
        An object with

        ``definition``: a definition, or the text of a file that holds one; left out, the definition stays.

        ``base``: SHA-256 of the text of the file that was opened or saved, ``""`` for none. Left out, it is that of
        `definition` where this is a text, else the one before.

        ``only_if_base_differs``: true leaves the definition as it is where the file is the one opened or saved last:
        a person who opens a file again finds their changes.

        ``moved_from``: the workspace of the file before it was renamed; its history and snapshot come along.

    Raises
    ------
    UserError
        The name is none, or `wanted` is none of these.
    DefinitionError
        The definition is broken.
    """
    workspace = Workspace(name)
    if not isinstance(wanted, Mapping) or not wanted.keys() <= set(_KEYS):
        raise UserError(f"a workspace takes an object with {', '.join(_KEYS)}, not {shown(wanted)}")
    content, base = wanted.get("definition"), wanted.get("base")
    if base is not None and not (isinstance(base, str) and _BASE.fullmatch(base)):
        raise UserError(f"base is the SHA-256 of a file's text, 64 hexadecimal digits, not {shown(base)}")
    keep = wanted.get("only_if_base_differs", False)
    if not isinstance(keep, bool):
        raise UserError(f"only_if_base_differs is true or false, not {shown(keep)}")
    if content is None and base is None:
        raise UserError("a workspace takes a definition, or the base of the one that it holds")
    definition = _definition(content)
    origin = Workspace(wanted["moved_from"]).read() if "moved_from" in wanted else None
    if base is None and isinstance(content, str):
        base = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()

    def step(before: Shared) -> Shared:
        if keep and base == before.base:
            return before
        if origin is not None:
            before = replace(before, timeline=origin.timeline, snapshot=origin.snapshot)
        after = before if definition is None else replace(before, timeline=before.timeline.then(definition))
        return after if base is None else replace(after, base=base)

    return _shown(name, workspace.change(step))


def _definition(content: object) -> CohortDefinition | None:
    if content is None:
        return None
    if isinstance(content, str):
        return read_text(content)
    if isinstance(content, Mapping):
        return fitting(CohortDefinition.from_dict(content))
    raise UserError(f"a definition is an object, or the text of a file that holds one, not {kind_of(content)}")


def _shown(name: str, shared: Shared) -> dict[str, Any]:
    return {
        "name": name,
        "revision": shared.revision,
        "definition": shared.definition.to_dict(),
        "snapshot": shared.snapshot,
        "base": shared.base,
        "sentence": shared.definition.describe(),
        "can_undo": bool(shared.timeline.past),
        "can_redo": bool(shared.timeline.future),
    }
