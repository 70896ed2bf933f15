"""What a person wrote about a cohort: ``"note"`` in the annotations of its definition, which counting ignores."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.errors import UserError

if TYPE_CHECKING:
    from explorer.cohort.definition import CohortDefinition

__all__ = ["LONGEST_NOTE", "note_of", "with_note"]

LONGEST_NOTE = 4_000
"""Characters; every step of the history holds the note."""


def note_of(definition: CohortDefinition) -> str:
    """Return the note; empty where there is none, or something else stands in its place."""
    note = definition.annotations.get("note")
    return note if isinstance(note, str) else ""


def with_note(definition: CohortDefinition, note: str) -> CohortDefinition:
    """Return the definition with another note; an empty one goes.

    Raises
    ------
    UserError
        The note is too long, or no text.
    """
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise UserError(f"a note is a text of at most {LONGEST_NOTE:,} characters")
    others = {key: value for key, value in definition.annotations.items() if key != "note"}
    return replace(definition, annotations={**others, "note": note} if note.strip() else others)
