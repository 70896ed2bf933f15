"""The Imaging Data Commons, from the Parquet files of the package idc-index-data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.codes import quarantines
from explorer.errors import BuildError
from explorer.sources.idc_catalogue import load_catalogue
from explorer.sources.recorded import age_years, only_sex, recorded_date
from explorer.sources.source import Progress, Recipe

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["PINNED", "IdcSource", "installed_release"]

PINNED = "25.0.5"
"""The release that this version of Cohort Explorer is made for."""

_PACKAGE = "idc-index-data"
_REQUIRED = (
    "collection_id",
    "PatientID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "Modality",
    "instanceCount",
    "series_size_MB",
)
# Our series column: theirs. Where a release lacks one it is missing everywhere.
_RECORDED = {
    "BodyPartExamined": "BodyPartExamined",
    "Manufacturer": "Manufacturer",
    "ManufacturerModelName": "ManufacturerModelName",
    "PatientSex": "PatientSex",
    "PatientAge": "PatientAge",
    "SeriesDescription": "SeriesDescription",
    "SeriesNumber": "SeriesNumber",
    "sop_class": "sop_class_name",
    "analysis_result": "analysis_result_id",
    "source_doi": "source_DOI",
    "license": "license_short_name",
}


def installed_release() -> str | None:
    """Return the release of the installed catalogue, None where it is not installed."""
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return None


@dataclass(frozen=True)
class IdcSource:
    """The public Imaging Data Commons.

    Parameters
    ----------
    folder
        Folder of the Parquet files; None takes the installed package.
    release
        Release of those files; None takes the installed package's, or the folder's name.
    """

    folder: Path | None = None
    release: str | None = None

    @cached_property
    def recipe(self) -> Recipe:
        """What the snapshot will be made from; the date is the day of the catalogue's version.

        Raises
        ------
        BuildError
            The catalogue is not installed, or the folder holds none.
        """
        self._require()
        release = self._release
        title = f"Imaging Data Commons {release}"
        if release != PINNED:
            title += f" (not {PINNED}, which this version of Cohort Explorer is made for)"
        return Recipe("idc", release, title, self._date(release), {"pinned": PINNED})

    def load(self, connection: DuckDBPyConnection, progress: Progress) -> Mapping[str, object]:
        """Put views of the catalogue into the connection.

        Raises
        ------
        BuildError
            The catalogue is not there, or lacks a column that a snapshot cannot do without.
        """
        self._require()
        self._view(connection, "idc_index")
        columns = {str(name) for name, *_ in connection.execute("DESCRIBE idc_index").fetchall()}
        self._check(columns)
        progress(0.1, "reading the index")
        withheld = _withhold(connection, columns)
        connection.execute(_patients(columns))
        connection.execute(_studies(columns))
        connection.execute(_series(columns))
        progress(0.6, "reading the catalogue")
        tables = [name for name in ("collections_index", "analysis_results_index") if self._path(name).is_file()]
        for name in tables:
            self._view(connection, name)
        load_catalogue(connection, tables)
        lacking = sorted({*_RECORDED.values(), "StudyDate", "StudyDescription", "series_aws_url"} - columns)
        return {"withheld": withheld, **({"columns that the release lacks": lacking} if lacking else {})}

    @property
    def _folder(self) -> Path:
        if self.folder is not None:
            return self.folder
        try:
            # Importing the package would read all of its schemas; where its files are is enough.
            return Path(str(distribution(_PACKAGE).locate_file("idc_index_data")))
        except PackageNotFoundError:
            raise BuildError(
                f"The Imaging Data Commons catalogue is not installed; run `pip install {_PACKAGE}=={PINNED}`."
            ) from None

    @property
    def _release(self) -> str:
        if self.release is not None:
            return self.release
        return (installed_release() or PINNED) if self.folder is None else self.folder.name

    def _require(self) -> None:
        if not self._path("idc_index").is_file():
            raise BuildError(
                f"There is no idc_index.parquet in {self._folder}; give the folder that holds the catalogue's files."
            )

    def _path(self, table: str) -> Path:
        return self._folder / f"{table}.parquet"

    def _date(self, release: str) -> str | None:
        path = self._path("version_metadata_index")
        major = release.split(".")[0]
        if not path.is_file() or not major.isdecimal():
            return None
        from pyarrow import ArrowException, parquet

        try:
            rows = parquet.read_table(path, columns=["idc_version", "version_timestamp"]).to_pylist()
        except ArrowException as error:
            raise BuildError(f"{path} cannot be read: {error}; install the catalogue again.") from error
        dates = {row["idc_version"]: row["version_timestamp"] for row in rows}
        return str(dates[int(major)])[:10] if int(major) in dates else None

    def _view(self, connection: DuckDBPyConnection, table: str) -> None:
        # [ ] * ? in a folder's name are no wildcards.
        escaped = re.sub(r"([*?\[])", r"[\1]", str(self._path(table)))
        connection.read_parquet(escaped).create_view(table)

    def _check(self, columns: set[str]) -> None:
        lacking = [name for name in _REQUIRED if name not in columns]
        if lacking:
            raise BuildError(
                f"Release {self._release} of the Imaging Data Commons index has no column {', '.join(lacking)}, "
                f"which a snapshot needs; install release {PINNED} with `pip install {_PACKAGE}=={PINNED}`."
            )


def _or_null(name: str, columns: set[str], type_: str = "VARCHAR") -> str:
    return f"CAST({name if name in columns else 'NULL'} AS {type_})"


def _withhold(connection: DuckDBPyConnection, columns: set[str]) -> int:
    """List the planted names in a table `withheld` and return how many series carry one."""
    connection.execute("CREATE TABLE withheld (dataset VARCHAR, text VARCHAR)")
    if "StudyDescription" not in columns:
        return 0
    count = 0
    for rule in quarantines():
        rows = connection.execute(
            "SELECT StudyDescription, count(*) FROM idc_index WHERE collection_id = ? AND StudyDescription IS NOT NULL "
            "AND NOT EXISTS (FROM withheld WHERE dataset = collection_id AND text = StudyDescription) GROUP BY 1",
            [rule.dataset],
        ).fetchall()
        for text, series in rows:
            if re.search(rule.pattern, text):
                connection.execute("INSERT INTO withheld VALUES (?, ?)", [rule.dataset, text])
                count += series
    return count


def _patients(columns: set[str]) -> str:
    return f"""CREATE VIEW source_patient AS
        SELECT collection_id AS dataset, PatientID, {only_sex(_or_null("PatientSex", columns))} AS sex
        FROM idc_index GROUP BY ALL"""


def _studies(columns: set[str]) -> str:
    date = recorded_date(_or_null("StudyDate", columns))
    return f"""CREATE VIEW source_study AS
        SELECT collection_id AS dataset, PatientID, StudyInstanceUID,
            min({date}) AS study_date, min({age_years(_or_null("PatientAge", columns))}) AS age
        FROM idc_index GROUP BY ALL"""


def _series(columns: set[str]) -> str:
    recorded = ",\n".join(f"{_or_null(theirs, columns)} AS {ours}" for ours, theirs in _RECORDED.items())
    if "series_aws_url" in columns:
        location = "regexp_replace(series_aws_url, '[*]$', '')"
    elif {"aws_bucket", "crdc_series_uuid"} <= columns:
        location = "'s3://' || aws_bucket || '/' || crdc_series_uuid || '/'"
    else:
        location = "CAST(NULL AS VARCHAR)"
    description = _or_null("StudyDescription", columns)
    return f"""CREATE VIEW source_series AS
        SELECT collection_id AS dataset, PatientID, StudyInstanceUID, SeriesInstanceUID, Modality,
            {recorded},
            CASE WHEN EXISTS (FROM withheld WHERE withheld.dataset = collection_id AND text = {description})
                THEN NULL ELSE {description} END AS StudyDescription,
            instanceCount AS instances, series_size_MB AS size_mb, {location} AS location
        FROM idc_index"""
