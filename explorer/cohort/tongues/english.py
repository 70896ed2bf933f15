"""Definitions in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from explorer.cohort.groups import Derived, Same, Select
from explorer.cohort.tongues.tongue import Tongue, Words
from explorer.facets import FACETS, Criterion

__all__ = ["English"]

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


class English(Tongue):
    """English; a facet that is not spoken of in a special way goes by its title."""

    language = "en"
    everybody = "All patients"
    everybody_here = "Everybody in the snapshot"
    patients = "Patients"
    and_ = "and"
    missing = "missing"
    ors = (" or ",)
    tangled = (" or ", ",", " in the same ", " and ")
    in_the_same: ClassVar[Mapping[Same, str]] = {
        "series": " in the same series",
        "study": " in the same study",
        "patient": " in the same patient",
    }
    same_only: ClassVar[Mapping[Same, str]] = {
        "series": "In the same series, not only the same study",
        "study": "In the same study, not only the same patient",
        "patient": "In the same patient",
    }
    takes: ClassVar[Mapping[tuple[Select, Derived], str]] = {
        ("matching", "none"): "",
        ("matching", "linked"): "takes the matching series with their linked segmentations and annotations",
        ("images", "none"): "takes all their original images",
        ("images", "linked"): "takes all their original images with linked segmentations and annotations",
        ("all", "none"): "takes all their series",
        ("all", "linked"): "takes all their series",
    }
    selection: ClassVar[Mapping[Select, str]] = {
        "matching": "The matching series",
        "images": "All original images",
        "all": "All series",
    }
    linked = " with linked segmentations and annotations"
    dated_study = "any dated study"
    a_study = "a study with "
    a_series = "a series "
    _grammar = frozenset({"or", "and", "missing", "recorded", "in", "with", "whose", "not"})
    _more = "{} more"
    _characters = "{} characters"
    _of_dataset = " of the dataset"

    def written(self, number: str) -> str:
        return number

    def either(self, texts: Sequence[str]) -> str:
        return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"

    def joined(self, texts: Sequence[str], comma: str = "") -> str:
        return "".join(texts) if len(texts) < 2 else f"{', '.join(texts[:-1])}{comma} and {texts[-1]}"

    def predicate(self, criterion: Criterion, words: Words) -> str:
        if criterion.contains is not None:
            return f"contains {self.texts(criterion)}"
        return f"is {self.wanted(criterion, words)}"

    def with_all(self, texts: Sequence[str]) -> str:
        plain = not any(mark in text for text in texts for mark in self.tangled)
        return (" and " if plain else ", and ").join(f"with {text}" for text in texts)

    def whose(self, criterion: Criterion, words: Words) -> str:
        if criterion.contains is not None:
            return f"with {self.noun(criterion)}"
        return f"whose {words.noun} is {self.wanted(criterion, words)}"

    def of_datasets(self, named: str, noun: str, *, missing: bool) -> str:
        if not missing:
            return named or f"in datasets with {noun}"
        return f"{named} or with {noun} missing" if named else f"in datasets with {noun} missing"

    def who_have(self, pairs: Sequence[str]) -> str:
        return f"who have {self.listed(pairs)}"

    def leaving_out(self, asks: Sequence[str]) -> str:
        return f"not {', nor '.join(f'patients {each}' for each in asks)}"

    def without(self, group: str) -> str:
        return f"Without: {group}"

    def apart(self, low: int | None, high: int | None) -> str:
        if low is None and high is None:
            return "any number of days before or after"
        if low is None or high is None:
            return self._half_open(low, high)
        if low == high:
            return "on the same day as" if low == 0 else f"{self._days(abs(low))} {'after' if low > 0 else 'before'}"
        if low >= 0:
            return f"{low:,} to {self._days(high)} after"
        if high <= 0:
            return f"{-high:,} to {self._days(-low)} before"
        if -low == high:
            return f"within {self._days(high)} before or after"
        return f"{self._days(-low)} before to {self._days(high)} after"

    def _half_open(self, low: int | None, high: int | None) -> str:
        if low is not None:
            return (
                f"{self._days(low)} or more after"
                if low >= 0
                else f"up to {self._days(-low)} before, or any time after,"
            )
        assert high is not None
        if high <= 0:
            return f"{self._days(-high)} or more before"
        return f"any time before, or up to {self._days(high)} after,"

    def _days(self, count: int) -> str:
        return f"{count:,} day" if count == 1 else f"{count:,} days"

    def _words(self, facet: str) -> Words:
        if facet in _SPECIAL:
            return _SPECIAL[facet]
        known = FACETS[facet]
        title = known.title
        acronym = title[1:2].isupper()
        return Words(known.level, title if acronym else title[:1].lower() + title[1:], unit=known.column.unit or "")

    def _one_of(self, count: int, words: Words) -> str:
        return f"one of {count:,} {words.many or 'values'}"

    def _one_text_of(self, count: int) -> str:
        return f"one of {count:,} texts"

    def _recorded(self, words: Words) -> str:
        return "recorded"

    def _open(self, end: str, *, date: bool, upwards: bool) -> str:
        more, less = ("or later", "or earlier") if date else ("or more", "or less")
        return f"{end} {more if upwards else less}"

    def _span(self, low: str, high: str) -> str:
        return f"{low} to {high}"

    def _containing(self, words: Words, texts: str) -> str:
        return f"{words.noun} containing {texts}"

    def _named(self, criterion: Criterion, words: Words, wanted: str) -> str:
        return f"{words.noun} {wanted}"
