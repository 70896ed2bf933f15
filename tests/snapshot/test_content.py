from __future__ import annotations

import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.schema import Column, ColumnType
from explorer.snapshot.content import ColumnHash

TYPES: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "texts": pa.list_(pa.string()),
}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
VALUES: dict[ColumnType, st.SearchStrategy[object]] = {
    "text": TEXT,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(allow_nan=False).map(lambda number: number + 0.0),
    "date": st.dates(),
    "texts": st.lists(TEXT, max_size=3),
}


def digest(type_: ColumnType, *chunks: list[object]) -> bytes:
    hash_ = ColumnHash(Column("x", type_, "What is hashed.", "nothing"))
    for chunk in chunks:
        hash_.update(pa.array(chunk, TYPES[type_]))
    return hash_.digest()


@pytest.mark.parametrize("type_", TYPES)
@given(data=st.data())
def test_chunks_do_not_matter_and_every_value_does(type_: ColumnType, data: st.DataObject) -> None:
    column = st.lists(st.none() | VALUES[type_], max_size=6)
    one, two = data.draw(column), data.draw(column)
    cut = data.draw(st.integers(0, len(one)))
    assert digest(type_, one) == digest(type_, one[:cut], one[cut:])
    assert (digest(type_, one) == digest(type_, two)) == (one == two)


def test_a_slice_counts_only_its_own_values() -> None:
    values = pa.array(["a", None, "bc", "", "d"])
    hash_ = ColumnHash(Column("x", "text", "What is hashed.", "nothing"))
    hash_.update(values[1:4])
    assert hash_.digest() == digest("text", [None, "bc", ""])


def test_null_is_not_empty() -> None:
    assert digest("text", [None]) != digest("text", [""])
    assert digest("texts", [None]) != digest("texts", [[]]) != digest("texts", [[""]])
    assert digest("integer", [None]) != digest("integer", [0])


def test_one_zero_and_one_nan() -> None:
    assert digest("number", [0.0]) == digest("number", [-0.0])
    assert digest("number", [math.nan]) == digest("number", [-math.nan])
    assert digest("number", [math.nan]) != digest("number", [None])
