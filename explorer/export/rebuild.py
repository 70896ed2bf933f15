"""The snapshot that a notebook was exported from: found on this machine, or built again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.cohort.texts import one_line
from explorer.errors import BuildError, SnapshotError, UnknownNameError, UserError
from explorer.snapshot import Snapshot

__all__ = ["reopen"]


def reopen(made: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot with exactly this content, built again from its recipe where this machine has none.

    Parameters
    ----------
    made
        ``{"id": …, "recipe": {…}}`` as an exported notebook holds it: the 64 hexadecimal digits of `Snapshot.id`, and
        `Snapshot.recipe`.

    Raises
    ------
    SnapshotError
        It is not here, and cannot be built here; the message says what to install, or whom to ask.

    Examples
    --------
    >>> snapshot = reopen({"id": "6068d2…", "recipe": {"source": "idc", "release": "25.0.5"}})  # doctest: +SKIP
    """
    try:
        wanted, recipe = str(made["id"]), dict(made["recipe"])
        source, release = one_line(str(recipe["source"])), one_line(str(recipe["release"]))
    except (KeyError, TypeError, ValueError):
        raise UserError("a snapshot is named by its id and recipe: {'id': '…', 'recipe': {'source': …}}") from None
    try:
        return _same(Snapshot.open(wanted, build=False), wanted)
    except UnknownNameError:
        pass
    if source != "idc":
        raise SnapshotError(
            f"This notebook was made from the snapshot {wanted[:12]} ({source} {release}), which is not on this "
            "machine and cannot be built from a public source. Ask whoever made it for the file, and name its folder "
            "in COHORT_EXPLORER_PATH."
        )
    try:
        return _same(Snapshot.open(f"{source}-{release}"), wanted, f"{source} {release}", recipe)
    except (UnknownNameError, BuildError) as error:
        raise SnapshotError(
            f"This notebook was made from the Imaging Data Commons {release}, snapshot {wanted[:12]}, which is not on "
            f"this machine and cannot be built here: {error} Install that release with "
            f"`pip install idc-index-data=={release}`, restart the kernel and run again."
        ) from error


def _same(snapshot: Snapshot, wanted: str, name: str = "", recipe: Mapping[str, Any] | None = None) -> Snapshot:
    if snapshot.id == wanted:
        return snapshot
    maker = one_line(str((recipe or {}).get("builder", "another version")))
    raise SnapshotError(
        f"The snapshot has other content: expected {wanted[:12]}, found {snapshot.id[:12]} ({name or snapshot.alias}). "
        f"It was built by Cohort Explorer {maker}, here by {snapshot.recipe.get('builder', 'another version')}; "
        f"install that version with `pip install cohort-explorer=={maker}` to get the same numbers."
    )
