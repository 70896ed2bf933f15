"""A snapshot as a notebook shows it: what was searched, from when, and what may be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort, Licence, SmallCounts, Totals, byte_size, count_in_words, size_in_words
from explorer.export.text import as_html
from explorer.sources.deidentify import in_words

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot

__all__ = ["SnapshotCard"]

_LICENCES = 4
"""Those that most patients' images are under; the others are counted."""

# Inline, and colours from around it, as in `explorer.export.table`.
_NAME = "text-align: left; vertical-align: top; font-weight: 400; opacity: 0.75; padding: 2px 24px 2px 0"
_VALUE = "text-align: left; vertical-align: top; padding: 2px 0"


class SnapshotCard:
    """A snapshot as a small table.

    Everything on it follows from the snapshot's content, so it is the same on every machine.

    Parameters
    ----------
    snapshot
        The snapshot.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.to_html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        snapshot = self._snapshot
        if SmallCounts.current() is None:
            return repr(snapshot)
        return f"<Snapshot {snapshot.alias} {snapshot.id[:12]}>"  # its own words have the number of its patients

    def lines(self) -> list[tuple[str, str]]:
        """Return what stands on the card: a name and a text in each line."""
        snapshot, totals = self._snapshot, Totals.whole(self._snapshot)
        policy = totals.protected
        sizes = (("study", totals.studies), ("series", totals.series), ("image", totals.instances))
        counts = [_many(count_in_words(totals.patients, policy), "patient")]
        counts += [_many(size_in_words(number, policy), noun) for noun, number in sizes]
        datasets = "" if totals.datasets is None else f" from {_many(f'{totals.datasets:,}', 'dataset')}"
        lines = [
            ("Name", snapshot.alias),
            ("Snapshot", snapshot.id[:16]),
            ("Date", snapshot.date or "not recorded"),
            ("Source", f"{snapshot.source}, release {snapshot.release}"),
            ("Holds", f"{', '.join(counts)}{datasets}"),
            ("Size of the images", size_in_words(totals.bytes, policy, byte_size)),
            ("Licences", self._licences()),
        ]
        if said := in_words(snapshot.recipe):
            lines.append(("De-identification", said))
        return lines if policy is None else [*lines, ("Note", policy.sentence())]

    def to_html(self) -> str:
        """Return the card as HTML without a style sheet or a script; whatever the catalogue says is text."""
        rows = "".join(
            f'<tr><th style="{_NAME}">{as_html(name)}</th><td style="{_VALUE}">{as_html(text)}</td></tr>\n'
            for name, text in self.lines()
        )
        title = f'<p style="margin: 4px 0"><strong>{as_html(self._snapshot.title)}</strong></p>'
        table = (
            f'<table style="margin: 0; border-collapse: collapse; font-size: 13px">\n<tbody>\n{rows}</tbody></table>'
        )
        return f"<div>{title}{table}</div>"

    def _licences(self) -> str:
        cohort = Cohort(CohortDefinition(select="all"), self._snapshot)
        try:
            known = cohort.licences()
        finally:
            cohort.close()
        shown = [_in_words(each) for each in known[:_LICENCES]]
        more = len(known) - len(shown)
        return "; ".join([*shown, f"{more:,} more"] if more else shown) or "none recorded"


def _in_words(licence: Licence) -> str:
    patients = count_in_words(licence.patients, licence.protected)
    return f"{licence.license or 'none recorded'}: {_many(patients, 'patient')}"


def _many(number: str, noun: str) -> str:
    if number == "1" or noun == "series":
        return f"{number} {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
