from __future__ import annotations

import datetime as dt
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import UserError
from explorer.sources.deidentify import DeIdentification, in_words
from explorer.sources.dicom.header import Header
from explorer.sources.keyed import fingerprint, own_key, read_key
from tests.sources.dicom.headers import at, header, load

KEY, OTHER = b"0123456789abcdef", b"fedcba9876543210"
PERSON = {"PatientID": "MRN00123", "PatientSex": "F", "PatientAge": "061Y", "StudyDate": "20200103"}


def visits(**values: Any) -> list[Header]:
    """Three studies of one person, and one of another."""
    days = ("20200103", "20200110", "20201231")
    first = [
        at(i, **{**PERSON, "StudyDate": day, "StudyInstanceUID": f"1.{i}", "SeriesInstanceUID": f"1.{i}.1", **values})
        for i, day in enumerate(days)
    ]
    return [*first, at(9, **{**PERSON, "PatientID": "X9", "StudyInstanceUID": "1.9", "SeriesInstanceUID": "1.9.1"})]


def studies(hidden: DeIdentification) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in load(visits(), hidden)[0]["study"]:
        found.setdefault(row["PatientID"], []).append(row)
    return found


def test_patient_ids_become_keyed_hashes() -> None:
    (first, second) = sorted(studies(DeIdentification(KEY)))
    assert re.fullmatch(r"p-[a-z2-7]{16}", first) and first != second
    assert set(studies(DeIdentification(KEY))) == {first, second}
    assert not {first, second} & set(studies(DeIdentification(OTHER)))
    assert set(studies(DeIdentification.none())) == {"MRN00123", "X9"}


def test_shifted_dates_keep_intervals_and_differ_between_people() -> None:
    found = studies(DeIdentification(KEY))
    dates = sorted(row["study_date"] for row in max(found.values(), key=len))
    assert [(day - dates[0]).days for day in dates] == [0, 7, 363]
    back = (dt.date(2020, 1, 3) - dates[0]).days
    assert 1 <= back <= 3653
    (other,) = min(found.values(), key=len)
    assert 1 <= (dt.date(2020, 1, 3) - other["study_date"]).days != back


@pytest.mark.parametrize(
    ("dates", "days", "offsets"),
    [
        ("keep", ["2020-01-03", "2020-01-10", "2020-12-31"], [None] * 3),
        ("offset", ["None"] * 3, [0, 7, 363]),
        ("drop", ["None"] * 3, [None] * 3),
    ],
)
def test_dates(dates: Any, days: list[str], offsets: list[int | None]) -> None:
    rows = max(studies(DeIdentification(KEY, dates=dates)).values(), key=len)
    rows.sort(key=lambda row: row["StudyInstanceUID"])
    assert [str(row["study_date"]) for row in rows] == days
    assert [row["study_day"] for row in rows] == offsets


@pytest.mark.parametrize("day", ["00010101", "20209999", "", "99991231"])
def test_odd_dates_shift_or_go(day: str) -> None:
    tables, _, _ = load([at(0, StudyDate=day or None)], DeIdentification(KEY))
    assert (tables["study"][0]["study_date"] is not None) == (day == "99991231")


@pytest.mark.parametrize(
    ("recorded", "age", "kept"),
    [
        ("061Y", 61, "061Y"),
        ("089Y", 89, "089Y"),
        ("090Y", 90, "090Y"),
        ("091Y", 90, "090Y"),
        ("110Y", 90, "090Y"),
        ("111Y", None, None),
        ("999Y", None, None),
        ("000Y", None, "000Y"),
        ("097", 90, "090Y"),
        ("018M", 1, "018M"),
        ("Jane Roe", None, None),
    ],
)
def test_ages_above_89_become_90(recorded: str, age: int | None, kept: str | None) -> None:
    tables, _, _ = load([at(0, PatientAge=recorded)], DeIdentification(KEY))
    assert tables["study"][0]["age"] == age and tables["series"][0]["PatientAge"] == kept


@pytest.mark.parametrize(
    ("recorded", "kept"), [("Jane Roe, 61", None), ("112Y", "112Y"), ("061", "061"), ("61 Y", None)]
)
def test_what_is_no_age_is_never_kept(recorded: str, kept: str | None) -> None:
    tables, _, _ = load([at(0, PatientAge=recorded)], DeIdentification.none())
    assert tables["series"][0]["PatientAge"] == kept


def test_without_characteristics() -> None:
    tables, _, _ = load(visits(), DeIdentification(KEY, characteristics=False))
    assert {row["sex"] for row in tables["patient"]} == {row["age"] for row in tables["study"]} == {None}
    assert {(row["PatientSex"], row["PatientAge"]) for row in tables["series"]} == {(None, None)}


