"""What the DICOM values of a patient's or a study's series say together, as SQL for sources.

Each function takes and returns a SQL expression; none takes a value.
"""

from __future__ import annotations

__all__ = ["age_years", "only_sex", "recorded_date"]


def only_sex(column: str) -> str:
    """Return the only distinct value among F, M and O in a group; ``conflicting`` where several, else missing."""
    known = f"FILTER ({column} IN ('F', 'M', 'O'))"
    return (
        f"CASE WHEN min({column}) {known} = max({column}) {known} THEN min({column}) {known} "
        f"WHEN min({column}) {known} IS NOT NULL THEN 'conflicting' END"
    )


def age_years(column: str) -> str:
    """Return an Age String as whole years, floored, or missing.

    ``nnnY`` and ``nnn`` are years, M months, W weeks, D days. ``000Y`` is a placeholder, so missing, and so is what
    is above 110 years or written in any other way.

    References
    ----------
    DICOM PS3.5, section 6.2, value representation AS.
    """
    number = f"TRY_CAST(regexp_extract({column}, '^([0-9]{{1,3}})[YMWD]?$', 1) AS INTEGER)"
    years = (
        f"CASE right({column}, 1) WHEN 'M' THEN {number} // 12 WHEN 'W' THEN CAST(floor({number} * 7 / 365.25) AS "
        f"INTEGER) WHEN 'D' THEN CAST(floor({number} / 365.25) AS INTEGER) ELSE nullif({number}, 0) END"
    )
    return f"CASE WHEN {years} <= 110 THEN {years} END"


def recorded_date(column: str) -> str:
    """Return a date written as ``2020-03-31`` or ``20200331``, or missing."""
    dashed = f"regexp_replace({column}, '^([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})$', '\\1-\\2-\\3')"
    return f"TRY_CAST({dashed} AS DATE)"
