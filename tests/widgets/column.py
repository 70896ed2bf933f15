"""A Panel server that shows the left column alone, with fixed counts and a small answering machine behind it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import panel as pn

from explorer.views.facet_list import FacetList, Request
from explorer.views.numbers import Writer

DATA: dict[str, Any] = json.loads((Path(__file__).parent / "left_column.json").read_text(encoding="utf-8"))
MANY = 20_000


class Column:
    """One column with what it was asked; toggles are answered, everything else is only noted."""

    def __init__(self, *, many: bool = False, silent: bool = False, theme: str = "light") -> None:
        data = copy.deepcopy(DATA)
        if many:
            add_long_facet(data)
        self.silent = silent
        self.requests: list[Request] = []
        self.view = FacetList(**told(data), theme=theme, sizing_mode="stretch_both")
        self.view.on_request(self.heard)

    def heard(self, request: Request) -> None:
        self.requests.append(request)
        if self.silent:
            return
        changes: dict[str, Any] = {"definition": edited(self.view.definition, request)}
        if request["kind"] == "measure":
            changes = {"measure": request["value"]}
        elif request["kind"] == "activate":
            changes = {"group": request["group"]}
        self.view.answer(request, revision=self.view.revision + 1, **changes)


def told(data: dict[str, Any]) -> dict[str, Any]:
    """The traits as Python sets them: counts as text."""
    writer = Writer(data["all"])
    return {**data, "all": writer.everything, "now": writer.write(data["now"]["id"], data["now"])}


def edited(definition: dict[str, Any], request: Request) -> dict[str, Any]:
    """The definition with one criterion, level or exclusion changed; a stand-in for the session."""
    changed = copy.deepcopy(definition)
    if request["kind"] == "toggle" and request["exclude"]:
        criterion = {"facet": request["facet"], "is_in": [request["value"]]}
        changed.setdefault("exclude", []).append({"same": "series", "where": [criterion]})
        return changed
    if request["kind"] not in {"toggle", "range", "contains", "clear", "level"}:
        return changed
    side, index = request["group"].split(":")
    group = changed[side][int(index)]
    if request["kind"] == "level":
        group["same"] = request["same"]
        return changed
    facet = request["facet"]
    old = next((c for c in group["where"] if c["facet"] == facet), {})
    new: dict[str, Any] = {}
    if request["kind"] == "toggle":
        values = [value for value in old.get("is_in", []) if value != request["value"]]
        new = {"is_in": [*values, request["value"]] if request["on"] else values}
    elif request["kind"] == "range":
        new = {"between": [request["low"], request["high"]], "missing": request["missing"]}
    elif request["kind"] == "contains":
        new = {"contains": request["texts"]}
    group["where"] = [c for c in group["where"] if c["facet"] != facet]
    if any(new.values()):
        group["where"].append({"facet": facet, **new})
    return changed


def add_long_facet(data: dict[str, Any]) -> None:
    """A facet with more values than any page could hold, shown first."""
    facet = {**data["facets"][0], "name": "series_uid", "title": "Series", "recorded": False}
    data["facets"].insert(0, facet)
    values = [[f"1.2.840.{i}", 1, 1] for i in range(MANY)]
    data["all"]["series_uid"] = {"values": values, "distinct": MANY}
    data["now"]["by"]["series_uid"] = {"values": values[:50]}


def page(column: Column, width: int) -> pn.viewable.Viewable:
    holder = pn.Column(column.view, width=width, sizing_mode="stretch_height", margin=0, styles={"height": "100vh"})
    return holder


if __name__ == "__main__":
    import sys

    kind, theme, width, port = sys.argv[1:5]
    pn.config.raw_css.append("body {margin: 0; overflow: hidden}")
    pn.serve(lambda: page(Column(many=kind == "many", theme=theme), int(width)), port=int(port), show=False)