def test_restricted() -> None:
    headers = [*visits(), header(Modality="SEG", SeriesInstanceUID="1.0.2", StudyInstanceUID="1.0", refers_to=["1.0.1"],
                                 **{**PERSON, "SOPInstanceUID": "1.0.2.1"})]  # fmt: skip
    tables, _, _ = load(headers, DeIdentification.restricted(KEY))
    uids = {
        row[name] for row in tables["series"] for name in ("StudyInstanceUID", "SeriesInstanceUID", "middle_instance")
    }
    assert all(re.fullmatch(r"2\.25\.(0|[1-9][0-9]*)", uid) and len(uid) <= 64 for uid in uids)
    (link,) = tables["derivation"]
    assert {link["derived"], link["image"]} <= {row["SeriesInstanceUID"] for row in tables["series"]}
    assert {row["study_date"] for row in tables["study"]} == {None}
    text = json.dumps(tables, default=str)
    assert not any(secret in text for secret in ("MRN00123", "X9", '"1.0', '"1.9', "2020"))


def test_uids_stay_by_default_but_for_what_is_none() -> None:
    tables, _, _ = load([at(0), at(1, SeriesInstanceUID="Jane Roe")], DeIdentification(KEY))
    first, second = (row["SeriesInstanceUID"] for row in tables["series"])
    assert first == "1.2.3.4" and second.startswith("2.25.")


def test_a_patient_without_identifier_gives_no_uid_away() -> None:
    hidden = DeIdentification(KEY, patient_ids="keep", uids="hash", dates="drop")
    tables, _, collector = load([at(0, PatientID=None, StudyInstanceUID="1.2.840.777")], hidden)
    assert tables["patient"][0]["PatientID"] == f"no-id-{hidden.uid('1.2.840.777')}"
    assert "1.2.840.777" not in json.dumps(tables, default=str)
    assert [line.why for line in collector.report.lines] == [
        "1 studies without PatientID: each counts as a patient of its own"
    ]


@pytest.mark.parametrize("dates", ["shift", "offset", "drop"])
def test_dates_in_uids_that_are_kept_are_counted(dates: Any) -> None:
    headers = [
        at(0, StudyInstanceUID="1.3.12.20240229101112", SeriesInstanceUID="1.3.12.1", StudyDate="2024.02.29"),
        at(1, StudyInstanceUID="1.3.12.20240229101112", SeriesInstanceUID="1.3.12.20240302", StudyDate="20240229"),
        at(2, StudyInstanceUID="1.3.12.20240229101112", SeriesInstanceUID="1.3.12.3", ContentDate="20240302",
           SOPInstanceUID="1.7.20240302.1"),
        at(3, StudyInstanceUID="1.3.13", SeriesInstanceUID="1.3.13.20240229", StudyDate="20240301"),
    ]  # fmt: skip
    # The study, a series, its middle image (named after it by `at`), and the middle image of another series.
    _, notes, collector = load(headers, DeIdentification(KEY, dates=dates))
    assert notes["UIDs with a recorded date"] == 4
    (caution,) = [line.why for line in collector.report.lines if line.kind == "caution"]
    assert caution.startswith("4 UIDs") and "--restricted" in caution and "2024" not in caution


@pytest.mark.parametrize("hidden", [DeIdentification.none(), DeIdentification.restricted(KEY)])
def test_dates_in_uids_do_not_matter_where_dates_are_kept_or_uids_are_not(hidden: DeIdentification) -> None:
    _, notes, collector = load([at(0, StudyInstanceUID="1.3.20240229", StudyDate="20240229")], hidden)
    assert "UIDs with a recorded date" not in notes and not collector.report.lines


def test_withheld_texts_are_counted_by_column_and_rule_and_never_quoted() -> None:
    texts = {"StudyDescription": "CT for Shelly Wallace", "SeriesDescription": "ROE thorax", "Manufacturer": "Siemens"}
    headers = visits(**texts, names=["roe", "jane"])
    tables, notes, collector = load(headers, DeIdentification(KEY))
    assert notes["withheld"] == {"SeriesDescription": {"name": 3}, "StudyDescription": {"for": 3}}
    assert {row["StudyDescription"] for row in tables["series"]} == {None}
    assert {row["Manufacturer"] for row in tables["series"]} == {"Siemens", None}
    told = json.dumps([tables, notes, [line.why for line in collector.report.lines]], default=str).casefold()
    assert not any(secret in told for secret in ("wallace", "roe", "jane", "mrn00123"))


