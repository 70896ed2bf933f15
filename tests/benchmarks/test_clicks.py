"""The benchmarks of clicks: what they make of what they have seen."""

from __future__ import annotations

from benchmarks.clicks import Seen, at, table
from benchmarks.visitor import Figures, Visitor, _as_map, _models, _plain
from benchmarks.workshop import table as workshop_table


def seen(painted: float, counting: float = 15) -> Seen:
    return Seen("choose", painted, 2, painted - 40, painted - 30, 9, 8000, 3, 16_000, 430, {"counting": counting})


def seen_many() -> list[Seen]:
    return [seen(float(100 + n)) for n in range(20)]


def test_shares_of_numbers() -> None:
    numbers = [float(n) for n in range(100)]
    assert (at(0.5, numbers), at(0.95, numbers), at(1.0, numbers)) == (50, 95, 99)


def test_the_table_says_where_the_time_goes() -> None:
    lines = table({"app": seen_many(), "notebook": [seen(250, counting=60)]})
    assert lines[0] == "|  | app | notebook |"
    assert "| … of it counting | 15 | 60 |" in lines
    assert "| bytes until painted | 8,000 | 8,000 |" in lines
    assert "| **click to paint, p50, ms** | **110** | **250** |" in lines
    assert "| **click to paint, p95, ms** | **119** | **250** |" in lines


def test_a_documents_models_and_maps() -> None:
    document = {"roots": [{"type": "object", "id": "p1", "attributes": {"data": {"type": "object", "id": "p2"}}}]}
    assert [model["id"] for model in _models(document)] == ["p1", "p2"]
    assert _plain(_as_map({"a": [_as_map({"b": None})]})) == {"a": [{"b": None}]}


def test_a_visitor_knows_whose_numbers_it_has() -> None:
    visitor = Visitor("http://localhost:1/", Figures(), 1)
    visitor._list_data, visitor._head_data = "p2", "p3"
    assert visitor.counted == ""
    visitor._take("p2", "now", '{"id": "9f"}')
    visitor._take("p3", "data", '{"problem": "no disk"}')
    visitor._take("p4", "now", '{"id": "other"}')
    assert visitor.counted == "9f"
    assert visitor.traits["head"] == {"problem": "no disk"}


def test_the_workshop_tells_errors_and_memory() -> None:
    figures = Figures(
        [0.5], [80.0, 90.0, 100.0, 900.0], ["no answer"], 9000, 1, [15.0], {"alone": 200, "with everybody": 500}
    )
    lines = workshop_table(figures, 30)
    assert "| errors | 1 |" in lines
    assert "| memory with everybody | 500 MB, 10.0 MB each |" in lines
    assert "| in the second half, p95 | 900 ms |" in lines
