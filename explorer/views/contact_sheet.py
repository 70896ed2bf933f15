"""A contact sheet in a notebook: a sample of a cohort as small pictures, to look at, flag and exclude."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import traitlets

from explorer.cohort import CohortDefinition, SampleChoice, SeriesMark, marks_of, with_sample
from explorer.cohort.texts import one_line
from explorer.counts import Cohort, Sample
from explorer.errors import ExplorerError, UserError
from explorer.images.fetch import COLUMNS, Fetched, fetch
from explorer.session import Session
from explorer.snapshot import Snapshot
from explorer.views.cell_output import CellOutput, saved_picture
from explorer.views.front_end import is_unattended
from explorer.views.given import FilesOf
from explorer.views.local import images_here
from explorer.views.sheet_content import sheet_content
from explorer.views.sheet_page import SheetPage
from explorer.views.sheet_picture import draw_sheet
from explorer.views.sheet_pictures import Images, SheetPictures
from explorer.views.viewer import view
from explorer.views.weak import weakly

if TYPE_CHECKING:
    from explorer.views.builder import CohortBuilder
    from explorer.views.viewer_notebook import NotebookImage

__all__ = ["ContactSheet", "contact_sheet"]

_COLUMNS = (*COLUMNS, "Modality", "SeriesDescription", "middle_instance")


def contact_sheet(
    cohort: Cohort | CohortBuilder,
    n: int = 24,
    by: str | None = "vendor",
    seed: int = 7,
    *,
    here: bool = False,
    images: Images | None = None,
) -> ContactSheet:
    """A sample of a cohort as small pictures; the same series everywhere for the same seed, unless `here`.

    Pictures come from the snapshot where it carries thumbnails, else from images on this computer; series without one
    are grey fields. Choosing a series and flagging or excluding it notes that in the cohort's annotations, which no
    count looks at.

    Parameters
    ----------
    cohort
        A cohort, whose notes then are in ``sheet.definition``; or a `CohortBuilder`, which takes the notes.
    n, by, seed
        How many series, the facet over whose values they are spread, and what the drawing begins with; see
        `explorer.Cohort.sample`.
    here
        Whether to draw only among the series whose images are on this computer, where there are any.
    images
        Where the images are: a folder, several, or an `explorer.images.ImageFolder`. None looks where
        ``COHORT_EXPLORER_IMAGES`` says, in folders that snapshots were made from, and in the cache.

    Raises
    ------
    UserError
        There is no such facet, or no such sample.
    ImageError
        `images` is no folder.
    SurroundingsError
        Small counts are protected; then no series is shown.

    Examples
    --------
    >>> sheet = explorer.contact_sheet(cohort, n=24, by="vendor", seed=7)  # doctest: +SKIP
    >>> sheet  # doctest: +SKIP
    >>> sheet.view()  # doctest: +SKIP
    >>> sheet.definition.save("looked-at.cohort.json")  # doctest: +SKIP
    """
    choice = SampleChoice(n, by, seed, here)
    if not isinstance(cohort, Cohort):
        if not callable(getattr(cohort, "watch", None)):
            raise UserError(f"{type(cohort).__name__} is no cohort; give a Cohort or a CohortBuilder")
        return ContactSheet(cohort, choice, images)
    policy = str(cohort.protected) if cohort.protected else None
    return ContactSheet(Session(cohort.snapshot, cohort.definition), choice, images, policy)


class _Notes(Protocol):
    """What keeps the notes: a session of the sheet's own, or a builder."""

    @property
    def snapshot(self) -> Snapshot: ...
    @property
    def definition(self) -> CohortDefinition: ...
    def apply(self, request: dict[str, Any]) -> None: ...
    def watch(self, watcher: Callable[[], None]) -> None: ...


