"""The session: snapshot, definition, history."""

from explorer.session.edits import Request, edit
from explorer.session.session import Session
from explorer.session.state import Drafts, State, parse_label

__all__ = ["Drafts", "Request", "Session", "State", "edit", "parse_label"]
