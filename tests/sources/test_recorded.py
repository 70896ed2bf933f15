from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from explorer.sources.idc_catalogue import plain_text
from explorer.sources.recorded import age_years, only_sex, recorded_date


def evaluate(expression: str, values: list[str | None]) -> object:
    rows = [[value] for value in values]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE given (value VARCHAR)")
        connection.executemany("INSERT INTO given VALUES (?)", rows)
        return connection.execute(f"SELECT {expression} FROM given").fetchall()[0][0]


@pytest.mark.parametrize(
    ("recorded", "age"),
    [
        ("066Y", 66),
        ("47", 47),
        ("090", 90),
        ("011M", 0),
        ("012M", 1),
        ("158M", 13),
        ("000M", 0),
        ("365D", 0),
        ("366D", 1),
        ("053W", 1),
        ("052W", 0),
        ("110Y", 110),
        ("000Y", None),
        ("000", None),
        ("111Y", None),
        ("155Y", None),
        ("042y", None),
        ("N-A", None),
        ("", None),
        ("066Y ", None),
        ("6 6Y", None),
        ("-05Y", None),
        (None, None),
    ],
)
def test_age(recorded: str | None, age: int | None) -> None:
    assert evaluate(age_years("value"), [recorded]) == age


@pytest.mark.parametrize(
    ("recorded", "sex"),
    [
        (["F", None, "F"], "F"),
        (["M"], "M"),
        (["O", "0000"], "O"),
        (["F", "M"], "conflicting"),
        (["F", "O"], "conflicting"),
        (["U", "6657", None], None),
        (["f"], None),
        ([None], None),
    ],
)
def test_sex(recorded: list[str | None], sex: str | None) -> None:
    assert evaluate(only_sex("value"), recorded) == sex


def test_date() -> None:
    assert evaluate(recorded_date("value"), ["2020-03-31"]) == dt.date(2020, 3, 31)
    assert evaluate(recorded_date("value"), ["20200331"]) == dt.date(2020, 3, 31)
    assert evaluate(recorded_date("value"), ["2020-13-31"]) is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("A, &amp; B.\n(2017). <i>T</i> (V 2)", "A, & B. (2017). T (V 2)"),
        ("H&E slides, AT&T; p < 0.05 and q > 3", "H&E slides, AT&T; p < 0.05 and q > 3"),
        ("one<br/>two<p>three</p>", "one two three"),
        ("&lt;b&gt;", "<b>"),
        (" \n ", None),
        (None, None),
    ],
)
def test_plain_text(text: str | None, plain: str | None) -> None:
    assert plain_text(text) == plain
