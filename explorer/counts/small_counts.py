"""The protection of small counts: what of a number is told, and how it is written.

Off unless ``COHORT_EXPLORER_SMALL_COUNTS`` says a threshold and a rounding in patients: ``10,10``. Then 0 stays 0,
fewer patients than the threshold are not told, more are rounded; what belongs to so few patients is not told either.

The rounding is never finer than the threshold. So every number that is told is a multiple of the rounding, and so is
every sum and difference of them: none of them is a small count. That is why nothing else is hidden beside a small
count. What that protects from and what not, and that it is no differential privacy: docs/small-counts.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypedDict

from explorer.cohort.texts import filled, sayable, shown
from explorer.errors import SurroundingsError, UserError

__all__ = [
    "WITHHELD",
    "Count",
    "ProtectedJson",
    "SmallCounts",
    "count_in_words",
    "few_or_more",
    "loss",
    "size_in_words",
]

VARIABLE = "COHORT_EXPLORER_SMALL_COUNTS"

WITHHELD = sayable("Single patients and images are not listed.")
"""What stands where rows would."""

Count = int | None
"""A number that was counted; None where it is protected."""

_WRITTEN = re.compile(r"([0-9]{1,6})(?:\s*,\s*([0-9]{1,6}))?")


class ProtectedJson(TypedDict):
    """A policy as JSON carries it."""

    threshold: int
    rounding: int


@dataclass(frozen=True, slots=True)
class SmallCounts:
    """The policy under which numbers are told.

    Parameters
    ----------
    threshold
        Fewer patients than these, but for none, are not told; 2 or more.
    rounding
        Other numbers are told as multiples of this; not less than the threshold.

    Raises
    ------
    UserError
        The two protect nothing.

    Examples
    --------
    >>> policy = SmallCounts(10, 10)
    >>> [policy.protect(n) for n in (0, 1, 9, 10, 14, 15, 3296)]
    [0, None, None, 10, 10, 20, 3300]
    """

    threshold: int
    rounding: int

    text: ClassVar[str] = sayable("Small counts are protected: below %1 not shown, others rounded to %2.")

    def __post_init__(self) -> None:
        if self.threshold < 2:
            raise UserError(f"{self}: a threshold of {self.threshold} hides nothing; write 2 or more, better 5 or more")
        if self.rounding < self.threshold:
            raise UserError(
                f"{self}: a count under {self.threshold} could be had by subtracting some rounded to {self.rounding}; "
                f"write a rounding that is not finer than the threshold: {self.threshold},{self.threshold}"
            )

    @classmethod
    def parse(cls, text: str) -> SmallCounts:
        """Return the policy that ``"10"`` or ``"10,10"`` says; without a rounding it is the threshold.

        Raises
        ------
        UserError
            The text says none.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if not found:
            raise UserError(f"{shown(text)} is no protection of small counts; write threshold and rounding: 10,10")
        return cls(int(found[1]), int(found[2] or found[1]))

    @classmethod
    def current(cls) -> SmallCounts | None:
        """Return the policy of this process; None where nothing is protected.

        Raises
        ------
        SurroundingsError
            ``COHORT_EXPLORER_SMALL_COUNTS`` says something, but no policy: then nothing is counted.
        """
        text = os.environ.get(VARIABLE, "")
        if not text.strip():
            return None
        try:
            return cls.parse(text)
        except UserError as error:
            raise SurroundingsError(f"{VARIABLE}: {error}") from None

    @classmethod
    def holding(cls, asked: str | None) -> SmallCounts | None:
        """Return the policy that holds where code asks for one: that of this process, else what is asked for.

        Raises
        ------
        SurroundingsError
            Another one holds in this process.
        """
        here, wanted = cls.current(), None if asked is None else cls.parse(asked)
        if here and wanted and here != wanted:
            raise SurroundingsError(
                f"small counts are protected here as {here} ({VARIABLE}), and this asks for {wanted}; so its numbers "
                "cannot be told here"
            )
        return here or wanted

    def protect(self, patients: int) -> Count:
        """Return what is told of a number of patients: 0, None for fewer than the threshold, else it rounded half up.

        It is never told as less than the threshold.
        """
        return self._told(patients, self.rounding)

    def protect_size(self, number: int, patients: int) -> Count:
        """Return what is told of the studies, series, instances or bytes of so many patients.

        It is rounded as coarsely as the patients are: to what `rounding` of them have on average, or a little less.
        So the size of a few patients cannot be had by subtraction either.
        """
        of = self.protect(patients)
        if of is None:
            return None
        share = number // of if of else 1
        power = 10 ** (len(str(max(share, 1))) - 1)
        return self._told(number, self.rounding * power * max(d for d in (1, 2, 5) if d <= max(share // power, 1)))

    def _told(self, number: int, step: int) -> Count:
        if number == 0:
            return 0
        return None if number < self.threshold else max((2 * number + step) // (2 * step), 1) * step

    @property
    def widest(self) -> int:
        """Two numbers that are told alike differ by less than this: the rounding, or what it covers above 0."""
        return max(self.rounding, (3 * self.rounding + 1) // 2 - self.threshold)

    def sentence(self) -> str:
        """Return what a reader has to know of the numbers."""
        return filled(self.text, (str(self.threshold), str(self.rounding)))

    def to_dict(self) -> ProtectedJson:
        """Return the policy as JSON has it."""
        return {"threshold": self.threshold, "rounding": self.rounding}

    def __str__(self) -> str:
        return f"{self.threshold},{self.rounding}"


def few_or_more(number: Count) -> float:
    """Return the number to compare it: one that is protected is more than none, and less than any that is told."""
    return 0.5 if number is None else number


def loss(before: Count, after: Count, protected: SmallCounts | None) -> Count:
    """Return what is told of the patients lost between two numbers that were told: their difference.

    Under a policy None says that they are told alike: it is less than `SmallCounts.widest`, and may be nothing.
    """
    difference = (before or 0) - (after or 0)
    return None if protected and not difference and (before, after) != (0, 0) else difference


def count_in_words(patients: Count, protected: SmallCounts | None, *, lost: bool = False) -> str:
    """Return a number of patients as it is written everywhere: ``"3,296"``, ``"≈ 3,300"``, ``"under 10"``.

    Parameters
    ----------
    lost
        Whether it is a `loss`.
    """
    if patients is None:
        return f"under {_policy(protected).widest if lost else _policy(protected).threshold}"
    return size_in_words(patients, protected)


def size_in_words(number: Count, protected: SmallCounts | None, form: Callable[[int], str] = "{:,}".format) -> str:
    """Return studies, series, instances or bytes as they are written everywhere; `form` writes the bare number."""
    if number is None:
        return "not shown"
    return f"≈ {form(number)}" if protected and number else form(number)


def _policy(protected: SmallCounts | None) -> SmallCounts:
    if protected is None:
        raise ValueError("a number is protected, but not by a policy")
    return protected
