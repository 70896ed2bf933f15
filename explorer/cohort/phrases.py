"""What a criterion wants, in English; one table of facets, one function per operator.

Two forms: a *noun* that stands after "with" (``series description containing “T2”``), and a *clause* that stands
alone (``Series description contains “T2”``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from explorer.cohort.texts import one_line
from explorer.facets import FACETS, Criterion, Scalar
from explorer.schema import Level

__all__ = ["Words", "clause", "noun", "one_of", "stands_alone", "tell", "wanted", "words_of"]

_LISTED = 5
"""Values that are all written out; of more, the first three."""

_LONGEST = 60

_PLAIN = re.compile(r"[\w.+/()-]+(?: [\w.+/()-]+)*")
_GRAMMAR = {"or", "and", "missing", "recorded", "in", "with", "whose", "not"}


@dataclass(frozen=True, slots=True)
class Words:
    """How a facet is spoken of in the middle of a sentence.

    Attributes
    ----------
    level
        Where the property belongs.
    noun
        Its name, "licence".
    unit
        What follows its numbers.
    counted
        What its numbers count, so that "20 to 40 images" says it all.
    alone
        The form for values that need no name, "of the {}"; empty where they do.
    many
        What many values are called, "modalities".
    """

    level: Level
    noun: str
    unit: str = ""
    counted: str = ""
    alone: str = ""
    many: str = "values"


_SPECIAL = {
    "Modality": Words("series", "modality", alone="{}", many="modalities"),
    "BodyPartExamined": Words("series", "body part", alone="a series of the {}", many="body parts"),
    "body_part": Words("series", "normalised body part"),
    "object_kind": Words("series", "kind of object"),
    "instances": Words("series", "number of images", counted="images"),
    "size_mb": Words("series", "series size", unit="MB"),
    "dataset": Words("dataset", "dataset", alone="in dataset {}", many="datasets"),
    "cancer_type": Words("dataset", "cancer type", alone="in datasets about {}", many="cancer types"),
    "license": Words("series", "licence", many="licences"),
}


def words_of(facet: str) -> Words:
    """Return how a facet is spoken of; a facet that this version does not know is called by its name."""
    if facet in _SPECIAL:
        return _SPECIAL[facet]
    if facet not in FACETS:
        return Words("series", tell(facet))
    known = FACETS[facet]
    title = known.title
    acronym = title[1:2].isupper()
    return Words(known.level, title if acronym else title[:1].lower() + title[1:], unit=known.column.unit or "")


def tell(value: Scalar) -> str:
    """Return a value in a sentence; texts that could be read as part of the sentence stand in quotation marks."""
    if value is None:
        return "missing"
    if not isinstance(value, str):
        return f"{value:,}".replace("-", "−", 1) if value < 0 else f"{value:,}"
    if len(value) > _LONGEST:
        return f"{_quoted(value[:40])[:-1]}…” ({len(value):,} characters)"
    plain = _PLAIN.fullmatch(value) and value == one_line(value) and not _GRAMMAR & set(value.casefold().split())
    return value if plain else _quoted(value)


_QUOTES = str.maketrans({"“": r"\u201c", "”": r"\u201d"})


def _quoted(text: str) -> str:
    return f"“{one_line(text).translate(_QUOTES)}”"


def one_of(values: Sequence[Scalar], many: str = "values") -> str:
    """Return "CT", "CT or MR", "one of 14 values (CT, MR, PT and 11 more)"; missing stands last."""
    present = list(dict.fromkeys(value for value in values if value is not None))
    if len(present) > _LISTED:
        first = ", ".join(map(tell, present[:3]))
        told = [f"one of {len(present):,} {many} ({first} and {len(present) - 3:,} more)"]
    else:
        told = [tell(value) for value in present]
    if None in values:
        told.append("missing")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"


def wanted(criterion: Criterion, words: Words) -> str:
    """Return what the facet has to be: "CT or MR", "50 to 75 years or missing", "recorded"."""
    if criterion.between is None:
        return one_of(criterion.is_in or (), words.many)
    low, high = criterion.between
    unit = f" {words.unit or words.counted}".rstrip()
    more, less = ("or later", "or earlier") if isinstance(low or high, str) else ("or more", "or less")
    if low is None and high is None:
        text = "recorded"
    elif high is None:
        text = f"{tell(low)}{unit} {more}"
    elif low is None:
        text = f"{tell(high)}{unit} {less}"
    else:
        text = f"{tell(low)}{unit}" if low == high else f"{tell(low)} to {tell(high)}{unit}"
    return f"{text} or missing" if criterion.missing else text


def _texts(criterion: Criterion) -> str:
    texts = list(dict.fromkeys(criterion.contains or ()))
    if len(texts) > _LISTED:
        return f"one of {len(texts):,} texts ({', '.join(map(_part, texts[:3]))} and {len(texts) - 3:,} more)"
    told = [_part(text) for text in texts]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"


def _part(text: str) -> str:
    return tell(text) if len(text) > _LONGEST else _quoted(text)


def noun(criterion: Criterion) -> str:
    """Return the criterion as it stands after "with": "CT or MR", "age 50 to 75 years", "licence missing"."""
    words = words_of(criterion.facet)
    if criterion.contains is not None:
        return f"{words.noun} containing {_texts(criterion)}"
    text = wanted(criterion, words)
    if stands_alone(criterion):
        return words.alone.format(text)
    if words.counted and criterion.between is not None and not criterion.missing and text != "recorded":
        return text
    return f"{words.noun} {text}"


def stands_alone(criterion: Criterion) -> bool:
    """Return whether the noun does without the facet's name: "CT", "a series of the CHEST"."""
    return bool(words_of(criterion.facet).alone and criterion.is_in and None not in criterion.is_in)


def clause(criterion: Criterion) -> str:
    """Return the criterion standing alone: "Modality is CT or MR", "Age is 50 to 75 years"."""
    words = words_of(criterion.facet)
    subject = words.noun[:1].upper() + words.noun[1:]
    if words.level == "dataset" and criterion.facet != "dataset":
        subject += " of the dataset"
    if criterion.contains is not None:
        return f"{subject} contains {_texts(criterion)}"
    return f"{subject} is {wanted(criterion, replace(words, counted=''))}"
