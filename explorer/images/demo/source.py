"""The study set as a source of metadata: its headers, read as those of any other folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.images.demo.people import SITES
from explorer.images.demo.plan import Site
from explorer.images.demo.readme import LICENCE, VERSION, title_line
from explorer.images.demo.write import StudySet, read_study_set
from explorer.schema import DATASET
from explorer.sources import Progress, Recipe
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom import scan_file
from explorer.sources.values import arrow_table

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from explorer.sources.dicom.collect import Collector

__all__ = ["DemoSource"]

_RELATIONS = ("source_series", "source_patient", "source_study", "source_derivation")


@dataclass(frozen=True)
class DemoSource:
    """The synthetic study set in a folder: one dataset for each site, nothing left out, for nobody is in it.

    Parameters
    ----------
    folder
        That `write_study_set` wrote.
    """

    folder: Path

    @property
    def recipe(self) -> Recipe:
        """What the snapshot will be made from."""
        kept = DeIdentification.none()
        return Recipe("demo", VERSION, title_line(), None, {"deidentification": kept.options, "synthetic": True})

    def load(self, connection: DuckDBPyConnection, progress: Progress) -> Mapping[str, object]:
        """Read the headers and register what they say.

        Raises
        ------
        UserError
            The folder does not hold the whole study set.
        """
        import pyarrow as pa

        studies = read_study_set(self.folder)
        found: dict[str, list[pa.Table]] = {name: [] for name in _RELATIONS}
        for place, site in enumerate(SITES):
            progress(place / len(SITES), f"reading the headers of {site.dataset}")
            _collector(studies, site).load(connection)
            for name in _RELATIONS:
                found[name].append(connection.sql(f"FROM {name}").to_arrow_table())
            connection.execute("DROP VIEW source_study; DROP VIEW source_patient")
        for name, tables in found.items():
            connection.register(name, pa.concat_tables(tables))
        connection.register("headers", connection.sql("FROM source_series").to_arrow_table())
        connection.unregister("source_series")
        connection.execute(f"CREATE VIEW source_series AS SELECT *, '{LICENCE}' AS license FROM headers")
        connection.register("source_dataset", _datasets())
        progress(1.0, f"{len(studies.files):,} headers read")
        return {"files": len(studies.files)}


def _collector(studies: StudySet, site: Site) -> Collector:
    """Return what the files of one site say."""
    from explorer.sources.dicom.collect import Collector

    collector = Collector(site.dataset, DeIdentification.none())
    for path in studies.files:
        if path.is_relative_to(studies.folder / site.dataset):
            collector.add(scan_file(path), path.stat().st_size)
    return collector


def _datasets() -> pa.Table:
    wanted = ("dataset", "title", "description", "species", "data_holder", "access_condition", "terms_of_use")
    rows = [
        {
            "dataset": site.dataset,
            "title": site.title,
            "description": site.description,
            "species": ["Synthetic phantom"],
            "data_holder": site.institution,
            "access_condition": "synthetic data, open to everybody",
            "terms_of_use": f"{LICENCE}; synthetic data for lessons and tests",
        }
        for site in SITES
    ]
    return arrow_table([column for column in DATASET if column.name in wanted], rows)
