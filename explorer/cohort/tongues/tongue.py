"""What a language says of criteria, groups and days; the grammar of each stands in a module of its own.

Criteria have two forms: a *noun* that stands after "with" (``series description containing “T2”``), and a *clause*
that stands alone (``Series description contains “T2”``).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from explorer.cohort.groups import Derived, Same, Select
from explorer.cohort.texts import one_line
from explorer.facets import FACETS, Criterion, Scalar
from explorer.schema import Level

__all__ = ["Tongue", "Words"]

LISTED = 5
"""Values that are all written out; of more, the first three."""

_LONGEST = 60

_PLAIN = re.compile(r"[\w.+/()-]+(?: [\w.+/()-]+)*")
_QUOTES = str.maketrans({"“": r"\u201c", "”": r"\u201d"})


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
        What many values are called, "modalities"; empty for "values".
    article
        What stands before the noun, in languages that need it.
    """

    level: Level
    noun: str
    unit: str = ""
    counted: str = ""
    alone: str = ""
    many: str = ""
    article: str = ""


class Tongue(ABC):
    """One language. Texts from a catalogue stand in it on one line, quoted where they could be read as our own."""

    language: ClassVar[str]
    everybody: ClassVar[str]
    everybody_here: ClassVar[str]
    patients: ClassVar[str]
    and_: ClassVar[str]
    missing: ClassVar[str]
    ors: ClassVar[tuple[str, ...]]
    """Words between alternatives; a list whose texts hold one needs commas."""
    tangled: ClassVar[tuple[str, ...]]
    """What makes a text too long for "with a and with b"."""
    in_the_same: ClassVar[Mapping[Same, str]]
    same_only: ClassVar[Mapping[Same, str]]
    """What a level asks beyond the next wider one."""
    takes: ClassVar[Mapping[tuple[Select, Derived], str]]
    selection: ClassVar[Mapping[Select, str]]
    linked: ClassVar[str]
    dated_study: ClassVar[str]
    a_study: ClassVar[str]
    a_series: ClassVar[str]
    """Begins what stands for a body part alone, and leaves where a modality stands before it."""
    _grammar: ClassVar[frozenset[str]]
    """Our own words; a value that holds one is quoted."""
    _more: ClassVar[str]
    _characters: ClassVar[str]
    _of_dataset: ClassVar[str]

    def words_of(self, facet: str) -> Words:
        """Return how a facet is spoken of; a facet that this version does not know is called by its name."""
        return self._words(facet) if facet in FACETS else Words("series", self.tell(facet))

    def tell(self, value: Scalar) -> str:
        """Return a value in a sentence; texts that could be read as part of the sentence stand in quotation marks."""
        if value is None:
            return self.missing
        if not isinstance(value, str):
            return self.number(value)
        if len(value) > _LONGEST:
            return f"{_quoted(value[:40])[:-1]}…” ({self._characters.format(self.number(len(value)))})"
        words = set(value.casefold().split())
        plain = _PLAIN.fullmatch(value) and value == one_line(value) and not self._grammar & words
        return value if plain else _quoted(value)

    def number(self, number: float) -> str:
        """Return a number with its thousands marked: "3,296"."""
        told = f"{number:,}"
        return self.written(told.replace("-", "−", 1) if number < 0 else told)

    @abstractmethod
    def written(self, number: str) -> str:
        """Return a number as this language writes it; `number` is as English writes it."""

    @abstractmethod
    def either(self, texts: Sequence[str]) -> str:
        """Return "CT, MR or PT"."""

    @abstractmethod
    def joined(self, texts: Sequence[str], comma: str = "") -> str:
        """Return "CT, MR and PT", with `comma` before the last."""

    def alternatives(self, criterion: Criterion, words: Words) -> list[str]:
        """Return what the facet may be: "CT", "MR", or "50 to 75 years", or "recorded"; without missing."""
        if criterion.between is None:
            present = list(dict.fromkeys(value for value in criterion.is_in or () if value is not None))
            told = [self.tell(value) for value in present]
            return told if len(told) <= LISTED else [self._few_of(told, self._one_of(len(told), words))]
        low, high = criterion.between
        unit = f" {words.unit or words.counted}".rstrip()
        if low is None and high is None:
            return [self._recorded(words)]
        if low is None or high is None:
            end, date = low if high is None else high, isinstance(low or high, str)
            return [self._open(self.tell(end) + unit, date=date, upwards=high is None)]
        return [f"{self.tell(low)}{unit}" if low == high else f"{self._span(self.tell(low), self.tell(high))}{unit}"]

    def wanted(self, criterion: Criterion, words: Words) -> str:
        """Return what the facet has to be: "CT or MR", "50 to 75 years or missing", "recorded"."""
        missing = [self.missing] if takes_missing(criterion) else []
        return self.either([*self.alternatives(criterion, words), *missing])

    def texts(self, criterion: Criterion) -> str:
        """Return the texts that a facet has to contain: "“T2” or “T1”"."""
        texts = list(dict.fromkeys(criterion.contains or ()))
        told = [self.tell(text) if len(text) > _LONGEST else _quoted(text) for text in texts]
        return self.either(told) if len(told) <= LISTED else self._few_of(told, self._one_text_of(len(told)))

    def noun(self, criterion: Criterion) -> str:
        """Return the criterion as it stands after "with": "CT or MR", "age 50 to 75 years", "licence missing"."""
        words = self.words_of(criterion.facet)
        if criterion.contains is not None:
            return self._containing(words, self.texts(criterion))
        text = self.wanted(criterion, words)
        if self.stands_alone(criterion):
            return words.alone.format(text)
        if words.counted and criterion.between not in (None, (None, None)) and not criterion.missing:
            return text
        return self._named(criterion, words, text)

    def stands_alone(self, criterion: Criterion) -> bool:
        """Return whether the noun does without the facet's name: "CT", "a series of the CHEST"."""
        return bool(self.words_of(criterion.facet).alone and criterion.is_in and None not in criterion.is_in)

    def clause(self, criterion: Criterion) -> str:
        """Return the criterion standing alone: "Modality is CT or MR", "Age is 50 to 75 years"."""
        words = replace(self.words_of(criterion.facet), counted="")
        subject = f"{words.article} {words.noun}".lstrip()
        if words.level == "dataset" and criterion.facet != "dataset":
            subject += self._of_dataset
        return f"{subject[:1].upper()}{subject[1:]} {self.predicate(criterion, words)}"

    def inner(self, clause: str) -> str:
        """Return a clause as it stands inside a sentence: without its capital, but for words in capitals."""
        return clause if clause[1:2].isupper() else clause[:1].lower() + clause[1:]

    def listed(self, texts: Sequence[str]) -> str:
        """Return the texts joined with "and"; with commas where a text has an "or" of its own."""
        comma = any("," in text or any(word in text for word in self.ors) for text in texts)
        return self.joined(texts, "," if comma else "")

    @abstractmethod
    def predicate(self, criterion: Criterion, words: Words) -> str:
        """Return what is said of a facet: "is CT or MR", "contains “T2”"."""

    @abstractmethod
    def with_all(self, texts: Sequence[str]) -> str:
        """Return "with CT and with PT", or with commas where that could be misread."""

    @abstractmethod
    def whose(self, criterion: Criterion, words: Words) -> str:
        """Return what is asked of the patient: "whose sex is F"."""

    @abstractmethod
    def of_datasets(self, named: str, noun: str, *, missing: bool) -> str:
        """Return what is asked of the dataset.

        Parameters
        ----------
        named
            What stands by itself, "in datasets about Lung"; empty where nothing does.
        noun
            The whole criterion as a noun; with `missing` the facet's name alone.
        missing
            Whether the facet may be missing.
        """

    @abstractmethod
    def who_have(self, pairs: Sequence[str]) -> str:
        """Return what is asked of pairs in time: "who have a study with MR 0 to 90 days after a study with CT"."""

    @abstractmethod
    def leaving_out(self, asks: Sequence[str]) -> str:
        """Return whom a definition leaves out: "not patients with PT, nor patients with MR"."""

    @abstractmethod
    def without(self, group: str) -> str:
        """Return a group in words as the rule that leaves out who meets it: "Without: Modality is PT"."""

    @abstractmethod
    def apart(self, low: int | None, high: int | None) -> str:
        """Return how a second study lies to the first: "0 to 90 days after"."""

    @abstractmethod
    def _words(self, facet: str) -> Words: ...

    @abstractmethod
    def _one_of(self, count: int, words: Words) -> str: ...

    @abstractmethod
    def _one_text_of(self, count: int) -> str: ...

    @abstractmethod
    def _recorded(self, words: Words) -> str: ...

    @abstractmethod
    def _open(self, end: str, *, date: bool, upwards: bool) -> str: ...

    @abstractmethod
    def _span(self, low: str, high: str) -> str: ...

    @abstractmethod
    def _containing(self, words: Words, texts: str) -> str: ...

    @abstractmethod
    def _named(self, criterion: Criterion, words: Words, wanted: str) -> str: ...

    def _few_of(self, told: Sequence[str], one_of: str) -> str:
        more = self._more.format(self.number(len(told) - 3))
        return f"{one_of} ({self.joined([', '.join(told[:3]), more])})"


def takes_missing(criterion: Criterion) -> bool:
    """Return whether a criterion takes patients without a value."""
    return criterion.missing if criterion.between is not None else None in (criterion.is_in or ())


def _quoted(text: str) -> str:
    return f"“{one_line(text).translate(_QUOTES)}”"
