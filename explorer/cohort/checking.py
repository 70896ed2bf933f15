"""A definition against what a snapshot holds: names, kinds and types are errors, unknown values are advice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from explorer.cohort.advice import Advice
from explorer.cohort.catalogue import Catalogue
from explorer.cohort.nearest import nearest, nearest_names
from explorer.cohort.scalars import is_date
from explorer.cohort.texts import one_line, sayable, shown
from explorer.errors import OperatorError, UnknownFacetError
from explorer.facets import Criterion, Facet, Scalar
from explorer.facets.fold import fold

if TYPE_CHECKING:
    from explorer.cohort.definition import CohortDefinition

__all__ = ["check_definition"]

_NAMED_ONE_BY_ONE = 20
"""Unknown values of a definition that get an advice each; those further on in a criterion share one.

What is near takes up to a tenth of a second to find, and a definition may come from anywhere.
"""

_OF_KIND = {
    "category": "categories",
    "many-valued": "categories (several for one dataset)",
    "text": "free text",
    "number": "numbers",
    "date": "dates",
}


_NEVER_MISSING = sayable("%1 is never missing in this snapshot.")
_NO_VALUE = (
    sayable("%1 %2 does not occur in this snapshot and counts nothing."),
    sayable("%1 %2 does not occur in this snapshot and counts nothing. The nearest are %3."),
)
_NO_TEXT = (
    sayable("no %1 in this snapshot contains %2, so it counts nothing."),
    sayable("no %1 in this snapshot contains %2, so it counts nothing. The nearest are %3."),
)
_MORE_VALUES = sayable("%1 more values of %2 do not occur in this snapshot.")
_MORE_TEXTS = sayable("%1 more texts are in no %2 of this snapshot.")
_NO_LINKS = sayable("%1 does not say which image a segmentation or annotation was drawn on, so none comes along.")

_REMEMBERED = 64
_remembered: WeakKeyDictionary[Catalogue, dict[CohortDefinition, tuple[Advice, ...]]] = WeakKeyDictionary()
"""The latest answers: a click checks a definition more than once, and looking for near values takes time."""


def check_definition(definition: CohortDefinition, catalogue: Catalogue) -> tuple[Advice, ...]:
    """Return what a reader should know before believing the counts, in the order of the definition."""
    known = _remembered.setdefault(catalogue, {})
    if definition not in known:
        advice = _check(definition, catalogue)
        for oldest in list(known)[: len(known) + 1 - _REMEMBERED]:
            known.pop(oldest, None)
        known[definition] = advice
        return advice
    return known[definition]


def _check(definition: CohortDefinition, catalogue: Catalogue) -> tuple[Advice, ...]:
    located = [
        (criterion, f"/{kind}/{i}/where/{j}")
        for kind in ("include", "exclude")
        for i, group in enumerate(getattr(definition, kind))
        for j, criterion in enumerate(group.where)
    ]
    facets = [_facet(criterion, path, catalogue) for criterion, path in located]
    for (criterion, path), facet in zip(located, facets, strict=True):
        _fits(criterion, path, facet)
    places = iter(range(_NAMED_ONE_BY_ONE))
    found = [
        advice
        for (criterion, path), facet in zip(located, facets, strict=True)
        for advice in _advice(criterion, path, facet, catalogue, places)
    ]
    if definition.derived == "linked" and not catalogue.has_links:
        found.append(Advice.saying("no-links", "/derived", _NO_LINKS, one_line(catalogue.title)))
    return tuple(found)


def _facet(criterion: Criterion, path: str, catalogue: Catalogue) -> Facet:
    facets: Mapping[str, Facet] = catalogue.facets
    if criterion.facet in facets:
        return facets[criterion.facet]
    near = nearest_names(criterion.facet, facets)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    exist = ", ".join(one_line(name) for name in sorted(facets, key=str.casefold))
    raise UnknownFacetError(
        f"there is no facet {shown(criterion.facet)} in {one_line(catalogue.title)}.{hint} The facets are {exist}",
        f"{path}/facet",
    )


def _fits(criterion: Criterion, path: str, facet: Facet) -> None:
    """Raise where the operator or a value is not of the facet's kind."""
    operator, values = _operator(criterion)
    if operator not in facet.operators:
        raise OperatorError(
            f"{facet.name} has {_OF_KIND[facet.kind]}, so it cannot be asked with {operator}; "
            f"it can with {' and '.join(facet.operators)}",
            f"{path}/{operator}",
        )
    for i, value in enumerate(values):
        wanted = _wrong(value, facet)
        if wanted:
            raise OperatorError(f"{facet.name} has {wanted}, {shown(value)} is not", f"{path}/{operator}/{i}")


