"""What the chart of years warns of: the cohort's own patients before the whole snapshot's."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality
from explorer.sources import RowsSource
from explorer.views import wire
from explorer.views.overview.cautions import caution_of
from explorer.views.overview.view import Seen
from explorer.views.speech import Speech

DATES = (("MR", "1959-03-01"), ("MR", "1959-07-01"), ("MR", "1960-01-01"), ("CT", "1940-01-01"), ("PT", "2004-01-01"))


@pytest.mark.parametrize(
    ("modality", "said"),
    [
        ("MR", "Shifted dates. 2 patients have a study in 1959, before CT and MR existed. Use days"),
        ("CT", "Shifted dates. 1 patient has a study in 1940, before CT and MR existed. Use days"),
        ("PT", "Shifted dates. In the whole snapshot, "),
    ],
)
def test_a_cohort_is_warned_of_its_own_dates(modality: str, said: str, tmp_path: Path) -> None:
    rows = [
        {"dataset": "a", "PatientID": str(n), "StudyInstanceUID": str(n), "Modality": modality, "study_date": date}
        for n, (modality, date) in enumerate(DATES)
    ]
    snapshot = Snapshot.build(RowsSource(rows), store=tmp_path)
    rule = CohortDefinition().including(Modality.is_in(modality))
    counts = wire.now(Cohort(rule, snapshot), None)
    everything = wire.everything(snapshot)
    seen = Seen(counts["by"], counts["groups"], everything, rule, Speech(), "light", "counts")
    assert caution_of(seen, snapshot.facets["study_date"]).startswith(said)
