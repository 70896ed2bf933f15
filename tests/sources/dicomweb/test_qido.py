"""Archives whose lists are not what was asked for: what is counted was checked, and what is left out is said."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from explorer.errors import SurroundingsError
from explorer.sources.dicom.header import Header
from explorer.sources.dicomweb import Address, Archive, Patience, Questions
from explorer.sources.dicomweb.journal import Journal
from explorer.sources.dicomweb.reading import Reading
from explorer.sources.source import quiet
from tests.sources.dicomweb.served import Asked, Reply, element, rows, served, study

Rows = list[dict[str, object]]


def series(uid: str, instances: int | None = 2, **values: object) -> dict[str, object]:
    counted = {} if instances is None else {"00201209": element(instances)}
    return {"0020000E": element(uid), **counted, **{name[1:]: element(value) for name, value in values.items()}}


def archive(
    studies: Rows, of_study: Mapping[str, Rows], of_series: Mapping[str, Rows] | None = None
) -> Callable[[Asked], Reply]:
    """An archive that pages as it should, and lists what it is told to."""

    def answers(asked: Asked) -> Reply:
        words = asked.path.split("/")[2:]
        if len(words) == 1:
            found = studies
            if wanted := asked.query.get("StudyInstanceUID"):
                found = [row for row in studies if row["0020000D"] == element(wanted[0])]
        elif len(words) == 3:
            found = of_study.get(words[1], [])
        else:
            found = (of_series or {}).get(words[3], [])
        start = asked.number("offset", 0)
        return rows(*found[start : start + asked.number("limit", 100)])

    return answers


def read(answers: Callable[[Asked], Reply], since: str | None = None) -> tuple[list[tuple[Header, int]], Counter[str]]:
    with served(answers) as server:
        asked = Archive(Address.parse(server.url), patience=Patience(tries=2, pause=0.0))
        reading = Reading(Questions(asked), Journal(None, ""))
        try:
            found = list(reading.headers(quiet, since))
        finally:
            asked.close()
    return found, reading.notes


def uids(found: list[tuple[Header, int]]) -> list[object]:
    return [header.values["SeriesInstanceUID"] for header, _ in found]


def test_series_say_what_their_study_says() -> None:
    found, notes = read(
        archive(
            [
                study(
                    "1.1",
                    t00100020="p",
                    t00080020="20200131",
                    t00100030="19500201",
                    t00100010={"Alphabetic": "Roe^Jane"},
                )
            ],
            {"1.1": [series("1.1.1", 3, t00080060="MR", t0008103E="a\u0000 ")]},
        )
    )
    assert not notes
    [(header, instances)] = found
    assert instances == 3
    assert header.values == {
        "StudyInstanceUID": "1.1",
        "SeriesInstanceUID": "1.1.1",
        "PatientID": "p",
        "StudyDate": "20200131",
        "PatientAge": "069Y",
        "Modality": "MR",
        "SeriesDescription": "a",
    }
    assert header.name_words == {"roe", "jane"}


@pytest.mark.parametrize(
    ("odd", "note"),
    [
        (series("../../etc"), "no valid SeriesInstanceUID"),
        (series("1." + "1" * 64), "no valid SeriesInstanceUID"),
        ({}, "no valid SeriesInstanceUID"),
        ({"0020000E": "1.1.2"}, "no valid SeriesInstanceUID"),
        ({"0020000E": {"vr": "UI", "Value": [["1.1.2"]]}}, "no valid SeriesInstanceUID"),
        (series("1.1.2", t0020000D="1.999"), "belong to another study"),
        (series("1.1.2", 0), "no instance of them"),
    ],
)
def test_what_is_no_series_of_the_study_is_left_out_and_said(odd: dict[str, object], note: str) -> None:
    found, notes = read(archive([study("1.1")], {"1.1": [series("1.1.1"), odd]}))
    assert uids(found) == ["1.1.1"]
    assert [note in each for each in notes] == [True]


@pytest.mark.parametrize("wrong", [None, "x", -1, 2.5, True, [1, 2], {"a": 1}, 10**30])
def test_instances_are_counted_where_the_archive_gives_no_number(wrong: object) -> None:
    listed = series("1.1.1", None) if wrong is None else series("1.1.1", None, t00201209=wrong)
    images: Rows = [{"00080018": element(f"1.1.1.{number}")} for number in (1, 2, 3, 3)]
    images += [{"00080018": element("a/b")}, {"00080018": element("1.1.1.9"), "0020000E": element("1.1.2")}]
    found, notes = read(archive([study("1.1")], {"1.1": [listed]}, {"1.1.1": images}))
    assert [instances for _, instances in found] == [3]
    assert sorted(notes.values()) == [1, 1, 1]


def test_numbers_that_differ_are_said() -> None:
    for values in ({"t00201206": 2, "t00201208": 2}, {"t00201206": 1, "t00201208": 5}):
        found, notes = read(archive([study("1.1", **values)], {"1.1": [series("1.1.1", 2)]}))
        assert uids(found) == ["1.1.1"]
        assert notes == {"studies whose numbers of series or images differ from what the archive lists of them": 1}


def test_a_study_that_changes_meanwhile_is_read_again() -> None:
    before, after = study("1.1", t00201206=1, t00201208=1), study("1.1", t00201206=2, t00201208=3, t00081030="new")
    steps = iter([before, after, after])

    def answers(asked: Asked) -> Reply:
        if asked.path.endswith("/studies"):
            return rows(next(steps))
        return rows(series("1.1.1", 1), series("1.1.2", 2))

    found, notes = read(answers)
    assert uids(found) == ["1.1.1", "1.1.2"]
    assert found[0][0].values["StudyDescription"] == "new"
    assert not notes


def test_a_study_that_goes_meanwhile_is_left_out_and_said() -> None:
    def answers(asked: Asked) -> Reply:
        if asked.path.endswith("/studies"):
            return rows() if "StudyInstanceUID" in asked.query else rows(study("1.1", t00201206=1, t00201208=1))
        return Reply(b"", 404)

    found, notes = read(answers)
    assert (found, notes) == ([], {"studies left out: they went while the archive was read": 1})


def test_a_filter_that_is_ignored_is_applied_here() -> None:
    listed = [study("1.1", t00080020="20191231"), study("1.2", t00080020="20200101"), study("1.3")]
    found, notes = read(archive(listed, {f"1.{n}": [series(f"1.{n}.1")] for n in (1, 2, 3)}), since="20200101")
    assert uids(found) == ["1.2.1"]
    assert list(notes.values()) == [2]


def test_studies_without_a_valid_uid_are_left_out_and_said() -> None:
    listed = [study("1.1"), study("a"), {}, study("1.1/../../x")]
    found, notes = read(archive(listed, {"1.1": [series("1.1.1")]}))
    assert uids(found) == ["1.1.1"]
    assert notes == {"studies left out: the archive gives them no valid StudyInstanceUID": 3}


def test_patients_that_share_a_study_without_a_word_whose_it_is() -> None:
    listed = [study("1.1", t00100020="a"), study("1.1", t00100020="b")]
    found, notes = read(archive(listed, {"1.1": [series("1.1.1", t00100020="b"), series("1.1.2")]}))
    assert [(header.values["PatientID"], header.values["SeriesInstanceUID"]) for header, _ in found] == [("b", "1.1.1")]
    assert list(notes.values()) == [1]


def test_an_archive_that_refuses_to_say_more_is_asked_for_less() -> None:
    whole = archive([study("1.1")], {"1.1": [series("1.1.1")]})
    found, notes = read(lambda asked: Reply(b"", 400) if "includefield" in asked.query else whole(asked))
    assert uids(found) == ["1.1.1"]
    assert [("refuses" in note) for note in notes] == [True]


def test_an_archive_that_breaks_in_the_middle_is_an_error() -> None:
    def answers(asked: Asked) -> Reply:
        if asked.path.endswith("/studies"):
            return archive([study(f"1.{number}") for number in range(30)], {})(asked)
        return Reply(b"", 500) if asked.path.endswith("/1.7/series") else rows(series("1.1.1"))

    with pytest.raises(SurroundingsError, match=r"/studies/1\.7/series cannot be had: the archive answers 500"):
        read(answers)


def test_hostile_values_become_missing() -> None:
    odd = {"a": [{"b": []}]}
    values = [odd, [odd], [[1]], True, 10**20, "x" * 5_000, ["x"] * 500, ["a", True], {"Alphabetic": 3}]
    for value in values:
        row = series("1.1.1", 1, t00080060="MR", t0008103E=value, t00081070=value, t00280010=value)
        found, _ = read(archive([study("1.1", t00081030=value, t00100010=value)], {"1.1": [row]}))
        assert found[0][0].values == {"StudyInstanceUID": "1.1", "SeriesInstanceUID": "1.1.1", "Modality": "MR"}, value
    for value, kept in (
        ("\ud800", "?"),
        (["a", None, "b"], "a\\\\b"),
        (7, "7"),
        (2.0, "2"),
        (0.5, "0.5"),
        ("\0 a \0", "a"),
    ):
        found, _ = read(archive([study("1.1")], {"1.1": [series("1.1.1", 1, t0008103E=value)]}))
        assert found[0][0].values["SeriesDescription"] == kept


def test_damaged_answers_give_series_or_a_sentence() -> None:
    """400 archives whose answers were changed in a few bytes."""
    listed = [study("1.1", t00100020="p", t00201206=1, t00201208=2), study("1.2", t00100010={"Alphabetic": "Roe"})]
    whole = archive(listed, {"1.1": [series("1.1.1", 2)], "1.2": [series("1.2.1", 1, t00081030="a")]})
    chance = random.Random(7)
    ends: Counter[bool] = Counter()

    def damaged(asked: Asked) -> Reply:
        body = bytearray(b"".join([whole(asked).body]))  # type: ignore[list-item]
        for _ in range(chance.choice((0, 0, 1, 2))):
            body[chance.randrange(len(body))] = chance.choice(b'[]{}",:0159.aeE-\\\x00\xff')
        return Reply(bytes(body))

    with served(damaged) as server:
        for _ in range(400):
            asked = Archive(Address.parse(server.url), patience=Patience(tries=1, pause=0.0))
            try:
                for header, instances in Reading(Questions(asked, 3), Journal(None, "")).headers(quiet):
                    assert instances > 0
                    assert {type(value) for value in header.values.values()} <= {str, int}
                ends[True] += 1
            except SurroundingsError as error:
                assert "\n" not in str(error)
                ends[False] += 1
            finally:
                asked.close()
    assert min(ends[True], ends[False]) > 20
