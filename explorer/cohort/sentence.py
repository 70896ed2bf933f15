"""A definition as one English sentence that says no more and no less than it counts.

A level is named where it can make a difference: where a group has two criteria or more that belong to series or
studies. Properties of the patient and of the dataset are the same in every series, so for them it cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from explorer.cohort.groups import Group, Within
from explorer.cohort.phrases import clause, noun, stands_alone, wanted, words_of
from explorer.facets import Criterion

if TYPE_CHECKING:
    from explorer.cohort.definition import CohortDefinition

__all__ = ["describe_criterion", "describe_definition", "describe_group", "describe_selection", "describe_within"]

_TAKES = {
    ("matching", "none"): "",
    ("matching", "linked"): "takes the matching series with their linked segmentations and annotations",
    ("images", "none"): "takes all their original images",
    ("images", "linked"): "takes all their original images with linked segmentations and annotations",
    ("all", "none"): "takes all their series",
    ("all", "linked"): "takes all their series",
}


def describe_definition(definition: CohortDefinition) -> str:
    """Return the definition as one sentence of one line."""
    parts = [_parts(group) for group in definition.include]
    shown_with = [part.shows for part in parts if part.shows]
    told = [_and_with(shown_with)] if shown_with else []
    told += [" and ".join(people)] if (people := [text for part in parts for text in part.people]) else []
    told += [" and ".join(sets)] if (sets := [text for part in parts for text in part.datasets]) else []
    told += [f"who have {_and(pairs)}"] if (pairs := [_pair(pair, definition) for pair in definition.within]) else []
    clauses = [f"Patients {', '.join(told)}" if told else "All patients"]
    if definition.exclude:
        clauses.append(f"not {', nor '.join(f'patients {_asks(group)}' for group in definition.exclude)}")
    takes = _TAKES[definition.select, definition.derived]
    return f"{'; '.join([*clauses, takes] if takes else clauses)}."


def describe_criterion(criterion: Criterion) -> str:
    """Return a criterion standing alone, without a full stop: "Modality is CT or MR"."""
    return clause(criterion)


def describe_group(group: Group) -> str:
    """Return a group standing alone: "Modality is MR and body part is BREAST in the same series; sex is F"."""
    levels = [words_of(criterion.facet).level for criterion in group.where]
    on_images = [one for one, level in zip(group.where, levels, strict=True) if level in ("series", "study")]
    others = [clause(one) for one, level in zip(group.where, levels, strict=True) if level in ("patient", "dataset")]
    shows = _and([_inner(clause(criterion)) for criterion in on_images])
    if len(on_images) > 1:
        shows += f" in the same {group.same}"
    text = "; ".join([shows, *map(_inner, others)] if shows else map(_inner, others))
    return text[:1].upper() + text[1:]


def describe_within(definition: CohortDefinition, pair: Within) -> str:
    """Return a pair in time standing alone: "A study with MR 0 to 90 days after a study with CT"."""
    text = _pair(pair, definition)
    return text[:1].upper() + text[1:]


def describe_selection(definition: CohortDefinition) -> str:
    """Return which series the cohort takes, standing alone: "The matching series"."""
    named = any(
        words_of(criterion.facet).level in ("series", "study")
        for group in definition.include
        for criterion in group.where
    )
    if definition.select == "all":
        return "All series"
    text = "The matching series" if definition.select == "matching" and named else "All original images"
    return f"{text} with linked segmentations and annotations" if definition.derived == "linked" else text


def _inner(text: str) -> str:
    """Return a clause as it stands inside a sentence: without its capital, but for words in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _asks(group: Group) -> str:
    """Return what a group asks, after "patients": "with MR of the BREAST in the same series and whose sex is F"."""
    parts = _parts(group)
    shows = [f"with {parts.shows}"] if parts.shows else []
    return " and ".join([*shows, *parts.people, *parts.datasets])


class _Parts(NamedTuple):
    """What a group says of the patient's images, of the patient, and of the dataset."""

    shows: str
    people: list[str]
    datasets: list[str]


