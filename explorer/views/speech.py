"""What Python says on screen, in the language of one page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from explorer.cohort import (
    Advice,
    CohortDefinition,
    Group,
    Select,
    Within,
    describe_criterion,
    describe_days,
    describe_group,
    describe_part,
    describe_selection,
)
from explorer.cohort.tongues import tongue_of
from explorer.counts import Count, SmallCounts, count_in_words, size_in_words
from explorer.facets import Criterion, Facet, Scalar
from explorer.views.language import speaker

__all__ = ["Speech"]


class Speech:
    """The voice of one page.

    Parameters
    ----------
    language
        ``"en"`` or ``"es"``; of another one, English.

    Examples
    --------
    >>> Speech().say("%1 of %2 patients", "3,296", "86,451")
    '3,296 of 86,451 patients'
    """

    def __init__(self, language: str = "en") -> None:
        self._tongue = tongue_of(language)
        self.language = self._tongue.language
        self._say = speaker(self.language)

    def say(self, text: str, *args: object) -> str:
        """Return an English text in the page's language, the arguments in place of ``%1``, ``%2`` and so on.

        Whole numbers among the arguments are written with thousands separators. The text stands in the call, or in
        one of `explorer.cohort.texts.sayable`: there the check of the translations finds it.
        """
        return self._say(text, *(self.number(each) if isinstance(each, int) else str(each) for each in args))

    def sentence(self, definition: CohortDefinition) -> str:
        """Return the definition as one sentence."""
        return definition.describe(self.language)

    def rule(self, definition: CohortDefinition, path: str) -> str:
        """Return one rule in words, by its path: of a step of the attrition, or of what `Cohort.costs` lists."""
        return describe_part(definition, path, self.language)

    def group(self, group: Group) -> str:
        """Return a group in words."""
        return describe_group(group, self.language)

    def criterion(self, criterion: Criterion) -> str:
        """Return a criterion in words."""
        return describe_criterion(criterion, self.language)

    def days(self, pair: Within) -> str:
        """Return the days of a pair in time, in the words that the sentence has for them."""
        return describe_days(pair, self.language)

    def selection(self, definition: CohortDefinition) -> str:
        """Return which series the cohort takes: "The matching series"."""
        return describe_selection(definition, self.language)

    def choices(self, definition: CohortDefinition) -> list[dict[str, str]]:
        """Return what a cohort can take of its members, each with what choosing it means for this definition."""
        choices = [(select, self.selection(definition.taking(select))) for select in get_args(Select)]
        return [{"value": select, "title": f"{words[:1].lower()}{words[1:]}"} for select, words in choices]

    def taken(self, definition: CohortDefinition) -> str:
        """Return what the cohort takes, as a sentence: "The cohort takes the matching series."."""
        words = self.selection(definition)
        return self.say("The cohort takes %1.", f"{words[:1].lower()}{words[1:]}")

    def policy(self, policy: SmallCounts) -> str:
        """Return what a reader has to know of numbers under this policy."""
        return self.say(policy.text, str(policy.threshold), str(policy.rounding))

    def advice(self, advice: Iterable[Advice]) -> list[str]:
        """Return pieces of advice, each one a sentence or two, said once."""
        said = [self.say(each.text, *each.args) if each.text else each.message for each in advice]
        return list(dict.fromkeys(said))

    def title(self, facet: Facet) -> str:
        """Return a facet's title."""
        return self.say(facet.title)

    def unit(self, facet: Facet) -> str:
        """Return the unit of a facet's numbers; empty where they have none."""
        return self.say(facet.column.unit) if facet.column.unit else ""

    def value(self, value: Scalar) -> str:
        """Return a facet's value as a label, as recorded; None is "missing"."""
        if value is None:
            return self.say("missing")
        return value if isinstance(value, str) else self.number(value)

    def number(self, number: float) -> str:
        """Return a number as it is written in the page's language: 3,296 or 3.296."""
        return self._tongue.number(number)

    def percent(self, part: Count, whole: Count) -> str:
        """Return a share as the browser writes it: "28.6 %", "< 0.1 %", a plain 0 for none."""
        share = 100 * part / whole if part and whole else 0.0
        if share <= 0:
            return "0"
        return f"< {self.number(0.1)} %" if share < 0.1 else f"{self._tongue.written(f'{share:.1f}')} %"

    def patients(self, number: Count, protected: SmallCounts | None, *, lost: bool = False) -> str:
        """Return a number of patients as `explorer.counts.count_in_words` does: "3,296", "under 10"."""
        if number is None:
            _, few = count_in_words(None, protected, lost=lost).split()
            return self.say("under %1", few)
        return self.size(number, protected)

    def size(self, number: Count, protected: SmallCounts | None) -> str:
        """Return a number of studies, series or images as `explorer.counts.size_in_words` does."""
        return self.say("not shown") if number is None else self._tongue.written(size_in_words(number, protected))

    def joined(self, texts: Sequence[str]) -> str:
        """Return "CT", "CT and MR", "CT, MR and PT"."""
        return self._tongue.joined(texts)
