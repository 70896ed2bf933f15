"""The shape of a definition: one reader for JSON and for Python, so that there is one set of rules.

What comes out is normalised: texts in NFC, whole floats as integers, tuples for lists. Order and repetitions
stay as written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Literal, TypeVar, cast, get_args

from explorer.cohort.groups import Derived, Group, Same, Select, Within
from explorer.cohort.scalars import is_date, read_number, read_scalar, read_text, read_whole
from explorer.cohort.texts import kind_of, shown
from explorer.errors import DefinitionError
from explorer.facets import Criterion, Scalar

__all__ = [
    "MOST_CRITERIA",
    "MOST_GROUPS",
    "MOST_PAIRS",
    "MOST_VALUES",
    "read_groups",
    "read_members",
    "read_one_of",
    "read_within",
]

MOST_GROUPS = 20
MOST_CRITERIA = 50
MOST_VALUES = 10_000
MOST_PAIRS = 100

_OPERATORS = ("is_in", "between", "contains")

Part = TypeVar("Part")


def read_members(
    thing: object, path: str, what: str, required: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, object]:
    """Return the keys and values of an object that has the required keys and no unknown one, or raise."""
    known = [*required, *optional]
    if not isinstance(thing, Mapping):
        raise DefinitionError(f"{what} is an object with {_list(known)}, not {kind_of(thing)}", path)
    for key in thing:
        if key not in known:
            near = get_close_matches(str(key), known, 1)
            hint = f"; did you mean {shown(near[0])}?" if near else ""
            raise DefinitionError(f"unknown key {shown(key)}; {what} has {_list(known)}{hint}", path)
    for key in required:
        if key not in thing:
            raise DefinitionError(f"{what} needs the key {shown(key)}", path)
    return dict(thing)


def read_one_of(value: object, path: str, what: str, choices: Literal["same", "select", "derived"]) -> str:
    """Return a word of a closed set, or raise."""
    words = get_args({"same": Same, "select": Select, "derived": Derived}[choices])
    if isinstance(value, str) and value in words:
        return value
    raise DefinitionError(f"{what} is one of {_list(words)}, not {shown(value)}", path)


def read_groups(include: object, exclude: object) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """Return the include and the exclude groups, or raise."""
    includes = _each(include, "/include", "include is a list of criteria groups", _group)
    excludes = _each(exclude, "/exclude", "exclude is a list of criteria groups", _group)
    groups = includes + excludes
    criteria = [criterion for group in groups for criterion in group.where]
    values = sum(len(criterion.is_in or criterion.contains or ()) for criterion in criteria)
    for count, limit, what in (
        (len(groups), MOST_GROUPS, "criteria groups"),
        (len(criteria), MOST_CRITERIA, "criteria"),
        (values, MOST_VALUES, "values"),
    ):
        if count > limit:
            raise DefinitionError(f"the definition has {count:,} {what}; at most {limit:,} are allowed")
    return includes, excludes


def read_within(within: object, groups: int) -> tuple[Within, ...]:
    """Return the pairs in time, each pointing at two of the `groups` include groups, or raise."""

    def one(thing: object, path: str) -> Within:
        plain = {"first": thing.first, "then": thing.then, "days": thing.days} if isinstance(thing, Within) else thing
        given = read_members(plain, path, "an entry of within", ("first", "then", "days"))
        first, then = (_position(given[key], f"{path}/{key}", key, groups) for key in ("first", "then"))
        low, high = _two(given["days"], f"{path}/days", "days")
        ends = [
            None if end is None else read_whole(end, f"{path}/days/{i}", "a number of days")
            for i, end in enumerate((low, high))
        ]
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            raise DefinitionError(f"days: low {ends[0]:,} is above high {ends[1]:,}", f"{path}/days")
        return Within(first, then, (ends[0], ends[1]))

    pairs = _each(within, "/within", "within is a list of pairs in time", one)
    if len(pairs) > MOST_PAIRS:
        raise DefinitionError(f"within has {len(pairs):,} entries; at most {MOST_PAIRS:,} are allowed", "/within")
    return pairs


def _position(value: object, path: str, key: str, groups: int) -> int:
    position = read_whole(value, path, f"{key} (the position of an include group, from 0)")
    if not 0 <= position < groups:
        exists = {0: "there is no include group", 1: "the only include group is 0"}.get(
            groups, f"the include groups are 0 to {groups - 1}"
        )
        raise DefinitionError(f"{key} points at include group {position:,}; {exists}", path)
    return position


def _group(thing: object, path: str) -> Group:
    plain = {"same": thing.same, "where": thing.where} if isinstance(thing, Group) else thing
    given = read_members(plain, path, "a criteria group", ("same", "where"))
    same = cast(Same, read_one_of(given["same"], f"{path}/same", "same (the level)", "same"))
    where = _each(given["where"], f"{path}/where", "where is a list of criteria", _criterion)
    if not where:
        raise DefinitionError("where holds no criterion; give at least one, or leave the group out", f"{path}/where")
    return Group(same, where)


def _criterion(thing: object, path: str) -> Criterion:
    plain = _plain_criterion(thing) if isinstance(thing, Criterion) else thing
    given = read_members(plain, path, "a criterion", ("facet",), (*_OPERATORS, "missing"))
    facet = read_text(given["facet"], f"{path}/facet", "the name of a facet")
    operators = [key for key in _OPERATORS if key in given]
    if "missing" in given and operators != ["between"]:
        raise DefinitionError(
            '"missing" stands beside "between" only; to ask for missing values, put null into "is_in"',
            f"{path}/missing",
        )
    if len(operators) != 1:
        how = f"not {' and '.join(map(shown, operators))}" if operators else "none is given"
        raise DefinitionError(f"a criterion has one of {_list(_OPERATORS)}, {how}", path)
    at = f"{path}/{operators[0]}"
    if operators == ["is_in"]:
        return Criterion(facet, is_in=_some(given["is_in"], at, "is_in", read_scalar))
    if operators == ["contains"]:
        return Criterion(facet, contains=_some(given["contains"], at, "contains", _part_of_text))
    missing = given.get("missing", False)
    if not isinstance(missing, bool):
        raise DefinitionError(f"missing is true or false, not {kind_of(missing)}", f"{path}/missing")
    return Criterion(facet, between=_range(given["between"], at), missing=missing)


def _plain_criterion(criterion: Criterion) -> dict[str, object]:
    given: dict[str, object] = {"facet": criterion.facet}
    given.update({key: value for key in _OPERATORS if (value := getattr(criterion, key)) is not None})
    if criterion.missing is not False:
        given["missing"] = criterion.missing
    return given


def _part_of_text(value: object, path: str) -> str:
    text = read_text(value, path, "a text to look for")
    if not text:
        raise DefinitionError("an empty text is in every value; leave it out", path)
    return text


def _range(value: object, path: str) -> tuple[Scalar, Scalar]:
    low, high = (_end(end, f"{path}/{i}") for i, end in enumerate(_two(value, path, "between")))
    if low is None or high is None:
        return low, high
    if isinstance(low, str) != isinstance(high, str):
        raise DefinitionError("between has a date at one end and a number at the other; both are of one kind", path)
    if low > high:  # type: ignore[operator]  # both are numbers, or both ISO dates, which sort as text
        raise DefinitionError(f"between: low {shown(low)} is above high {shown(high)}", path)
    return low, high


def _end(value: object, path: str) -> Scalar:
    if value is None or is_date(value):
        return cast(Scalar, value)
    if isinstance(value, str):
        raise DefinitionError(
            f"{shown(value)} is neither a number nor a date; numbers stand without quotes, dates are written "
            '"2024-01-31" and have to exist',
            path,
        )
    return read_number(value, path, "an end of between")


def _two(value: object, path: str, what: str) -> Sequence[object]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        given = f"a list of {len(value)}" if isinstance(value, list | tuple) else kind_of(value)
        raise DefinitionError(f"{what} is a list of two, low and high (null where open), not {given}", path)
    return value


def _some(value: object, path: str, what: str, one: Callable[[object, str], Part]) -> tuple[Part, ...]:
    parts = _each(value, path, f"{what} is a list of values", one)
    if not parts:
        raise DefinitionError(f"{what} is empty; give at least one value, or leave the criterion out", path)
    return parts


def _each(value: object, path: str, what: str, one: Callable[[object, str], Part]) -> tuple[Part, ...]:
    if not isinstance(value, list | tuple):
        raise DefinitionError(f"{what}, not {kind_of(value)}", path)
    if len(value) > MOST_VALUES:
        raise DefinitionError(f"{what}; this one has {len(value):,}, at most {MOST_VALUES:,} are allowed", path)
    return tuple(one(thing, f"{path}/{i}") for i, thing in enumerate(value))


def _list(words: Sequence[str]) -> str:
    quoted = [shown(word) for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
