from __future__ import annotations

import pytest

from explorer.errors import DefinitionError
from explorer.server.broken import problem_of, read_text
from explorer.server.positions import line_and_column, position_of

TEXT = """{"version": 1,
 "name": "caf\\u00e9 \\"x\\"",
 "include": [
  {"same": "series", "where": [{"facet": "Modality", "is_in": ["CT"]},
                               {"facet": "sex", "is_in": []}]}],
 "exclude": [], "a/b": {"~": [1, -2.5e3, null]}
}"""


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("", '{"version"'),
        ("/name", '"name"'),
        ("/include/0", '{"same"'),
        ("/include/0/where/1", '{"facet": "sex"'),
        ("/include/0/where/1/is_in", '"is_in": []'),
        ("/include/0/where/0/is_in/0", '"CT"'),
        ("/a~1b/~0/2", "null"),
        # The nearest part around what is not there.
        ("/include/0/where/7", '[{"facet"'),
        ("/version/deeper", "1,"),
        ("/nothing", '{"version"'),
    ],
)
def test_parts_are_found(pointer: str, found: str) -> None:
    at = position_of(TEXT, pointer)
    assert at is not None and TEXT[at:].startswith(found)


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "[1", '{"a": [1 2]}', "[" * 5_000, '{"a', "{1: 2}", "[}"])
def test_broken_texts_have_no_parts_or_some(text: str) -> None:
    position_of(text, "/a/0")


def test_lines_and_columns_count_from_one() -> None:
    assert line_and_column("ab\ncd", 0) == (1, 1)
    assert line_and_column("ab\ncd", 4) == (2, 2)


@pytest.mark.parametrize(
    ("text", "message", "path", "place"),
    [
        ('{"version": 1,\n "name" "x"}', "not JSON", "", (2, 9)),
        ("", "not JSON", "", (1, 1)),
        ('{"version": 2}', "version is the number 1", "/version", (1, 2)),
        ('\ufeff{"version": 1,\n "select": "x"}', "select is one of", "/select", (2, 2)),
        (TEXT.replace('"a/b"', '"within"').replace('{"~": [1, -2.5e3, null]}', "[]"), "is_in", None, (5, 49)),
        ('{"version": 1, "name": "a", "name": "b"}', "twice", "", (1, 1)),
        ("[" * 3_000, "too deep", "", None),
        (b"\xff\xfe", "UTF-8", "", None),
        ("1" * 5_000, "digits", "", None),
        ('{"version": NaN}', "NaN", "", (1, 1)),
    ],
)
def test_a_problem_says_what_and_where(
    text: str | bytes, message: str, path: str | None, place: tuple[int, int] | None
) -> None:
    with pytest.raises(DefinitionError) as raised:
        read_text(text)
    problem = problem_of(raised.value)
    assert message in problem["message"]
    assert path is None or problem["path"] == path
    assert (problem["line"], problem["column"]) == (place or (None, None))


def test_a_problem_without_a_text_has_no_place() -> None:
    problem = problem_of(DefinitionError("wrong", "/include/0"))
    assert problem == {"message": "wrong", "path": "/include/0", "line": None, "column": None}
