"""A snapshot: a dated, immutable copy of a catalogue's metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from explorer.facets import FACETS, Facet, Scalar
from explorer.snapshot.about import read_about, read_prepared
from explorer.snapshot.connect import open_file
from explorer.snapshot.extent import Extent, read_extent
from explorer.snapshot.held import distinct_values, facet_named, holds_text, holds_value, recorded_facets
from explorer.snapshot.latest import remember
from explorer.snapshot.named import file_named
from explorer.snapshot.prepare import PREPARED, TEMPORARY, write_prepared
from explorer.snapshot.store import Entry, Store
from explorer.snapshot.thumbnails import Draw, Thumbnails
from explorer.sources import Progress, Source, quiet
from explorer.sources.deidentify import in_words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Snapshot"]


class Snapshot:
    """A dated, immutable copy of a catalogue's metadata, open for questions.

    Get one with `open` or `build`. Snapshots of one file share one connection; every question has its own cursor, so
    a snapshot may be used from many threads.

    Attributes
    ----------
    id
        SHA-256 of the content, 64 hexadecimal digits.
    title, source, release, alias
        ``"Imaging Data Commons 25.0.5"``, ``"idc"``, ``"25.0.5"``, ``"idc-25.0.5"``.
    date
        Day of the release, ISO 8601; None where the catalogue does not say.
    recipe
        What it was built from and with.
    totals
        Numbers of all datasets, patients, studies, series, instances and bytes.
    path
        The file.
    prepared
        Whether the file holds prepared tables of this version; `prepare` makes them where it does not.
    file
        The file as this process has it open; one for all snapshots of it.

    Examples
    --------
    >>> snapshot = Snapshot.open()  # doctest: +SKIP
    >>> snapshot.totals["patients"]  # doctest: +SKIP
    86451
    """

    def __init__(self, path: Path) -> None:
        """Open the file; `open` and `build` also find and make it."""
        self.file = open_file(path)
        self.path = self.file.path
        with self.file.cursor() as cursor:
            about = read_about(cursor, self.path)
            self.prepared = read_prepared(cursor) == PREPARED
        self.id = about.id
        self.title = about.title
        self.source = about.source
        self.release = about.release
        self.alias = about.alias
        self.date = about.date
        self.recipe: Mapping[str, Any] = MappingProxyType(about.recipe)
        self.totals: Mapping[str, int] = MappingProxyType(about.totals)
        self._thumbnails = Thumbnails(self.path, self.id)
        self._values: dict[str, tuple[Scalar, ...]] = {}
        self._lock = Lock()
        remember(self.path)

    @classmethod
    def open(
        cls,
        name: str | Path | None = None,
        *,
        build: bool = True,
        store: Store | None = None,
        progress: Progress | None = None,
    ) -> Snapshot:
        """Return the snapshot of that name.

        Parameters
        ----------
        name
            A path, an id or the first 6 or more characters of one, an alias (``"idc-25.0.5"``) or a source
            (``"idc"``); None is the default, the installed release of the Imaging Data Commons.
        build
            Whether to build the default snapshot when it is wanted and absent.
        store
            Where to look; None is the user's own store.
        progress
            Called while building, with the share done, 0 to 1, and what is being done.

        Raises
        ------
        UnknownNameError
            There is no snapshot of that name; the message names those that exist.
        SnapshotError
            The file is damaged or no snapshot.
        BuildError
            The default snapshot could not be built.
        """
        store = Store() if store is None else store
        return cls(file_named(name, store, progress or quiet, build=build))

    @classmethod
    def build(
        cls,
        source: Source,
        *,
        store: Store | Path | None = None,
        progress: Progress | None = None,
        draw: Draw | None = None,
    ) -> Snapshot:
        """Build a snapshot from the source, or find the same one built before, and return it.

        Parameters
        ----------
        source
            Where the metadata comes from, for example `explorer.sources.RowsSource`.
        store
            Where to put it: a store, or a folder; None is the user's own store.
        progress
            Called with the share done, 0 to 1, and what is being done.
        draw
            Draws the thumbnails to be stored, such as `explorer.images.thumbnails.drawn_from`; None stores none.

        Raises
        ------
        BuildError
            The source cannot be read, the disk is full, or memory does not suffice. Nothing is left behind.
        """
        from explorer.snapshot.build import build_file  # brings pyarrow, which reading does without

        store = store if isinstance(store, Store) else Store(store, shared=None if store is None else ())
        snapshot = cls(build_file(source, store.folder, progress or quiet, draw=draw))
        store.entries()  # brings the index up to date
        return snapshot

    @classmethod
    def known(cls, store: Store | None = None) -> tuple[Entry, ...]:
        """Return what there is to open."""
        return (Store() if store is None else store).entries()

    def __repr__(self) -> str:
        return f"<Snapshot {self.alias} {self.id[:12]}: {self.totals['patients']:,} patients>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Snapshot) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    @contextmanager
    def cursor(self, timeout: float | None = None) -> Iterator[DuckDBPyConnection]:
        """Give a fresh cursor, closed at the end with its temporary tables; one cursor asks one thing at a time.

        Parameters
        ----------
        timeout
            Seconds after which a running query is stopped; None lets it run.

        Raises
        ------
        SnapshotError
            The time is over, or the file is damaged.
        """
        with self.file.cursor(timeout) as cursor:
            yield cursor

    def prepare(self, cursor: DuckDBPyConnection) -> str:
        """Make prepared tables readable on a cursor, once, and return the prefix of their names: empty or ``"temp."``.

        Where the file has none of this version, the cursor gets temporary ones: a second or two per million series.
        """
        if self.prepared:
            return ""
        write_prepared(cursor)
        return TEMPORARY.target

    def plainly(self) -> AbstractContextManager[None]:
        """Say DuckDB's errors in a sentence, for queries on a cursor that is held longer than one block."""
        return self.file.plainly()

    @property
    def facets(self) -> Mapping[str, Facet]:
        """Every facet that a definition may name here; `recorded_facets` says which hold anything."""
        return MappingProxyType(FACETS)

    @cached_property
    def recorded_facets(self) -> frozenset[str]:
        """Names of the facets that hold a value for anybody; the others are missing throughout."""
        with self.cursor() as cursor:
            return recorded_facets(cursor, prepared=self.prepared)

    @cached_property
    def has_links(self) -> bool:
        """Whether the snapshot says of any derived series which image it was drawn on."""
        with self.cursor() as cursor:
            return bool(cursor.execute("SELECT 1 FROM derivation LIMIT 1").fetchall())

    def values(self, facet: str) -> tuple[Scalar, ...]:
        """Return the distinct values of a facet, sorted, without missing; dates as ISO 8601 text.

        Raises
        ------
        UnknownFacetError
            There is no such facet.
        """
        known = facet_named(facet)
        with self._lock:
            if facet not in self._values:
                with self.cursor() as cursor:
                    self._values[facet] = distinct_values(cursor, known, prepared=self.prepared)
            return self._values[facet]

    def extent(self, facet: str) -> Extent:
        """Return the lowest and highest value of a facet, where it has numbers or dates, and how many differ.

        Raises
        ------
        UnknownFacetError
            There is no such facet.
        """
        known = facet_named(facet)
        with self.cursor() as cursor:
            return read_extent(cursor, known, prepared=self.prepared)

    def holds(self, facet: str, value: Scalar) -> bool:
        """Whether anybody has this value of the facet; None asks whether it is missing for anybody.

        Raises
        ------
        UnknownFacetError
            There is no such facet.
        """
        known = facet_named(facet)
        with self.cursor() as cursor:
            return holds_value(cursor, known, value)

    def holds_text(self, facet: str, text: str) -> bool:
        """Whether some value of a text facet contains the text, upper and lower case alike.

        Raises
        ------
        UnknownFacetError
            There is no such facet.
        """
        known = facet_named(facet)
        with self.cursor() as cursor:
            return holds_text(cursor, known, text)

    def thumbnail(self, uid: str) -> bytes | None:
        """Return the WebP of a series' middle slice that is stored beside this; None where there is none."""
        return self._thumbnails.of(uid)

    @property
    def thumbnails(self) -> int:
        """Series with a stored thumbnail; 0 where none are stored."""
        return len(self._thumbnails)

    def verify(self) -> None:
        """Read the whole file and check that its content is what its id says; damaged thumbnails are only logged.

        Raises
        ------
        SnapshotError
            It is not: the file was changed or damaged.
        """
        from explorer.snapshot.verify import verify_content

        verify_content(self)
        self._thumbnails.check()

    def card(self) -> dict[str, Any]:
        """Return what there is to show of the snapshot, as plain values."""
        return {
            "id": self.id,
            "alias": self.alias,
            "title": self.title,
            "source": self.source,
            "release": self.release,
            "date": self.date,
            "totals": dict(self.totals),
            "recipe": dict(self.recipe),
            "deidentification": in_words(self.recipe, pictures=self.thumbnails > 0),
            "path": str(self.path),
            "file_bytes": self.path.stat().st_size,
        }
