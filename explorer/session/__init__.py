"""The session: snapshot, definition, history; and the workspace that several screens share.

Only `Session` counts anything, so only it brings the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from explorer.session.edits import Request, edit
from explorer.session.library import Library, Saved
from explorer.session.links import Kept, packed, unpacked
from explorer.session.recent import Recent
from explorer.session.state import Drafts, State, parse_label
from explorer.session.timeline import Timeline
from explorer.session.workspace import DEFAULT, Shared, Workspace

if TYPE_CHECKING:
    from explorer.session.session import Session

__all__ = [
    "DEFAULT",
    "Drafts",
    "Kept",
    "Library",
    "Recent",
    "Request",
    "Saved",
    "Session",
    "Shared",
    "State",
    "Timeline",
    "Workspace",
    "edit",
    "packed",
    "parse_label",
    "unpacked",
]


def __getattr__(name: str) -> Any:
    if name != "Session":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from explorer.session.session import Session

    return Session
