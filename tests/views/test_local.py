"""Which series the Image tab offers, and what it calls them."""

from __future__ import annotations

import json
from pathlib import Path

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality
from explorer.images import ImageFolder, LocalSeries
from explorer.sources import RowsSource
from explorer.views.image_sheet import list_json, sheet_json
from explorer.views.local import Wish, cohort_series, offer

ROWS = [
    {"PatientID": "p-1", "SeriesInstanceUID": "1.1", "Modality": "CT", "SeriesDescription": "chest"},
    {"PatientID": "p-1", "SeriesInstanceUID": "1.2", "Modality": "CT", "SeriesDescription": "abdomen"},
    {"PatientID": "p-2", "SeriesInstanceUID": "1.3", "Modality": "MR", "SeriesDescription": "head"},
]


def local(uid: str) -> LocalSeries:
    return LocalSeries(uid, "MRN-4711", "CT", "CT Jane Roe", (Path(f"{uid}.dcm"),), 10)


def test_series_are_called_what_the_snapshot_calls_them(tmp_path: Path) -> None:
    snapshot = Snapshot.build(RowsSource(ROWS), store=tmp_path)
    folder = ImageFolder(tmp_path, {uid: local(uid) for uid in ("1.2", "1.3", "9.9")})
    cohort = Cohort(CohortDefinition().including(Modality.is_in("CT")), snapshot)
    rows, total = cohort_series(cohort, folder)
    cohort.close()
    assert total == 2
    told = [(row["SeriesInstanceUID"], row["patient_id"], bool(row.get("stray"))) for row in rows]
    # Those of the cohort first, those here before others; what the snapshot does not hold is not named at all.
    assert told == [("1.2", "p-1", False), ("1.1", "p-1", False), ("1.3", "p-2", True)]
    assert "MRN" not in str(rows) and "Roe" not in str(rows)


def test_the_sample_prefers_what_is_here_and_says_so(tmp_path: Path) -> None:
    snapshot = Snapshot.build(RowsSource(ROWS), store=tmp_path)
    folder = ImageFolder(tmp_path, {uid: local(uid) for uid in ("1.2", "9.9")})
    cohort = Cohort(CohortDefinition(), snapshot)
    here, everywhere = Wish(here=True), Wish(here=False)
    found, whole = offer(cohort, folder, here), offer(cohort, folder, everywhere)
    elsewhere = offer(cohort, None, here)
    cohort.close()
    assert found.sample and whole.sample and elsewhere.sample
    assert [row["SeriesInstanceUID"] for row in found.sample.rows] == ["1.2"]
    assert {row["SeriesInstanceUID"] for row in whole.sample.rows} == {"1.1", "1.2", "1.3"}
    drawn = json.loads(sheet_json(found, here, {}, snapshot))
    assert (drawn["heading"], drawn["here"]) == ("1 of 3 series", True)
    assert "drawn from the 1 image series on this computer" in drawn["note"]
    assert json.loads(sheet_json(whole, everywhere, {}, snapshot))["here"] is False
    nothing = json.loads(sheet_json(elsewhere, here, {}, snapshot))
    assert nothing["here"] is None
    assert nothing["note"].endswith("None is on this computer.")
    assert "MRN" not in str(drawn) and "Roe" not in str(drawn)


def test_all_that_is_here_is_counted_although_not_all_is_listed(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "SeriesInstanceUID": f"1.{number}"} for number in range(70)]
    snapshot = Snapshot.build(RowsSource(rows), store=tmp_path)
    folder = ImageFolder(tmp_path, {row["SeriesInstanceUID"]: local(row["SeriesInstanceUID"]) for row in rows})
    cohort = Cohort(CohortDefinition(), snapshot)
    found = offer(cohort, folder, Wish())
    cohort.close()
    told = json.loads(list_json(found, {}, switch=True))
    assert (told["heading"], told["note"]) == ("60 of 70 series", "70 on this computer, the first 60 are listed.")


def test_visits_of_one_patient_are_told_apart(tmp_path: Path) -> None:
    rows = [
        {**ROWS[0], "StudyInstanceUID": study, "SeriesInstanceUID": uid, "study_day": day, "SeriesNumber": number}
        for study, uid, day, number in (("2.1", "1.2", 400, "3"), ("2.2", "1.1", 309, "3"), ("2.2", "1.3", 309, "4"))
    ]
    snapshot = Snapshot.build(RowsSource(rows), store=tmp_path)
    cohort = Cohort(CohortDefinition(), snapshot)
    found = offer(cohort, None, Wish(chosen="1.7"))
    cohort.close()
    listed = json.loads(list_json(found, {}, switch=True))["rows"]
    assert [(row["uid"], row["what"]) for row in listed] == [
        ("1.1", "Study 1 of 2, day 0 · CT · chest · series 3"),
        ("1.3", "Study 1 of 2, day 0 · CT · chest · series 4"),
        ("1.2", "Study 2 of 2, day 91 · CT · chest · series 3"),
    ]
    assert not found.chosen_is_in


def test_the_series_that_is_to_be_opened_is_offered(tmp_path: Path) -> None:
    """Although it is not among the first of the list; one that the cohort does not take is called so."""
    rows = [
        {"PatientID": f"p{n:03}", "SeriesInstanceUID": f"1.{n:03}", "Modality": ("CT", "MR")[n % 2]} for n in range(200)
    ]
    snapshot = Snapshot.build(RowsSource(rows), store=tmp_path)
    cohort = Cohort(CohortDefinition().including(Modality.is_in("CT")), snapshot)
    for uid, stray in (("1.198", None), ("1.199", True)):
        found = offer(cohort, None, Wish(chosen=uid))
        mine = [row for row in found.rows if row["SeriesInstanceUID"] == uid]
        assert [(row["patient_id"], row.get("stray")) for row in mine] == [(f"p{uid[2:]}", stray)]
        assert found.chosen_is_in is (stray is None)
    assert len(offer(cohort, None, Wish(chosen="1.000")).rows) == len(offer(cohort, None, Wish(chosen="nobody")).rows)
    cohort.close()
