"""The recorded spellings that a normalised value holds."""

from __future__ import annotations

from pathlib import Path

from explorer import Snapshot
from explorer.facets import FACETS
from explorer.snapshot.spellings import spellings
from explorer.sources import RowsSource

PARTS = ("BREAST", "Left Breast", "BREAST", "CHEST", "thorax", "<b>x</b>", "o'k", None)


def test_only_values_that_hold_another_spelling(tmp_path: Path) -> None:
    rows = [{"PatientID": str(n), "BodyPartExamined": part} for n, part in enumerate(PARTS)]
    snapshot = Snapshot.build(RowsSource(rows), store=tmp_path)
    assert spellings(snapshot, FACETS["body_part"]) == (
        ("<B>X</B>", ("<b>x</b>",)),
        ("BREAST", ("BREAST", "Left Breast")),
        ("CHEST", ("CHEST", "thorax")),
        ("O'K", ("o'k",)),
    )
    assert spellings(snapshot, FACETS["BodyPartExamined"]) == spellings(snapshot, FACETS["vendor"]) == ()


def test_every_facet_that_brings_spellings_together_names_a_recorded_one() -> None:
    of = {facet.name: facet.column.recorded_in for facet in FACETS.values() if facet.column.recorded_in}
    assert of == {"body_part": "BodyPartExamined", "vendor": "Manufacturer"}
    assert all(FACETS[recorded].recorded for recorded in of.values())


def test_spellings_of_the_default_snapshot_add_up(default_snapshot: Snapshot) -> None:
    vendors = dict(spellings(default_snapshot, FACETS["vendor"]))
    assert len(vendors["GE"]) == 13 and "GE_MEDICAL_SYSTEMS" in vendors["GE"]
    every = [spelled for of in vendors.values() for spelled in of]
    assert len(every) == len(set(every)) and set(every) <= set(default_snapshot.values("Manufacturer"))
