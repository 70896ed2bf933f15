"""The cohorts that a person left for another one, the last first: a small file that all their screens share."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from explorer.cohort import CohortDefinition
from explorer.cohort.files import write_atomically
from explorer.errors import ExplorerError, SurroundingsError
from explorer.snapshot.lock import locked
from explorer.snapshot.place import home

__all__ = ["Recent"]

_MOST = 12
_LARGEST = 100_000
"""Characters of a definition that is remembered; a longer one is saved where it shall last."""
_PATIENCE = 5.0


class Recent:
    """What was in front of a person before.

    Parameters
    ----------
    path
        The file; None is ``recent.json`` of the person's home.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = home() / "recent.json" if path is None else path

    def read(self) -> list[CohortDefinition]:
        """Return the cohorts, the last first; what cannot be read is left out."""
        try:
            texts = json.loads(self.path.read_text(encoding="utf-8"))["cohorts"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return []
        cohorts = []
        for text in texts if isinstance(texts, list) else ():
            with suppress(ExplorerError, TypeError, AttributeError):
                cohorts.append(CohortDefinition.from_json(text))
        return cohorts

    def add(self, definition: CohortDefinition) -> None:
        """Remember a cohort that somebody leaves; everybody without a name is none.

        Raises
        ------
        SurroundingsError
            The file cannot be written.
        """
        if definition.id == CohortDefinition().id and not definition.name:
            return
        if len(definition.to_json(indent=None)) > _LARGEST:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(self.path.with_name(".recent.lock"), patience=_PATIENCE):
                others = [each for each in self.read() if (each.id, each.name) != (definition.id, definition.name)]
                texts = [each.to_json(indent=None) for each in (definition, *others)][:_MOST]
                write_atomically(self.path, json.dumps({"version": 1, "cohorts": texts}).encode(), synced=False)
                self.path.chmod(0o600)
        except OSError as error:
            raise SurroundingsError(f"recent cohorts cannot be kept: {error.strerror or error}") from None