def _operator(criterion: Criterion) -> tuple[str, tuple[Scalar, ...]]:
    if criterion.is_in is not None:
        return "is_in", criterion.is_in
    if criterion.between is not None:
        return "between", criterion.between
    return "contains", criterion.contains or ()


def _wrong(value: Scalar, facet: Facet) -> str:
    """Return what the facet has instead of a value like this one; empty where the value fits."""
    if value is None:
        return ""
    if facet.kind == "number":
        return "numbers, written without quotes" if isinstance(value, str) else ""
    if facet.kind == "date":
        return "" if is_date(value) else 'dates, written "2024-01-31"'
    return "" if isinstance(value, str) else "texts, written in quotes"


def _advice(
    criterion: Criterion, path: str, facet: Facet, catalogue: Catalogue, places: Iterator[int]
) -> Iterator[Advice]:
    """Yield the advice on a criterion; each unknown value takes one of the `places`, as long as there are any."""
    operator, values = _operator(criterion)
    if operator == "is_in":
        yield from _unknown_values(values, f"{path}/is_in", facet, catalogue, places)
    if operator == "contains":
        yield from _unknown_texts(criterion.contains or (), f"{path}/contains", facet, catalogue, places)
    if facet.kind == "date" and facet.column.caution and any(value is not None for value in values):
        yield Advice.saying("shifted-dates", path, facet.column.caution)


def _unknown_values(
    values: tuple[Scalar, ...], path: str, facet: Facet, catalogue: Catalogue, places: Iterator[int]
) -> Iterator[Advice]:
    unknown = list(_not_held(values, facet, catalogue))
    held = catalogue.values(facet.name) if unknown else ()
    named = list(zip(unknown, places, strict=False))
    for (i, value), _ in named:
        if value is None:
            yield Advice.saying("unknown-value", f"{path}/{i}", _NEVER_MISSING, facet.name)
            continue
        near = nearest(value, held)
        yield _unknown("unknown-value", f"{path}/{i}", _NO_VALUE, (facet.name, shown(value)), near)
    rest = unknown[len(named) :]
    if rest:
        yield Advice.saying("unknown-value", path, _MORE_VALUES, f"{len(rest):,}", facet.name)


def _not_held(values: tuple[Scalar, ...], facet: Facet, catalogue: Catalogue) -> Iterator[tuple[int, Scalar]]:
    """Yield the values that do not occur, with their positions; a long list is asked for in one go."""
    held = frozenset(catalogue.values(facet.name)) if len(values) > _NAMED_ONE_BY_ONE else frozenset()
    for i, value in enumerate(values):
        known = value in held if held and value is not None else catalogue.holds(facet.name, value)
        if not known:
            yield i, value


def _unknown_texts(
    texts: tuple[str, ...], path: str, facet: Facet, catalogue: Catalogue, places: Iterator[int]
) -> Iterator[Advice]:
    if len(texts) > _NAMED_ONE_BY_ONE:
        # NUL is in no value and in no text, so nothing is found across two values.
        everything = "\0".join(fold(str(value)) for value in catalogue.values(facet.name))
        unknown = [(i, text) for i, text in enumerate(texts) if fold(text) not in everything]
    else:
        unknown = [(i, text) for i, text in enumerate(texts) if not catalogue.holds_text(facet.name, text)]
    named = list(zip(unknown, places, strict=False))
    for (i, text), _ in named:
        near = nearest(text, catalogue.values(facet.name))
        yield _unknown("unknown-text", f"{path}/{i}", _NO_TEXT, (facet.name, shown(text)), near)
    rest = unknown[len(named) :]
    if rest:
        yield Advice.saying("unknown-text", path, _MORE_TEXTS, f"{len(rest):,}", facet.name)


def _unknown(code: str, path: str, texts: tuple[str, str], args: tuple[str, str], near: tuple[Scalar, ...]) -> Advice:
    """Return the advice on something that does not occur; `texts` say it without and with what is near."""
    told = [", ".join(map(_told, near))] if near else []
    return Advice.saying(code, path, texts[len(told)], *args, *told, suggestions=tuple(str(known) for known in near))


def _told(value: Scalar) -> str:
    return one_line(value) if isinstance(value, str) else str(value)