def _parts(group: Group) -> _Parts:
    by_level: dict[str, list[Criterion]] = {"images": [], "patient": [], "dataset": []}
    for criterion in group.where:
        level = words_of(criterion.facet).level
        by_level["images" if level in ("series", "study") else level].append(criterion)
    images = by_level["images"]
    shows = _shows(group, images)
    if len(images) > 1:
        shows += f" in the same {group.same}"
    return _Parts(shows, [_person(one) for one in by_level["patient"]], [_dataset(one) for one in by_level["dataset"]])


def _shows(group: Group, images: Sequence[Criterion]) -> str:
    """Return the criteria on images; on level series the first modality and body part become "MR of the BREAST"."""
    nouns = [noun(criterion) for criterion in images]
    if group.same == "series":
        alone = {one.facet: i for i, one in reversed(list(enumerate(images))) if stands_alone(one)}
        head, site = alone.get("Modality"), alone.get("BodyPartExamined")
        if head is not None or site is not None:
            subject = nouns[head] if head is not None else nouns[site or 0]
            if head is not None and site is not None:
                subject += " " + nouns[site].removeprefix("a series ")
            rest = [text for i, text in enumerate(nouns) if i not in (head, site)]
            return f"{subject} with {_and(rest)}" if rest else subject
    return _and(nouns)


def _person(criterion: Criterion) -> str:
    words = words_of(criterion.facet)
    if criterion.contains is not None:
        return f"with {noun(criterion)}"
    return f"whose {words.noun} is {wanted(criterion, words)}"


def _dataset(criterion: Criterion) -> str:
    words = words_of(criterion.facet)
    if not (words.alone and criterion.is_in):
        return f"in datasets with {noun(criterion)}"
    present = tuple(value for value in criterion.is_in if value is not None)
    named = words.alone.format(wanted(Criterion(criterion.facet, is_in=present), words)) if present else ""
    if None not in criterion.is_in:
        return named
    return f"{named} or with {words.noun} missing" if named else f"in datasets with {words.noun} missing"


def _pair(pair: Within, definition: CohortDefinition) -> str:
    first, then = (_study(definition.include[i]) for i in (pair.first, pair.then))
    return f"{then} {_apart(pair)} {first}"


def _study(group: Group) -> str:
    """Return the studies that meet a group; what it asks of the patient is said already."""
    parts = _parts(group)
    if not parts.shows:
        return "any dated study"
    shows = parts.shows if group.same == "series" else parts.shows.removesuffix(f" in the same {group.same}")
    return f"a study with {shows}"


def _apart(pair: Within) -> str:
    """Return how the second study lies to the first: "0 to 90 days after"."""
    low, high = pair.days
    if low is None and high is None:
        return "any number of days before or after"
    if low is None or high is None:
        return _half_open(low, high)
    if low == high:
        return "on the same day as" if low == 0 else f"{_days(abs(low))} {'after' if low > 0 else 'before'}"
    if low >= 0:
        return f"{low:,} to {_days(high)} after"
    if high <= 0:
        return f"{-high:,} to {_days(-low)} before"
    return f"{_days(-low)} before to {_days(high)} after" if -low != high else f"within {_days(high)} before or after"


def _half_open(low: int | None, high: int | None) -> str:
    if low is not None:
        return f"{_days(low)} or more after" if low >= 0 else f"up to {_days(-low)} before, or any time after,"
    assert high is not None
    return f"{_days(-high)} or more before" if high <= 0 else f"any time before, or up to {_days(high)} after,"


def _days(count: int) -> str:
    return f"{count:,} day" if count == 1 else f"{count:,} days"


def _and(texts: Sequence[str]) -> str:
    """Return the texts joined with "and"; with commas where a text has an "or" of its own."""
    if len(texts) < 2:
        return "".join(texts)
    comma = "," if any(" or " in text or "," in text for text in texts) else ""
    return f"{', '.join(texts[:-1])}{comma} and {texts[-1]}"


def _and_with(texts: Sequence[str]) -> str:
    plain = not any(mark in text for text in texts for mark in (" or ", ",", " in the same ", " and "))
    return (" and " if plain else ", and ").join(f"with {text}" for text in texts)
