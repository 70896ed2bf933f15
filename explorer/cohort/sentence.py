"""A definition as one sentence that says no more and no less than it counts; in English or another language.

A level is named where it can make a difference: where a group has two criteria or more that belong to series or
studies. Properties of the patient and of the dataset are the same in every series, so for them it cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from explorer.cohort.groups import Group, Within
from explorer.cohort.tongues import Tongue, tongue_of
from explorer.facets import Criterion

if TYPE_CHECKING:
    from explorer.cohort.definition import CohortDefinition

__all__ = [
    "describe_criterion",
    "describe_days",
    "describe_definition",
    "describe_group",
    "describe_part",
    "describe_selection",
    "describe_within",
]

_ON_IMAGES = ("series", "study")
"""Levels of the facets that images have."""


def describe_definition(definition: CohortDefinition, language: str = "en") -> str:
    """Return the definition as one sentence of one line."""
    tongue = tongue_of(language)
    parts = [_parts(group, tongue) for group in definition.include]
    shown_with = [part.shows for part in parts if part.shows]
    people = [text for part in parts for text in part.people]
    sets = [text for part in parts for text in part.datasets]
    pairs = [_pair(pair, definition, tongue) for pair in definition.within]
    told = [tongue.with_all(shown_with)] if shown_with else []
    told += [_all_of(texts, tongue) for texts in (people, sets) if texts]
    told += [tongue.who_have(pairs)] if pairs else []
    clauses = [f"{tongue.patients} {', '.join(told)}" if told else tongue.everybody]
    if definition.exclude:
        clauses.append(tongue.leaving_out([_asks(group, tongue) for group in definition.exclude]))
    takes = tongue.takes[definition.select, definition.derived]
    return f"{'; '.join([*clauses, takes] if takes else clauses)}."


def describe_criterion(criterion: Criterion, language: str = "en") -> str:
    """Return a criterion standing alone, without a full stop: "Modality is CT or MR"."""
    return tongue_of(language).clause(criterion)


def describe_group(group: Group, language: str = "en") -> str:
    """Return a group standing alone: "Modality is MR and body part is BREAST in the same series; sex is F"."""
    tongue = tongue_of(language)
    levels = [tongue.words_of(criterion.facet).level for criterion in group.where]
    on_images = [one for one, level in zip(group.where, levels, strict=True) if level in _ON_IMAGES]
    others = [one for one, level in zip(group.where, levels, strict=True) if level not in _ON_IMAGES]
    shows = tongue.listed([tongue.inner(tongue.clause(criterion)) for criterion in on_images])
    if len(on_images) > 1:
        shows += tongue.in_the_same[group.same]
    told = [tongue.inner(tongue.clause(criterion)) for criterion in others]
    text = "; ".join([shows, *told] if shows else told)
    return text[:1].upper() + text[1:]


def describe_within(definition: CohortDefinition, pair: Within, language: str = "en") -> str:
    """Return a pair in time standing alone: "A study with MR 0 to 90 days after a study with CT"."""
    text = _pair(pair, definition, tongue_of(language))
    return text[:1].upper() + text[1:]


def describe_days(pair: Within, language: str = "en") -> str:
    """Return the days of a pair as `describe_definition` says them: "0 to 90 days after"."""
    return tongue_of(language).apart(*pair.days)


def describe_selection(definition: CohortDefinition, language: str = "en") -> str:
    """Return which series the cohort takes, standing alone: "The matching series"."""
    tongue = tongue_of(language)
    if definition.select == "all":
        return tongue.selection["all"]
    named = any(
        tongue.words_of(criterion.facet).level in _ON_IMAGES
        for group in definition.include
        for criterion in group.where
    )
    text = tongue.selection["matching" if definition.select == "matching" and named else "images"]
    return text + tongue.linked if definition.derived == "linked" else text


def describe_part(definition: CohortDefinition, path: str, language: str = "en") -> str:
    """Return one part of a definition in words, standing alone.

    Parameters
    ----------
    path
        JSON pointer: ``"/include/0"`` a group, ``"/include/0/where/1"`` a criterion, ``"/include/0/same"`` what its
        level asks beyond the next wider one, ``"/within/0"`` a pair in time, ``"/select"`` the series taken, ``""``
        everybody in the snapshot, which every rule starts from.
    """
    tongue = tongue_of(language)
    if path in ("", "/select"):
        return describe_selection(definition, language) if path else tongue.everybody_here
    _, kind, index, *inside = path.split("/")
    if kind == "within":
        return describe_within(definition, definition.within[int(index)], language)
    group = (definition.include if kind == "include" else definition.exclude)[int(index)]
    match inside:
        case ["same"]:
            return tongue.same_only[group.same]
        case ["where", place]:
            return tongue.clause(group.where[int(place)])
    words = describe_group(group, language)
    return words if kind == "include" else tongue.without(words)


def _asks(group: Group, tongue: Tongue) -> str:
    """Return what a group asks, after "patients": "with MR of the BREAST in the same series and whose sex is F"."""
    parts = _parts(group, tongue)
    shows = [tongue.with_all([parts.shows])] if parts.shows else []
    return _all_of([*shows, *parts.people, *parts.datasets], tongue)


class _Parts(NamedTuple):
    """What a group says of the patient's images, of the patient, and of the dataset."""

    shows: str
    people: list[str]
    datasets: list[str]


