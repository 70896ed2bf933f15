"""Definitions that are well or badly formed: the table that the reader and the JSON Schema are both held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


def version_1(**parts: Any) -> dict[str, Any]:
    return {"version": 1, **parts}


def asking(**criterion: Any) -> dict[str, Any]:
    """A definition with one criterion."""
    return version_1(include=[{"same": "series", "where": [criterion]}])


def modality(*values: Any) -> dict[str, Any]:
    return {"facet": "Modality", "is_in": list(values)}


def group(*criteria: Any, same: Any = "series") -> dict[str, Any]:
    return {"same": same, "where": list(criteria)}


def pair(first: Any = 0, then: Any = 1, days: Any = (0, 90)) -> dict[str, Any]:
    days = list(days) if isinstance(days, tuple) else days
    return version_1(
        include=[group(modality("CT")), group(modality("MR"))],
        within=[{"first": first, "then": then, "days": days}],
    )


GOOD: dict[str, Any] = {
    "version alone": {"version": 1},
    "version as JSON may write it": {"version": 1.0},
    "everything written out": version_1(
        name="n", include=[], exclude=[], within=[], select="matching", derived="none", annotations={}
    ),
    "levels": version_1(include=[group(modality("CT"), same=same) for same in ("series", "study", "patient")]),
    "null in is_in": asking(facet="sex", is_in=[None]),
    "text, number and null": asking(facet="x", is_in=["a", 1, 1.5, None]),
    "the same value twice": asking(facet="x", is_in=["a", "a"]),
    "an empty text as a value": asking(facet="x", is_in=[""]),
    "range of numbers": asking(facet="age", between=[50, 75.5]),
    "range of one number": asking(facet="age", between=[50, 50]),
    "range of dates": asking(facet="study_date", between=["2000-02-29", "2001-01-01"]),
    "open ends": asking(facet="age", between=[None, None]),
    "low open": asking(facet="age", between=[None, 75]),
    "range or missing": asking(facet="age", between=[50, None], missing=True),
    "missing false": asking(facet="age", between=[50, None], missing=False),
    "contains": asking(facet="SeriesDescription", contains=["T2 ", " "]),
    "within": pair(),
    "within, the same group": pair(0, 0),
    "within, open": pair(days=(None, None)),
    "within, before": pair(days=(-90, None)),
    "within, whole floats": pair(0.0, 1.0, (0.0, 90.0)),
    "select images": version_1(select="images"),
    "derived linked": version_1(derived="linked"),
    "annotations": version_1(annotations={"notes": [{"text": "x", "ok": True, "n": 1.5, "none": None}]}),
    "a long value": asking(facet="x", is_in=["v" * 1_000]),
    "astral characters count as one": asking(facet="x", is_in=["\U0001f9e0" * 1_000]),
    "20 groups": version_1(include=[group(modality("CT"))] * 12, exclude=[group(modality("CT"))] * 8),
    "50 criteria": version_1(include=[group(*[modality("CT")] * 25)] * 2),
    "10,000 values": version_1(include=[group(modality(*range(5_000)), modality(*range(5_000)))]),
    "hostile text is data": version_1(name="<img src=x onerror=alert(1)>{{7*7}}'\";--\n%%bash"),
}


@dataclass(frozen=True)
class Bad:
    """A definition that is refused, where and with which words; `by_schema` where JSON Schema can see it too."""

    definition: Any
    path: str
    words: str
    by_schema: bool = True


BAD: dict[str, Bad] = {
    "no object": Bad([], "", "a list"),
    "null": Bad(None, "", "null"),
    "no version": Bad({}, "", '"version"'),
    "version 2": Bad({"version": 2}, "/version", "not 2"),
    "version 2 with new keys": Bad({"version": 2, "new": 1}, "/version", "version 1 only"),
    "version as text": Bad({"version": "1"}, "/version", 'not "1"'),
    "version true": Bad({"version": True}, "/version", "not true"),
    "unknown key": Bad(version_1(includes=[]), "", 'did you mean "include"'),
    "unknown key in a group": Bad(version_1(include=[{"some": "series", "where": []}]), "/include/0", '"some"'),
    "unknown key in a criterion": Bad(asking(facet="x", isin=["a"]), "/include/0/where/0", 'did you mean "is_in"'),
    "unknown key in within": Bad(
        pair() | {"within": [{"first": 0, "then": 1, "days": [0, 1], "months": 1}]}, "/within/0", '"months"'
    ),
    "name a number": Bad(version_1(name=5), "/name", "text, not a number"),
    "name null": Bad(version_1(name=None), "/name", "null"),
    "name too long": Bad(version_1(name="n" * 1_001), "/name", "1,001 characters"),
    "name with NUL": Bad(version_1(name="a\0b"), "/name", "NUL"),
    "name with half a character": Bad(version_1(name="\ud83e"), "/name", "half a character", by_schema=False),
    "include an object": Bad(version_1(include={}), "/include", "an object"),
    "include null": Bad(version_1(include=None), "/include", "null"),
    "group a text": Bad(version_1(include=["x"]), "/include/0", "text"),
    "no level": Bad(version_1(include=[{"where": [modality("CT")]}]), "/include/0", '"same"'),
    "unknown level": Bad(version_1(include=[group(modality("CT"), same="scan")]), "/include/0/same", '"series"'),
    "level a list": Bad(version_1(include=[group(modality("CT"), same=["series"])]), "/include/0/same", '"series"'),
    "no where": Bad(version_1(exclude=[{"same": "series"}]), "/exclude/0", '"where"'),
    "where empty": Bad(version_1(exclude=[group()]), "/exclude/0/where", "no criterion"),
    "no facet": Bad(asking(is_in=["a"]), "/include/0/where/0", '"facet"'),
    "facet a number": Bad(asking(facet=3, is_in=["a"]), "/include/0/where/0/facet", "a number"),
    "facet too long": Bad(asking(facet="f" * 1_001, is_in=["a"]), "/include/0/where/0/facet", "1,001"),
    "no operator": Bad(asking(facet="x"), "/include/0/where/0", "none is given"),
    "two operators": Bad(asking(facet="x", is_in=["a"], contains=["a"]), "/include/0/where/0", '"contains"'),
    "missing alone": Bad(asking(facet="x", missing=True), "/include/0/where/0/missing", "null"),
    "missing beside is_in": Bad(asking(facet="x", is_in=["a"], missing=True), "/include/0/where/0/missing", "between"),
    "missing false beside contains": Bad(
        asking(facet="x", contains=["a"], missing=False), "/include/0/where/0/missing", "between"
    ),
    "missing a number": Bad(
        asking(facet="x", between=[1, 2], missing=1), "/include/0/where/0/missing", "true or false"
    ),
    "missing null": Bad(asking(facet="x", between=[1, 2], missing=None), "/include/0/where/0/missing", "null"),
    "is_in empty": Bad(asking(facet="x", is_in=[]), "/include/0/where/0/is_in", "empty"),
    "is_in a text": Bad(asking(facet="x", is_in="CT"), "/include/0/where/0/is_in", "not text"),
    "is_in null": Bad(asking(facet="x", is_in=None), "/include/0/where/0/is_in", "null"),
    "is_in a boolean": Bad(asking(facet="x", is_in=[True]), "/include/0/where/0/is_in/0", "not true"),
    "is_in a list": Bad(asking(facet="x", is_in=["a", ["b"]]), "/include/0/where/0/is_in/1", "not a list"),
    "is_in an object": Bad(asking(facet="x", is_in=[{"a": 1}]), "/include/0/where/0/is_in/0", "an object"),
    "value with NUL": Bad(asking(facet="x", is_in=["\0"]), "/include/0/where/0/is_in/0", "NUL"),
    "value with half a character": Bad(
        asking(facet="x", is_in=["a\udfff"]), "/include/0/where/0/is_in/0", "half", by_schema=False
    ),
    "value too long": Bad(asking(facet="x", is_in=["v" * 1_001]), "/include/0/where/0/is_in/0", "1,001"),
    "value not finite": Bad(asking(facet="x", is_in=[float("inf")]), "/include/0/where/0/is_in/0", "finite", False),
    "value not a number": Bad(asking(facet="x", is_in=[float("nan")]), "/include/0/where/0/is_in/0", "finite", False),
    "value that loses digits": Bad(
        asking(facet="x", is_in=[2**53 + 1]), "/include/0/where/0/is_in/0", "more digits", by_schema=False
    ),
    "value beyond doubles": Bad(asking(facet="x", is_in=[10**400]), "/include/0/where/0/is_in/0", "digits", False),
    "contains empty": Bad(asking(facet="x", contains=[]), "/include/0/where/0/contains", "empty"),
    "contains an empty text": Bad(asking(facet="x", contains=["a", ""]), "/include/0/where/0/contains/1", "empty text"),
    "contains null": Bad(asking(facet="x", contains=[None]), "/include/0/where/0/contains/0", "null"),
    "contains a number": Bad(asking(facet="x", contains=[2]), "/include/0/where/0/contains/0", "a number"),
    "between a number": Bad(asking(facet="x", between=5), "/include/0/where/0/between", "a list of two"),
    "between one end": Bad(asking(facet="x", between=[5]), "/include/0/where/0/between", "a list of 1"),
    "between three ends": Bad(asking(facet="x", between=[1, 2, 3]), "/include/0/where/0/between", "a list of 3"),
    "low above high": Bad(asking(facet="x", between=[75, 50]), "/include/0/where/0/between", "75", by_schema=False),
    "low date above high": Bad(
        asking(facet="x", between=["2001-01-01", "2000-12-31"]), "/include/0/where/0/between", "above", by_schema=False
    ),
    "numbers given as text": Bad(asking(facet="x", between=["50", "75"]), "/include/0/where/0/between/0", "quotes"),
    "a date and a number": Bad(
        asking(facet="x", between=["2001-01-01", 5]), "/include/0/where/0/between", "one kind", by_schema=False
    ),
    "a day that is none": Bad(
        asking(facet="x", between=["2001-02-29", None]), "/include/0/where/0/between/0", "exist", by_schema=False
    ),
    "a date in another form": Bad(
        asking(facet="x", between=["20010101", None]), "/include/0/where/0/between/0", "date"
    ),
    "between a boolean": Bad(asking(facet="x", between=[False, 1]), "/include/0/where/0/between/0", "not false"),
    "within a number": Bad(version_1(within=3), "/within", "a number"),
    "within no group": Bad(
        version_1(within=[{"first": 0, "then": 0, "days": [0, 1]}]), "/within/0/first", "no include group", False
    ),
    "within beyond the last": Bad(pair(0, 2), "/within/0/then", "0 to 1", by_schema=False),
    "within negative": Bad(pair(-1, 0), "/within/0/first", "0 to 1"),
    "within a boolean": Bad(pair(True, 0), "/within/0/first", "not true"),
    "within a text": Bad(pair("0", 1), "/within/0/first", "not text"),
    "within half a group": Bad(pair(0.5, 1), "/within/0/first", "whole"),
    "within no days": Bad(pair() | {"within": [{"first": 0, "then": 1}]}, "/within/0", '"days"'),
    "days as text": Bad(pair(days=("0", 90)), "/within/0/days/0", "not text"),
    "half a day": Bad(pair(days=(0.5, 90)), "/within/0/days/0", "whole"),
    "days the wrong way": Bad(pair(days=(90, 0)), "/within/0/days", "above", by_schema=False),
    "days alone": Bad(pair(days=90), "/within/0/days", "a list of two"),
    "unknown select": Bad(version_1(select="some"), "/select", '"images"'),
    "select null": Bad(version_1(select=None), "/select", "null"),
    "unknown derived": Bad(version_1(derived=True), "/derived", '"linked"'),
    "annotations a list": Bad(version_1(annotations=[]), "/annotations", "a list"),
    "annotations null": Bad(version_1(annotations=None), "/annotations", "null"),
    "annotations not finite": Bad(
        version_1(annotations={"a/b": [float("inf")]}), "/annotations/a~1b/0", "finite", by_schema=False
    ),
    "annotations with half a character": Bad(
        version_1(annotations={"a": "\ud800"}), "/annotations/a", "half", by_schema=False
    ),
    "21 groups": Bad(
        version_1(include=[group(modality("CT"))] * 20, exclude=[group(modality("CT"))]), "", "at most 20", False
    ),
    "51 criteria": Bad(version_1(include=[group(*[modality("CT")] * 17)] * 3), "", "at most 50", by_schema=False),
    "10,001 values": Bad(
        version_1(include=[group(modality(*range(5_000)), modality(*range(5_001)))]), "", "at most 10,000", False
    ),
    "101 pairs": Bad(pair() | {"within": pair()["within"] * 101}, "/within", "at most 100"),
}
