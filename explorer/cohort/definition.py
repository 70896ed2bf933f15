"""CohortDefinition: a frozen value that says who and what a cohort takes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self, cast

from explorer.cohort.advice import Advice
from explorer.cohort.annotations import Annotations
from explorer.cohort.catalogue import Catalogue
from explorer.cohort.checking import check_definition
from explorer.cohort.code import python_code
from explorer.cohort.files import parse_json, read_bytes, write_atomically
from explorer.cohort.groups import Derived, Group, GroupKind, Same, Select, Within
from explorer.cohort.identity import canonical_bytes, plain_group
from explorer.cohort.reading import read_groups, read_members, read_one_of, read_within
from explorer.cohort.scalars import read_text
from explorer.cohort.sentence import describe_definition
from explorer.cohort.texts import shown
from explorer.errors import DefinitionError
from explorer.facets import Criterion

__all__ = ["CohortDefinition"]

_OPTIONAL = ("name", "include", "exclude", "within", "select", "derived", "annotations")


@dataclass(frozen=True)
class CohortDefinition:
    """Who and what a cohort takes: a frozen value, the same in JSON, in Python and on screen.

    Two definitions are equal when they say the same in the same order; they count the same whenever their `id` is
    the same, whatever their names and notes.

    Parameters
    ----------
    name
        What people call it.
    include
        Groups that must all hold; none means everybody.
    exclude
        Groups of which none may hold.
    within
        Pairs of studies, each meeting an include group, and the days between them.
    select
        Which series of the members are taken: ``matching``, ``images`` (all original images) or ``all``.
    derived
        ``linked`` takes the segmentations and annotations of each taken image too.
    annotations
        A JSON object of notes that travels along; counting never looks at it.

    Raises
    ------
    DefinitionError
        Where a part is not as the language says. Texts are kept in Unicode NFC, whole floats as integers; order and
        repetitions stay as written.

    Examples
    --------
    >>> from explorer.facets import BodyPartExamined, Modality, sex
    >>> rule = (
    ...     CohortDefinition()
    ...     .including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"))
    ...     .including(sex.is_in("F"), same="patient")
    ... )
    >>> rule.describe()
    'Patients with MR of the BREAST in the same series, whose sex is F.'
    """

    name: str = ""
    include: tuple[Group, ...] = ()
    exclude: tuple[Group, ...] = ()
    within: tuple[Within, ...] = ()
    select: Select = "matching"
    derived: Derived = "none"
    annotations: Mapping[str, Any] = field(default_factory=Annotations)

    def __post_init__(self) -> None:
        include, exclude = read_groups(self.include, self.exclude)
        normal = {
            "name": read_text(self.name, "/name", "the name"),
            "include": include,
            "exclude": exclude,
            "within": read_within(self.within, len(include)),
            "select": read_one_of(self.select, "/select", "select", "select"),
            "derived": read_one_of(self.derived, "/derived", "derived", "derived"),
            "annotations": Annotations(self.annotations),
        }
        for key, value in normal.items():
            object.__setattr__(self, key, value)

    @classmethod
    def from_dict(cls, content: object) -> Self:
        """Return the definition that a JSON object says.

        Raises
        ------
        DefinitionError
            Where it is not a definition of version 1; its `path` points at the part.
        """
        if isinstance(content, Mapping) and "version" in content:
            version = content["version"]
            if isinstance(version, bool) or not isinstance(version, int | float) or version != 1:
                raise DefinitionError(
                    f"version is the number 1, not {shown(version)}; this program reads version 1 only", "/version"
                )
        given = read_members(content, "", "a cohort definition", ("version",), _OPTIONAL)
        del given["version"]
        return cls(**cast(dict[str, Any], given))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the definition that a JSON text says; repeated keys and NaN are refused."""
        return cls.from_dict(parse_json(text))

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Return the definition in a ``*.cohort.json`` file."""
        return cls.from_json(read_bytes(path))

    def to_dict(self) -> dict[str, Any]:
        """Return the definition as JSON carries it; an empty name, `derived` "none" and no annotations are left out."""
        content: dict[str, Any] = {"version": 1}
        if self.name:
            content["name"] = self.name
        content["include"] = [plain_group(group) for group in self.include]
        content["exclude"] = [plain_group(group) for group in self.exclude]
        content["within"] = [{"first": pair.first, "then": pair.then, "days": list(pair.days)} for pair in self.within]
        content["select"] = self.select
        if self.derived != "none":
            content["derived"] = self.derived
        if self.annotations:
            content["annotations"] = Annotations(self.annotations).to_dict()
        return content

    def to_json(self, indent: int | None = 1) -> str:
        """Return the definition as JSON text, for people: order as written, name and annotations included."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the definition to a ``*.cohort.json`` file, whole or not at all."""
        write_atomically(path, f"{self.to_json()}\n".encode())

    def canonical(self) -> bytes:
        """Return the canonical JSON (RFC 8785) that the id is computed from."""
        return canonical_bytes(self)

    @cached_property
    def id(self) -> str:
        """SHA-256 of the canonical form, 64 hexadecimal digits; names and annotations do not count."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def describe(self, language: str = "en") -> str:
        """Return the definition as one sentence, in English or, for ``"es"``, in Spanish."""
        return describe_definition(self, language)

    def code(self) -> str:
        """Return Python code that builds the definition again, without its annotations."""
        return python_code(self)

    def check(self, catalogue: Catalogue) -> tuple[Advice, ...]:
        """Return warnings for a snapshot, for example on values that it does not hold.

        Raises
        ------
        UnknownFacetError
            Where the snapshot has no such facet; the message names those that exist.
        OperatorError
            Where an operator or a value does not fit the facet's kind.
        """
        return check_definition(self, catalogue)

    def named(self, name: str) -> Self:
        """Return the definition under another name."""
        return replace(self, name=name)

    def including(self, *criteria: Criterion, same: Same = "series") -> Self:
        """Return the definition with one more include group; its criteria hold together on level `same`."""
        return replace(self, include=(*self.include, Group(same, criteria)))

    def excluding(self, *criteria: Criterion, same: Same = "series") -> Self:
        """Return the definition with one more exclude group; its criteria hold together on level `same`."""
        return replace(self, exclude=(*self.exclude, Group(same, criteria)))

    def following(self, first: int, then: int, days: tuple[int | None, int | None]) -> Self:
        """Return the definition with one more pair in time: include group `then`, so many days after `first`."""
        return replace(self, within=(*self.within, Within(first, then, days)))

    def taking(self, select: Select, derived: Derived | None = None) -> Self:
        """Return the definition that takes these series of its members."""
        return replace(self, select=select, derived=self.derived if derived is None else derived)

    def with_group(self, kind: GroupKind, index: int, group: Group | None) -> Self:
        """Return the definition with one group replaced, or left out where `group` is None.

        The pairs of `within` that point at a group left out go with it; the others point at the same groups as before.

        Raises
        ------
        DefinitionError
            Where there is no such group.
        """
        groups: tuple[Group, ...] = getattr(self, kind)
        if not 0 <= index < len(groups):
            raise DefinitionError(f"there is no {kind} group {index}; there are {len(groups)}", f"/{kind}")
        put = () if group is None else (group,)
        changed = (*groups[:index], *put, *groups[index + 1 :])
        if kind == "exclude":
            return replace(self, exclude=changed)
        return replace(self, include=changed, within=self.within if put else tuple(_without(self.within, index)))

    def with_criterion(self, kind: GroupKind, index: int, criterion: Criterion) -> Self:
        """Return the definition in which a group has this criterion in place of all of its own on the same facet.

        It stands where the first of them stood, else last.
        """
        groups: tuple[Group, ...] = getattr(self, kind)
        if not 0 <= index < len(groups):
            raise DefinitionError(f"there is no {kind} group {index}; there are {len(groups)}", f"/{kind}")
        where: list[Criterion] = []
        for old in groups[index].where:
            if old.facet != criterion.facet:
                where.append(old)
            elif criterion not in where:
                where.append(criterion)
        if criterion not in where:
            where.append(criterion)
        return self.with_group(kind, index, replace(groups[index], where=tuple(where)))


def _without(pairs: Iterable[Within], index: int) -> Iterable[Within]:
    """Yield the pairs that do not point at include group `index`, as they read once it is gone."""
    for pair in pairs:
        if index not in (pair.first, pair.then):
            yield Within(pair.first - (pair.first > index), pair.then - (pair.then > index), pair.days)