class ContactSheet(traitlets.HasTraits):
    """What `contact_sheet` gives; shows itself as the last line of a cell, and is a PNG in the saved notebook.

    Its widget is made when it is first shown, and only where somebody looks. Running its cell again, or ``close()``,
    takes it off the page.

    Attributes
    ----------
    sample
        The series that are shown; `explorer.counts.Sample`.
    chosen
        SeriesInstanceUID of the chosen one; empty where none is. A trait, so it can be observed.
    """

    content = traitlets.Unicode()
    chosen = traitlets.Unicode("")
    pressed = traitlets.Unicode("")

    def __init__(
        self, notes: _Notes, choice: SampleChoice, images: Images | None = None, small_counts: str | None = None
    ) -> None:
        super().__init__()
        self._notes, self._choice, self._small_counts = notes, choice, small_counts
        self._pictures = SheetPictures(notes.snapshot, images)
        self._drawn_of, self._problem = notes.definition, ""
        self._page: SheetPage | None = None
        self.sample = self._sampled(choice)
        self.content = self._described()
        notes.watch(weakly(self._noted))
        self.observe(weakly(self._press), "pressed")
        self._output = CellOutput(self.close)

    @property
    def definition(self) -> CohortDefinition:
        """The cohort's definition with what was noted here, and with the sample that is shown."""
        return with_sample(self._notes.definition, self._choice)

    @property
    def marks(self) -> tuple[SeriesMark, ...]:
        """The series that are flagged or excluded in the cohort, shown here or not."""
        return marks_of(self._notes.definition)

    def mark(self, uid: str, mark: str, note: str | None = None) -> None:
        """Flag or exclude a series, with a note.

        Parameters
        ----------
        uid
            SeriesInstanceUID.
        mark
            ``"flag"``, ``"exclude"``, or empty to take the mark away.
        note
            Your words; None leaves those that are there.

        Raises
        ------
        UserError
            There is no such mark, or the note is longer than 1,000 characters.
        """
        self._notes.apply({"kind": "mark", "uid": uid, "mark": mark, "note": note})

    def view(self, uid: str | None = None, **options: Any) -> NotebookImage:
        """Open a series in the viewer; None is the chosen one, options are those of `explorer.view`.

        Raises
        ------
        UserError
            No series is chosen, or its images are not on this computer.
        """
        uid = uid or self.chosen
        if not uid:
            raise UserError("no series is chosen; choose one on the sheet, or give its SeriesInstanceUID")
        files, folder = self._pictures.files(uid), self._pictures.folder
        if not files or folder is None:
            raise UserError(
                f"series {one_line(uid)} is not on this computer; fetch those of the sheet with sheet.fetch(limit=5), "
                "or name the folder that has it with images="
            )
        return view(FilesOf(files, folder), **{"snapshot": self._notes.snapshot, **options})

    def fetch(self, *, to: Path | str | None = None, limit: float | None = None) -> Fetched:
        """Fetch the images of the series that are shown, and show them.

        Parameters and errors are those of `explorer.images.fetch.fetch`; it is the only thing here that asks a network.
        """
        ended = fetch(self.sample.rows, to=to, limit=limit)
        self._pictures.add(ended.folder)
        self.content = self._described()
        return ended

    def png(self) -> bytes:
        """Return the sheet as one picture."""
        content = json.loads(self.content)
        return draw_sheet(content["heading"], content["note"], content["tiles"], self._pictures.of(self.sample.rows))

    def answer(self, message: Mapping[str, Any]) -> bytes | None:
        """Return the picture of a shown series that a page asks for; None where there is none."""
        if message.get("kind") != "thumb":
            return None
        return self._pictures.of(self.sample.rows).get(str(message.get("uid")))

    def close(self) -> None:
        """Take it off the page; the PNG stays."""
        if self._page is not None:
            self._page.close()
            self._page = None

    def __repr__(self) -> str:
        return f"<Contact sheet: {self.sample.sentence()}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle: dict[str, Any] = {}
        if not is_unattended():
            self._page = self._page or SheetPage(self)
            self._output.is_shown()
            bundle, _ = self._page._repr_mimebundle_(**kwargs) or ({}, {})
        saved, metadata = saved_picture(self.png(), f"Contact sheet: {self.sample.sentence()}")
        return bundle | saved, metadata

    def _sampled(self, choice: SampleChoice) -> Sample:
        cohort = Cohort(self._notes.definition, self._notes.snapshot, small_counts=self._small_counts)
        try:
            among = images_here(cohort, self._pictures.folder) if choice.here else None
            return cohort.sample(choice.n, choice.by, choice.seed, columns=_COLUMNS, among=among or None)
        finally:
            cohort.close()

    def _described(self) -> str:
        uids = [str(row["SeriesInstanceUID"]) for row in self.sample.rows]
        pictured = set(self._pictures.of(self.sample.rows))
        # Where the snapshot has every picture, no folder of images is looked through for the sheet alone.
        looked = self._pictures.is_indexed or not pictured >= set(uids)
        local = {uid for uid in uids if self._pictures.files(uid)} if looked else None
        marks = {mark.uid: mark.mark for mark in self.marks}
        return sheet_content(
            self.sample, self._notes.snapshot, marks, local, pictured | (local or set()), self._problem
        )

    def _noted(self) -> None:
        """Show what was noted, here or on another screen; another rule is another sample."""
        try:
            if self._notes.definition.id != self._drawn_of.id:
                self._drawn_of = self._notes.definition
                self.sample = self._sampled(self._choice)
            self._problem = ""
        except ExplorerError as error:
            self._problem = str(error)
        self.content = self._described()

    def _press(self, change: Any) -> None:
        """Carry out what was pressed: ``flag:UID:N``, ``by:vendor:N``; N tells a second press from the first."""
        name, _, rest = str(change["new"]).partition(":")
        value = rest.rpartition(":")[0]
        try:
            self._problem = ""
            if name in ("flag", "exclude", "clear"):
                self.mark(value, "" if name == "clear" else name)
            elif name in ("by", "seed", "new"):
                self._draw_again(name, value)
        except (ExplorerError, ValueError) as error:
            self._problem = str(error)
            self.content = self._described()

    def _draw_again(self, name: str, value: str) -> None:
        before = self._choice
        by = (value or None) if name == "by" else before.by
        seed = int(value) if name == "seed" else before.seed + (name == "new")
        choice = replace(before, by=by, seed=seed)
        self.sample, self._choice, self.chosen = self._sampled(choice), choice, ""
        self._notes.apply({"kind": "sample", **choice.as_json})
        self.content = self._described()
