"""Notes on single series, and the sample that was looked at: what the annotations of a definition say of them.

They stand in the annotations as
``{"series": {uid: {"mark": "flag", "note": "…"}}, "sample": {"n": 24, "by": "vendor", "seed": 7}}``, the sample with
``"here": true`` where it was drawn among the series on the person's computer. Counting never looks at them.
Annotations come from files too, so whatever is not written so is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from explorer.cohort.sample_choice import SampleChoice
from explorer.cohort.texts import shown
from explorer.errors import UserError

if TYPE_CHECKING:
    from explorer.cohort.definition import CohortDefinition

__all__ = ["Mark", "SeriesMark", "marks_from", "marks_of", "sample_of", "with_mark", "with_sample"]

Mark = Literal["flag", "exclude"]
_MARKS: tuple[Mark, ...] = get_args(Mark)
_LONGEST_UID = 64
_LONGEST_NOTE = 1000
_MOST = 2000
"""Series that can be marked; every step of the history holds all of them."""


@dataclass(frozen=True, slots=True)
class SeriesMark:
    """What a person noted of a series.

    Attributes
    ----------
    mark
        ``"flag"``: to be looked at again. ``"exclude"``: not to be used. Neither changes a count.
    note
        The person's own words; may be empty.
    """

    uid: str
    mark: Mark
    note: str = ""


def marks_of(definition: CohortDefinition) -> tuple[SeriesMark, ...]:
    """Return the series that are flagged or excluded, in the order in which they were marked first."""
    return marks_from(definition.annotations.get("series"))


def marks_from(found: object) -> tuple[SeriesMark, ...]:
    """Return the marks that stand under ``series`` in annotations."""
    pairs = found.items() if isinstance(found, Mapping) else ()
    return tuple(mark for mark in (_read(uid, said) for uid, said in pairs) if mark is not None)


def sample_of(definition: CohortDefinition) -> SampleChoice | None:
    """Return the sample that was looked at; None where none was."""
    found = definition.annotations.get("sample")
    if not isinstance(found, Mapping):
        return None
    try:
        return SampleChoice(found["n"], found["by"], found["seed"], found.get("here", False))
    except (KeyError, TypeError, UserError):
        return None


def with_mark(
    definition: CohortDefinition, uid: str, mark: Mark | Literal[""], note: str | None = None
) -> CohortDefinition:
    """Return the definition with a series marked.

    Parameters
    ----------
    uid
        SeriesInstanceUID.
    mark
        ``"flag"`` or ``"exclude"``; empty takes mark and note away.
    note
        The person's words, up to 1,000 characters; None leaves those that are there.

    Raises
    ------
    UserError
        There is no such mark, the note is too long, or too many series are marked.
    """
    if not isinstance(uid, str) or not 0 < len(uid) <= _LONGEST_UID:
        raise UserError(f"{shown(uid)} is no SeriesInstanceUID")
    if mark and mark not in _MARKS:
        raise UserError(f"{shown(mark)} is no mark; a series is marked {' or '.join(_MARKS)}, or not at all")
    if note is not None and (not isinstance(note, str) or len(note) > _LONGEST_NOTE):
        raise UserError(f"a note has at most {_LONGEST_NOTE:,} characters")
    marked = _marked(definition)
    if mark:
        before = _read(uid, marked.get(uid))
        said = (before.note if before else "") if note is None else note
        marked[uid] = {"mark": mark, **({"note": said} if said else {})}
    else:
        marked.pop(uid, None)
    if len(marked) > _MOST:
        raise UserError(f"{_MOST:,} series are marked; more are too many for notes. Make a filter of what they share")
    return _annotated(definition, "series", marked)


def with_sample(definition: CohortDefinition, choice: SampleChoice) -> CohortDefinition:
    """Return the definition with the sample that was looked at."""
    return _annotated(definition, "sample", choice.as_json)


def _read(uid: object, said: object) -> SeriesMark | None:
    if not (isinstance(uid, str) and len(uid) <= _LONGEST_UID and isinstance(said, Mapping)):
        return None
    if said.get("mark") not in _MARKS:
        return None
    note = said.get("note")
    return SeriesMark(uid, said["mark"], note[:_LONGEST_NOTE] if isinstance(note, str) else "")


def _marked(definition: CohortDefinition) -> dict[str, Any]:
    found = definition.annotations.get("series")
    if found is not None and not isinstance(found, Mapping):
        raise UserError("the annotations of this cohort keep something else under series, so nothing can be marked")
    return dict(found or {})


def _annotated(definition: CohortDefinition, key: str, content: dict[str, Any]) -> CohortDefinition:
    """Return the definition with one entry of its annotations changed; an empty one goes."""
    others = {name: value for name, value in definition.annotations.items() if name != key or content}
    return replace(definition, annotations={**others, **({key: content} if content else {})})
