"""Rounds in which every method answers every state, one after another, and every answer is compared with ours."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.facets.answer import differences
from benchmarks.facets.method import OURS
from benchmarks.facets.states import FURTHER, OTHER_SEED, PLAIN, Values, definitions_of
from benchmarks.facets.worker import Worker
from explorer.cohort import CohortDefinition

__all__ = ["Disagreement", "Race", "Timing", "median_ms", "p95_ms", "run_race", "worst_ms"]

_SHOWN = 5


class Disagreement(Exception):
    """An answer is not ours."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One interaction: which method, in which state and round, and how long it took."""

    method: str
    state: str
    round: int
    ms: float


@dataclass(frozen=True, slots=True)
class Race:
    """All timings on one snapshot.

    Attributes
    ----------
    load_s, memory_bytes
        By method: seconds until it was ready, and what its process held after the last round.
    """

    size: str
    series: int
    timings: tuple[Timing, ...]
    load_s: dict[str, float]
    memory_bytes: dict[str, int]

    def of(self, method: str, states: Sequence[str]) -> list[Timing]:
        """Return the timings of a method in these states."""
        return [timing for timing in self.timings if timing.method == method and timing.state in states]

    @property
    def methods(self) -> list[str]:
        """The methods, ours first."""
        return list(self.load_s)


def run_race(
    size: str,
    snapshot: Path,
    flat: Path,
    values: Values,
    methods: Sequence[str],
    rounds: int,
    *,
    series: int,
    states: Sequence[str] = (*PLAIN, *FURTHER),
    told: Callable[[str], None] = print,
) -> Race:
    """Return the timings of so many rounds.

    Before the first round each method answers every state once, untimed, with other values. The order of the methods
    moves on by one with each state.

    Raises
    ------
    Disagreement
        An answer is not ours; nothing is told of the run.
    """
    timings: list[Timing] = []
    asked = {state: definitions_of(state, values, rounds) for state in states}
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(name, snapshot, flat)) for name in dict.fromkeys([OURS, *methods])]
        load_s = {worker.name: worker.load_s for worker in workers}
        for state in states:
            _ask_all(_able(workers, state), state, definitions_of(state, values, 1, seed=OTHER_SEED)[0])
        told(f"{size}: all methods are loaded and warm")
        for number in range(rounds):
            for place, state in enumerate(states):
                turn = (place + number) % len(workers)
                taken = _ask_all(_able(workers[turn:] + workers[:turn], state), state, asked[state][number])
                timings += [Timing(name, state, number, ms) for name, ms in taken.items()]
            told(f"{size}: round {number + 1} of {rounds}")
        memory = {worker.name: worker.memory_bytes() for worker in workers}
    return Race(size, series, tuple(timings), load_s, memory)


def _able(workers: Sequence[Worker], state: str) -> list[Worker]:
    """Return those whose methods know the rules of a state."""
    return [worker for worker in workers if state in PLAIN or worker.further]


def _ask_all(workers: Sequence[Worker], state: str, definition: CohortDefinition) -> dict[str, float]:
    """Return the milliseconds that each method took, once all answers are seen to be ours."""
    answered = {worker.name: worker.ask(definition) for worker in workers}
    _, ours = answered[OURS]
    for name, (_, answer) in answered.items():
        if found := list(islice(differences(ours, answer), _SHOWN)):
            raise Disagreement(f"{name} differs from ours in {state!r}, {definition.to_json(None)}: {'; '.join(found)}")
    return {name: 1000 * seconds for name, (seconds, _) in answered.items()}


def median_ms(timings: Sequence[Timing]) -> float:
    """Return the median over all states and rounds."""
    return statistics.median(timing.ms for timing in timings)


def p95_ms(timings: Sequence[Timing]) -> float:
    """Return the 95th percentile over all states and rounds."""
    times = sorted(timing.ms for timing in timings)
    return times[min(len(times) - 1, int(0.95 * len(times)))]


def worst_ms(timings: Sequence[Timing]) -> tuple[float, str]:
    """Return the state with the largest median over the rounds, and that median."""
    by_state: dict[str, list[float]] = {}
    for timing in timings:
        by_state.setdefault(timing.state, []).append(timing.ms)
    return max((statistics.median(times), state) for state, times in by_state.items())
