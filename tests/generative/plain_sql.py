"""The specification once more, as plain SQL on a snapshot's tables: a judge for catalogues too large for the evaluator.

Each criterion becomes a flag of every series; groups, pairs and the selection are EXISTS over these flags.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from tests.reference import Definition

IMAGE_TABLES = ("series", "study")
MANY = {"cancer_type", "tumor_location", "species"}
TEXT = {"StudyDescription", "SeriesDescription"}
NUMBERS = {"age", "instances", "size_mb"}
FLAT = """
    SELECT series.*, study.study_date, study.study_day, study.age, patient.sex, dataset.* EXCLUDE (dataset_key)
    FROM series JOIN study ON study.study_key = series.study_key
    JOIN patient ON patient.patient_key = series.patient_key
    JOIN dataset ON dataset.dataset_key = series.dataset_key"""


class PlainSql:
    """One definition as SQL."""

    def __init__(self, cursor: Any, definition: Definition) -> None:
        self.cursor, self.definition = cursor, definition
        self.bound: dict[str, Any] = {}
        self.flags: list[str] = []
        self.include = [self.group(group) for group in definition.get("include", [])]
        self.exclude = [self.group(group) for group in definition.get("exclude", [])]
        columns = ", ".join(f"{flag} AS c{n}" for n, flag in enumerate(self.flags))
        keep = "series_key, study_key, patient_key, study_day, instances, size_mb, object_kind, analysis_result"
        rules = [self.holds(group) for group in self.include]
        rules += [self.pair(entry) for entry in definition.get("within", [])]
        rules += [f"NOT {self.holds(group)}" for group in self.exclude]
        self.sql = f"""
            WITH flat AS ({FLAT}),
            flag AS MATERIALIZED (SELECT {keep}{columns and ", "}{columns} FROM flat),
            member AS MATERIALIZED (SELECT patient_key, dataset_key FROM patient WHERE {" AND ".join(rules) or "true"}),
            matching AS (SELECT * FROM flag AS one SEMI JOIN member USING (patient_key) WHERE {self.taken()}),
            taken AS (SELECT * FROM flag WHERE series_key IN (SELECT series_key FROM matching UNION {self.linked()})
                      AND patient_key IN (SELECT patient_key FROM member))"""

    def group(self, group: dict[str, Any]) -> dict[str, Any]:
        """The group with the flags of its criteria, and of those on image facets."""
        flags, of_image = [], []
        for criterion in group["where"]:
            flags.append(f"c{len(self.flags)}")
            self.flags.append(self.criterion(criterion))
            if self.is_image_facet(criterion["facet"]):
                of_image.append(flags[-1])
        return {"same": group["same"], "flags": flags, "image": of_image}

    def is_image_facet(self, facet: str) -> bool:
        """Whether the column stands in the series or study table."""
        sql = "SELECT count(*) FROM duckdb_columns() WHERE column_name = ? AND table_name IN ('series', 'study')"
        return bool(self.cursor.execute(sql, [facet]).fetchone()[0])

    def bind(self, value: Any) -> str:
        """A bound parameter."""
        self.bound[f"v{len(self.bound)}"] = value
        return f"$v{len(self.bound) - 1}"

    def criterion(self, criterion: dict[str, Any]) -> str:
        """A criterion about one series: true or false, never null."""
        facet = criterion["facet"]
        kind = "DOUBLE" if facet in NUMBERS else "DATE" if facet == "study_date" else "VARCHAR"
        if "between" in criterion:
            low, high = criterion["between"]
            ends = [f"{facet} IS NOT NULL"]
            ends += [] if low is None else [f"{facet} >= {self.bind(low)}::{kind}"]
            ends += [] if high is None else [f"{facet} <= {self.bind(high)}::{kind}"]
            missing = f" OR {facet} IS NULL" if criterion.get("missing") else ""
            return f"(coalesce({' AND '.join(ends)}, false){missing})"
        if "contains" in criterion:
            texts = [folded(text) for text in criterion["contains"]]
            recorded = [value for (value,) in self.cursor.execute(f"SELECT DISTINCT {facet} FROM series").fetchall()]
            wanted = [value for value in recorded if value is not None and any(t in folded(value) for t in texts)]
        else:
            wanted = [value for value in criterion["is_in"] if value is not None]
        missing = ""
        if None in criterion.get("is_in", []):
            missing = f" OR coalesce(len({facet}), 0) = 0" if facet in MANY else f" OR {facet} IS NULL"
        values = f"{self.bind(wanted)}::{kind}[]"
        if facet in MANY:
            return f"(coalesce(list_has_any({facet}, {values}), false){missing})"
        return f"(coalesce({facet}::{kind} IN (SELECT unnest({values})), false){missing})"

    def holds(self, group: dict[str, Any]) -> str:
        """Whether a patient has a series, or a study, or all in all what the group asks for."""
        if group["same"] == "series":
            return f"patient_key IN (SELECT patient_key FROM flag WHERE {' AND '.join(group['flags'])})"
        if group["same"] == "study":
            return f"patient_key IN (SELECT patient_key FROM flag WHERE study_key IN ({self.studies(group)}))"
        every = " AND ".join(f"bool_or({flag})" for flag in group["flags"])
        return f"patient_key IN (SELECT patient_key FROM flag GROUP BY patient_key HAVING {every})"

    def studies(self, group: dict[str, Any]) -> str:
        """The studies that meet a group."""
        if group["same"] == "series":
            return f"SELECT study_key FROM flag WHERE {' AND '.join(group['flags'])}"
        every = " AND ".join(f"bool_or({flag})" for flag in group["flags"])
        return f"SELECT study_key FROM flag GROUP BY study_key HAVING {every}"

    def pair(self, entry: dict[str, Any]) -> str:
        """Whether a patient has two studies, or one, so many days apart."""
        low, high = entry["days"]
        days = "two.study_day - one.study_day"
        ends = ["one.study_day IS NOT NULL", "two.study_day IS NOT NULL"]
        ends += [] if low is None else [f"{days} >= {self.bind(low)}"]
        ends += [] if high is None else [f"{days} <= {self.bind(high)}"]
        return f"""patient_key IN (
            SELECT one.patient_key FROM study AS one JOIN study AS two ON one.patient_key = two.patient_key
            WHERE one.study_key IN ({self.studies(self.include[entry["first"]])})
            AND two.study_key IN ({self.studies(self.include[entry["then"]])}) AND {" AND ".join(ends)})"""

    def taken(self) -> str:
        """Which series of a member are taken, but for linked ones."""
        select = self.definition.get("select", "matching")
        choosing = [group for group in self.include if group["image"]]
        if select == "all":
            return "true"
        if select == "images" or not choosing:
            return "object_kind = 'image' AND analysis_result IS NULL"
        ways = []
        for group in choosing:
            if group["same"] == "series":
                ways.append(" AND ".join(group["flags"]))
            else:
                place = f" AND study_key IN ({self.studies(group)})" if group["same"] == "study" else ""
                ways.append(f"({' OR '.join(group['image'])}){place}")
        return " OR ".join(f"({way})" for way in ways)

    def linked(self) -> str:
        """What was drawn on the taken images."""
        if self.definition.get("derived", "none") == "none":
            return "SELECT series_key FROM matching"
        return "SELECT derived_key FROM derivation WHERE image_key IN (SELECT series_key FROM matching)"

    def totals(self) -> tuple[int, ...]:
        """Patients, datasets, studies, series, instances, bytes."""
        sql = f"""{self.sql} SELECT (SELECT count(*) FROM member), (SELECT count(DISTINCT dataset_key) FROM member),
            count(DISTINCT study_key), count(*), coalesce(sum(instances), 0),
            coalesce(sum(CAST(round(size_mb * 1e6) AS BIGINT)), 0) FROM taken"""
        return tuple(int(number) for number in self.cursor.execute(sql, self.bound).fetchone())

    def members_and_series(self, criteria: list[dict[str, Any]]) -> tuple[int, int]:
        """The members, and how many of their series meet all of these criteria."""
        flags = " AND ".join(self.criterion(criterion) for criterion in criteria)
        series = f"SELECT count(*) FROM flat SEMI JOIN member USING (patient_key) WHERE {flags}"
        sql = f"{self.sql} SELECT (SELECT count(*) FROM member), ({series})"
        patients, series = self.cursor.execute(sql, self.bound).fetchone()
        return int(patients), int(series)


def folded(text: str) -> str:
    """NFC and case-folding."""
    return unicodedata.normalize("NFC", text).casefold()
