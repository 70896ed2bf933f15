"""What was counted once stays true: definition and snapshot never change, so answers are shared and kept for a while.

Several screens of one person ask the same: the app's tab, the side panel, a second tab. Whoever asks first counts, the
others wait for that. What is given back is shared, so nobody may change it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from explorer.counts import Cohort, SmallCounts, Totals
from explorer.counts.small_counts import Count
from explorer.views import wire

__all__ = ["GroupNumbers", "Remembered", "counted", "levelled", "totalled"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """The last few answers by their question, each computed once, also when several ask at once.

    Parameters
    ----------
    room
        Number of answers that are kept; the one not asked for the longest goes first.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._turns: dict[K, _Turn] = {}
        self._lock = threading.Lock()

    def get(self, key: K, compute: Callable[[], V]) -> V:
        """Return the answer; `compute` gives it unless it is known or somebody else's attempt succeeds first.

        What `compute` raises is raised to its caller only: whoever waits tries next.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            turn = self._turns.setdefault(key, _Turn())
            turn.waiting += 1
        try:
            with turn.lock:
                with self._lock:
                    if key in self._kept:
                        return self._kept[key]
                answer = compute()
                with self._lock:
                    self._kept[key] = answer
                    while len(self._kept) > self._room:
                        self._kept.popitem(last=False)
                return answer
        finally:
            with self._lock:
                turn.waiting -= 1
                if not turn.waiting:
                    self._turns.pop(key, None)

    def values(self) -> list[V]:
        """Return the answers that are kept, the last asked for last."""
        with self._lock:
            return list(self._kept.values())


class _Turn:
    """Those who wait for one answer."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting = 0


GroupNumbers = dict[str, list[dict[str, Count]]]
"""``{"include": [{"series": n, "study": n, …, "alone": n, "without": n}, …], "exclude": […], "within": […]}``.

Patients if the group had that level, if it were the only rule, and members gained without it; a pair has no levels.
"""

_Key = tuple[str, str, SmallCounts | None]
"""Snapshot, definition, and the policy under which numbers are told."""

# One answer is up to some hundred kilobytes: a row for each value of each facet.
_counted: Remembered[tuple[_Key, str | None], dict[str, Any]] = Remembered(32)
_levelled: Remembered[_Key, GroupNumbers] = Remembered(64)
_totalled: Remembered[_Key, Totals] = Remembered(4096)


def counted(cohort: Cohort, active: str | None) -> dict[str, Any]:
    """Return the counts of every facet, as `explorer.views.wire.now` gives them."""
    return _counted.get((_key(cohort), active), lambda: wire.now(cohort, active))


def levelled(cohort: Cohort) -> GroupNumbers:
    """Return what the other levels of each group would give, and what each group and each pair in time costs."""

    def count() -> GroupNumbers:
        numbers: GroupNumbers = {kind: [dict(each) for each in costs] for kind, costs in cohort.group_costs().items()}
        for kind, levels in cohort.levels().items():
            for group, patients in zip(numbers[kind], levels, strict=True):
                group.update({str(level): count for level, count in patients.items()})
        return numbers

    return _levelled.get(_key(cohort), count)


def totalled(cohort: Cohort) -> Totals:
    """Return the totals, as `Cohort.totals` does."""
    return _totalled.get(_key(cohort), cohort.totals)


def _key(cohort: Cohort) -> _Key:
    return cohort.snapshot.id, cohort.definition.id, cohort.protected
