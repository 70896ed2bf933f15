from __future__ import annotations

import json

import pytest

from explorer.sources.dicomweb.objects import count_of, is_uid, marker_of, references_of, text_of, uid_of

SERIES = 0x0020000E


def test_uids_are_digits_and_dots() -> None:
    for text in ("1", "1.2.840", "0.0", "2.25." + "1" * 59):
        assert is_uid(text)
    for wrong in ("", ".", "..", "1.", ".1", "1..2", "1.2/3", "1.2\n", "\u0661.2", "1.a", "1" * 65, 1, None, ["1"]):
        assert not is_uid(wrong)


@pytest.mark.parametrize("value", [1e400, -1e400, 10**400, {"a": 1}, [], True, "x" * 2_000])
def test_what_is_no_value_is_missing(value: object) -> None:
    row = {"0020000E": {"Value": [value]}}
    assert (text_of(row, SERIES), uid_of(row, SERIES), count_of(row, SERIES)) == (None, None, None)


@pytest.mark.parametrize("element", [None, 1, "1.2", [], ["1.2"], {}, {"Value": "1.2"}, {"Value": {"0": "1.2"}}])
def test_what_is_no_element_is_missing(element: object) -> None:
    assert text_of({"0020000E": element}, SERIES) is None
    assert references_of({"00081115": element, "30060010": {"Value": [element]}}) == ()


def sequence(*items: object) -> dict[str, object]:
    return {"vr": "SQ", "Value": list(items)}


def test_series_that_an_object_refers_to() -> None:
    def named(uid: str) -> dict[str, object]:
        return {"0020000E": {"vr": "UI", "Value": [uid]}}

    row = {
        **named("1.1"),
        "00081115": sequence(named("1.3"), named("1.2"), named("a"), 7, named("1.1")),
        "0040A375": sequence({"00081115": sequence(named("1.4"))}),
        "30060010": sequence({"30060012": sequence({"30060014": sequence(named("1.5"))})}),
        "00400275": sequence(named("1.6")),
    }
    assert references_of(row) == ("1.2", "1.3", "1.4", "1.5")


def test_a_marker_changes_with_what_is_said_and_not_with_where() -> None:
    row = {"00081030": {"vr": "LO", "Value": ["a"]}, "00081190": {"vr": "UR", "Value": ["http://one/"]}}
    moved = {"00081190": {"vr": "UR", "Value": ["http://two/"]}, "00081030": {"Value": ["a"], "vr": "LO"}}
    assert marker_of(row) == marker_of(moved)
    assert marker_of(row) != marker_of({**row, "00081030": {"vr": "LO", "Value": ["b"]}})
    assert marker_of(json.loads('{"a": "\\ud800"}'))