def _parts(group: Group, tongue: Tongue) -> _Parts:
    images: list[Criterion] = []
    people: list[str] = []
    datasets: list[str] = []
    for criterion in group.where:
        words = tongue.words_of(criterion.facet)
        if words.level in _ON_IMAGES:
            images.append(criterion)
        elif words.level == "patient":
            people.append(tongue.whose(criterion, words))
        else:
            datasets.append(_dataset(criterion, tongue))
    shows = _shows(group, images, tongue)
    return _Parts(shows + tongue.in_the_same[group.same] if len(images) > 1 else shows, people, datasets)


def _shows(group: Group, images: Sequence[Criterion], tongue: Tongue) -> str:
    """Return the criteria on images; on level series the first modality and body part become "MR of the BREAST"."""
    nouns = [tongue.noun(criterion) for criterion in images]
    if group.same == "series":
        alone = {one.facet: i for i, one in reversed(list(enumerate(images))) if tongue.stands_alone(one)}
        head, site = alone.get("Modality"), alone.get("BodyPartExamined")
        if head is not None or site is not None:
            subject = nouns[head] if head is not None else nouns[site or 0]
            if head is not None and site is not None:
                subject += " " + nouns[site].removeprefix(tongue.a_series)
            rest = [text for i, text in enumerate(nouns) if i not in (head, site)]
            return f"{subject} {tongue.with_all([tongue.listed(rest)])}" if rest else subject
    return tongue.listed(nouns)


def _dataset(criterion: Criterion, tongue: Tongue) -> str:
    words = tongue.words_of(criterion.facet)
    if not (words.alone and criterion.is_in):
        return tongue.of_datasets("", tongue.noun(criterion), missing=False)
    present = tuple(value for value in criterion.is_in if value is not None)
    named = words.alone.format(tongue.wanted(Criterion(criterion.facet, is_in=present), words)) if present else ""
    return tongue.of_datasets(named, words.noun, missing=None in criterion.is_in)


def _pair(pair: Within, definition: CohortDefinition, tongue: Tongue) -> str:
    first, then = (_study(definition.include[i], tongue) for i in (pair.first, pair.then))
    return f"{then} {tongue.apart(*pair.days)} {first}"


def _study(group: Group, tongue: Tongue) -> str:
    """Return the studies that meet a group; what it asks of the patient is said already."""
    parts = _parts(group, tongue)
    if not parts.shows:
        return tongue.dated_study
    shows = parts.shows if group.same == "series" else parts.shows.removesuffix(tongue.in_the_same[group.same])
    return f"{tongue.a_study}{shows}"


def _all_of(texts: Sequence[str], tongue: Tongue) -> str:
    """Return what is asked of one patient, all of it."""
    return f" {tongue.and_} ".join(texts)