def test_a_name_in_one_file_is_found_in_the_others_of_the_patient() -> None:
    tables, _, _ = load([at(0, names=["roe"]), at(1, SeriesInstanceUID="1.5", SeriesDescription="roe seg")],
                        DeIdentification(KEY))  # fmt: skip
    assert {row["SeriesDescription"] for row in tables["series"]} == {None}


@pytest.mark.parametrize(
    "column", ["Manufacturer", "ManufacturerModelName", "BodyPartExamined", "Modality", "SeriesNumber"]
)
def test_other_columns_are_cleaned_too(column: str) -> None:
    tables, notes, _ = load([at(0, **{column: "Dr. Kowalczyk"})], DeIdentification(KEY))
    assert tables["series"][0][column] is None and notes["withheld"] == {column: {"title": 1}}


def test_no_column_takes_over_what_is_no_code() -> None:
    said = dict.fromkeys(("PatientSex", "PatientAge", "SOPClassUID", "TransferSyntaxUID"), "Jane Roe")
    tables, notes, _ = load([at(0, SOPInstanceUID="Jane Roe", **said)], DeIdentification(KEY))
    assert "Roe" not in json.dumps(tables, default=str) and notes["withheld"] == {"PatientSex": {"given name": 1}}


def test_half_a_character_is_stored_as_a_question_mark() -> None:
    tables, _, _ = load([at(0, StudyDescription="a\ud800b", SeriesInstanceUID="1.\udfff")], DeIdentification.none())
    assert tables["series"][0]["StudyDescription"] == "a?b"
    tables, _, _ = load([at(0, SOPInstanceUID="1\0\0002"), at(1, SOPInstanceUID="\0")], DeIdentification.none())
    assert tables["series"][0]["middle_instance"] == "?"


@pytest.mark.parametrize(("descriptors", "kept"), [("clean", "Thorax"), ("drop", None), ("keep", "Thorax")])
def test_descriptors(descriptors: Any, kept: str | None) -> None:
    tables, _, _ = load([at(0, StudyDescription="Thorax")], DeIdentification(KEY, descriptors=descriptors))
    assert tables["series"][0]["StudyDescription"] == kept


def test_keeping_descriptors_keeps_all() -> None:
    tables, notes, _ = load([at(0, StudyDescription="CT for Jane Roe")], DeIdentification(KEY, descriptors="keep"))
    assert tables["series"][0]["StudyDescription"] == "CT for Jane Roe" and notes["withheld"] == {}


def test_the_choice_says_nothing_of_the_key() -> None:
    hidden = DeIdentification(KEY)
    assert re.fullmatch(r"[0-9a-f]{8}", str(hidden.options["key"])) and hidden.options["key"] == fingerprint(KEY)
    assert "0123456789abcdef" not in repr(hidden) + json.dumps(dict(hidden.options))
    assert "key" not in DeIdentification.none().options


@pytest.mark.parametrize("key", [None, b"", b"short"])
def test_a_key_is_needed(key: bytes | None) -> None:
    with pytest.raises(UserError, match="key"):
        DeIdentification(key)


def test_an_unknown_choice() -> None:
    with pytest.raises(UserError, match="shift or offset"):
        DeIdentification(KEY, dates="later")  # type: ignore[arg-type]


def test_in_words() -> None:
    options = dict(DeIdentification(KEY).options)
    recipe = {
        "options": {"deidentification": options},
        "notes": {"withheld": {"StudyDescription": {"for": 2, "name": 1}}},
    }
    said = in_words(recipe, counts=True)
    assert said is not None and said.startswith("Patient identifiers are keyed hashes; UIDs are as recorded; dates are")
    assert said.endswith("3 texts of series left out.") and "3 texts" not in str(in_words(recipe))
    assert "; UIDs as recorded can hold real dates; " in said
    for kept in (DeIdentification.none(), DeIdentification.restricted(KEY)):
        assert "real dates" not in str(in_words({"options": {"deidentification": dict(kept.options)}}))
    assert in_words({"options": {"pinned": "25"}, "notes": {"withheld": 7}}) is None
    assert in_words({"options": {"deidentification": {"dates": ["<b>"], "key": 3}}}) is None


def test_a_key_of_ones_own_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "own.key"
    key = own_key(path)
    assert own_key(path) == key == read_key(path) and len(key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["own.key"]
    assert own_key(tmp_path / "keys" / "other.key") != key


@pytest.mark.parametrize("content", [b"", b"short\n", b"x" * 5000])
def test_what_is_no_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(UserError, match="no key"):
        read_key(path)
    with pytest.raises(UserError, match="cannot be read"):
        read_key(tmp_path / "absent")
