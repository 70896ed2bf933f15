"""Every number that a notebook promises, computed from the definition and the snapshot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from explorer.errors import UserError

if TYPE_CHECKING:
    from explorer.counts import Cohort
    from explorer.counts.scratch import Scratch

__all__ = ["Numbers", "flat", "numbers"]

Numbers = dict[str, Any]
"""JSON: ids, totals, and tables as ``{"columns": […], "rows": [[…], …]}``."""

_STEP = ("patients", "studies", "series", "instances", "bytes", "alone", "without")
_LICENCE = ("patients", "series", "bytes")
_CITATION = ("patients", "series")
_DATASET = ("patients", "series", "PatientID", "SeriesInstanceUID")
_KEYS = {"attrition": 1, "licences": 1, "citations": 1, "datasets": 2}
_TITLES = {"attrition": "Step", "licences": "Licence", "citations": "Citation", "datasets": "Dataset"}

# Lengths stand before the texts, so that no text can pass for two. DuckDB sorts text by its bytes.
_MEMBERS = """
WITH patients AS (
    SELECT dataset_key, count(*) AS patients,
        sha256(string_agg(strlen(PatientID) || ':' || PatientID, ',' ORDER BY PatientID)) AS patient_ids
    FROM member JOIN patient USING (patient_key) GROUP BY dataset_key
), images AS (
    SELECT dataset_key, count(*) AS series,
        sha256(string_agg(strlen(SeriesInstanceUID) || ':' || SeriesInstanceUID, ',' ORDER BY SeriesInstanceUID))
            AS uids, count(DISTINCT taken.patient_key) AS takers
    FROM taken JOIN series USING (series_key) GROUP BY dataset_key
)
SELECT source, dataset, patients, coalesce(series, 0), patient_ids, coalesce(uids, ''), coalesce(takers, 0)
FROM patients JOIN dataset USING (dataset_key) LEFT JOIN images USING (dataset_key) ORDER BY dataset_key
"""


def numbers(cohort: Cohort, scratch: Scratch) -> Numbers:
    """Return all that a notebook promises of a cohort, as JSON.

    ``members`` and ``series`` are SHA-256 over who the members are and which series are taken; ``datasets`` holds the
    first 16 digits of the same for each dataset, so that a difference can be found. Where small counts are protected,
    ``protected`` says how, the numbers are those that are told, and nothing says who the members are.
    """
    totals = {name: count for name, count in cohort.totals().to_dict().items() if name not in ("snapshot", "protected")}
    members = scratch.rows(_MEMBERS)
    found = {
        "snapshot": cohort.snapshot.id,
        "definition": cohort.definition.id,
        "totals": totals,
        "levels": {
            f"{kind} {index}": dict(levels)
            for kind, groups in cohort.levels().items()
            for index, levels in enumerate(groups)
        },
        "attrition": _table("rule", _STEP, [step.to_dict() for step in cohort.attrition()]),
        "members": _digest([[*row[:3], row[4]] for row in members]),
        "series": _digest([[*row[:2], row[3], row[5]] for row in members]),
        "datasets": {
            "columns": ["source", "dataset", *_DATASET],
            "rows": [[*row[:4], row[4][:16], row[5][:16]] for row in members],
        },
        "licences": _table("license", _LICENCE, [_fields(each) for each in cohort.licences()]),
        "citations": _table("source_doi", _CITATION, [_fields(each) for each in cohort.citations()]),
    }
    policy = cohort.protected
    if policy is None:
        return found
    datasets = {
        "columns": ["source", "dataset", "patients", "series"],
        "rows": [
            [
                *row[:2],
                policy.protect(row[2]),
                None if policy.protect(row[2]) is None else policy.protect_size(row[3], row[6]),
            ]
            for row in members
        ],
    }
    told = {name: part for name, part in found.items() if name not in ("members", "series")}
    return {"protected": policy.to_dict(), **told, "datasets": datasets}


def flat(found: Mapping[str, Any]) -> dict[str, str | int]:
    """Return the numbers one by one under names for people: ``"Totals: patients"``, ``"Step 2: series"``.

    A number that is protected is ``"protected"``.

    Raises
    ------
    UserError
        They do not have the shape that `numbers` gives.
    """
    try:
        return {name: "protected" if value is None else value for name, value in _named(found)}
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        raise UserError(
            "the expected numbers do not have the shape that an exported notebook gives them; export it again"
        ) from None


def _named(found: Mapping[str, Any]) -> Iterator[tuple[str, str | int | None]]:
    for section, content in found.items():
        title = _TITLES.get(section, section.capitalize())
        if section in _KEYS:
            yield f"{title}s", len(content["rows"])
            keys = _KEYS[section]
            for k, row in enumerate(content["rows"], start=1):
                of = f" {k}" if section == "attrition" else f" {', '.join(map(_name, row[:keys]))}"
                names = content["columns"][keys:]
                yield from ((f"{title}{of}: {name}", value) for name, value in zip(names, row[keys:], strict=True))
        elif section == "levels":
            for group, levels in content.items():
                yield from ((f"Group {group}, same {level}: patients", value) for level, value in levels.items())
        elif isinstance(content, Mapping):
            yield from ((f"{title}: {name}", value) for name, value in content.items())
        else:
            yield title, content


def _name(text: str | None) -> str:
    return "missing" if text is None else json.dumps(text, ensure_ascii=False)


def _table(key: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> Numbers:
    return {"columns": [key, *columns], "rows": [[row[name] for name in (key, *columns)] for row in rows]}


def _fields(answer: Any) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in answer.__dataclass_fields__}


def _digest(rows: list[list[Any]]) -> str:
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
