"""What a page remembers for its person: the history, saved and recent cohorts, and links."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from explorer.cohort import CohortDefinition, note_of
from explorer.cohort.texts import one_line
from explorer.counts import Count
from explorer.errors import ExplorerError, UserError
from explorer.session import Kept, Library, Recent, Session, packed
from explorer.session.library import hash_of
from explorer.views import wire
from explorer.views.address import Address
from explorer.views.cohort_names import automatic_name
from explorer.views.component import Request
from explorer.views.history import History
from explorer.views.patients import Patients
from explorer.views.speech import Speech

__all__ = ["Memory"]

_log = logging.getLogger(__name__)


class Memory:
    """Answers what the bar asks, and says what it draws.

    Parameters
    ----------
    session
        The definition and its history.
    speech
        The page's language.
    soon
        Runs a task in the page's thread.
    draw
        Draws the bar.
    embedded
        Whether the page stands in JupyterLab, whose own files are then the saved cohorts.
    """

    def __init__(
        self,
        session: Session,
        speech: Speech,
        soon: Callable[[Callable[[], object]], None],
        draw: Callable[[], object],
        *,
        embedded: bool,
    ) -> None:
        self._session, self._speech, self._embedded = session, speech, embedded
        self._library, self._recent, self._kept = Library(), Recent(), Kept()
        self._patients = Patients(session.snapshot, soon, draw)
        self._history = History(session, self._patients, speech)
        self._open: set[str] = set()
        self._said, self._times_said = "", 0

    def around(self) -> dict[str, Callable[[Request], object]]:
        """Return what is done around the cohort, by the kind of request."""
        return {"memory": self._show, "history-more": lambda _request: self._history.more()}

    def with_cohort(self) -> dict[str, Callable[[Request], object]]:
        """Return what is done with the cohort, by the kind of request; each may raise an `ExplorerError`."""
        return {
            "start-again": self._start_again,
            "open": self._open_text,
            "save": self._save,
            "cohort-open": self._open_saved,
            "cohort-delete": self._delete,
            "recent-open": self._open_recent,
        }

    def close(self) -> None:
        """Count no more; nobody looks."""
        self._patients.close()

    def counted(self, patients: Count) -> None:
        """Take the patients of the definition as it is now."""
        self._patients.take(self._session.definition, patients)

    def drawn(self) -> dict[str, Any]:
        """Return what the bar draws of all this; lists only where they are open."""
        definition = self._session.definition
        return {
            "undo": self._session.can_undo,
            "redo": self._session.can_redo,
            "undoes": self._history.step(-1),
            "redoes": self._history.step(1),
            "note": note_of(definition),
            "saved": self._standing(definition),
            "said": {"text": self._said, "times": self._times_said},
            "protected": wire.protection(),
            "history": self._history.drawn() if "history" in self._open else None,
            "cohorts": self._cohorts() if "cohorts" in self._open else None,
            "link": self._link(definition) if "link" in self._open else None,
        }

    def go(self, definition: CohortDefinition, base: str = "") -> None:
        """Go to another cohort; the one before is among the recent ones, and one undo away."""
        self._leave()
        # In JupyterLab it is the document that knows its file.
        self._session.show(definition, None if self._embedded else base)

    def follow(self, address: Address) -> str:
        """Go to the cohort that a link brings, and return what is to be known of it; empty where there is no more.

        Raises
        ------
        ExplorerError
            There is none, or it does not fit this snapshot.
        """
        definition = address.definition()
        if definition is None:
            return ""
        if definition != self._session.definition:
            self.go(definition)
            self._say(self._speech.say("Opened from a link. Undo brings back the cohort that was here."))
        snapshot = self._session.snapshot
        if not address.snapshot or snapshot.id.startswith(address.snapshot):
            return ""
        return self._speech.say(
            "This link was made on snapshot %1. Here it is counted on %2, so the numbers may differ.",
            one_line(address.snapshot[:16]),
            snapshot.title,
        )

    def _show(self, request: Request) -> None:
        """Show a list, or no longer."""
        name = str(request["name"])
        self._open = self._open | {name} if request["on"] else self._open - {name}

    def _leave(self) -> None:
        try:
            self._recent.add(self._session.definition)
        except ExplorerError as error:
            _log.warning("%s", error)

    def _start_again(self, _request: Request) -> None:
        self.go(CohortDefinition())

    def _open_text(self, request: Request) -> None:
        text = str(request["text"])
        try:
            self.go(CohortDefinition.from_json(text), hash_of(text.encode("utf-8", "surrogatepass")))
        except ExplorerError as error:
            raise UserError(self._speech.say("%1 was not opened: %2", one_line(str(request["name"])), error)) from None

    def _open_saved(self, request: Request) -> None:
        self.go(*self._library.find(str(request["file"])))

    def _delete(self, request: Request) -> None:
        self._library.delete(str(request["file"]))

    def _open_recent(self, request: Request) -> None:
        found = next((each for each in self._recent.read() if _key(each) == request["key"]), None)
        if found is not None:
            self.go(found)

    def _save(self, _request: Request) -> None:
        definition = self._session.definition
        named = definition if definition.name else definition.named(automatic_name(definition, self._speech))
        saved = self._library.save(named, self._session.shared.base)
        assert saved.definition is not None
        self._session.saved_as(saved.definition, saved.hash)
        if saved.name == named.name:
            self._say(self._speech.say("Saved as “%1”.", saved.name))
        else:
            self._say(self._speech.say("Saved as “%1”: another cohort has the name “%2”.", saved.name, named.name))

    def _say(self, text: str) -> None:
        self._said, self._times_said = text, self._times_said + 1

    def _standing(self, definition: CohortDefinition) -> str:
        """Return ``saved``, ``changed`` since it was, or nothing where it never was."""
        if self._embedded:
            return ""
        saved = self._library.saved()
        if any(each.definition == definition for each in saved):
            return "saved"
        base = self._session.shared.base
        return "changed" if base and any(each.hash == base for each in saved) else ""

    def _cohorts(self) -> dict[str, Any]:
        definition = self._session.definition
        saved = [] if self._embedded else self._library.saved()
        files = {each.definition.id for each in saved if each.definition}
        recent = [each for each in self._recent.read() if each.id not in files and each.id != definition.id]
        self._patients.ask([*(each.definition for each in saved if each.definition), *recent])
        return {
            "saved": [
                {
                    "file": each.file,
                    "name": each.name,
                    "changed": each.changed,
                    "problem": each.problem,
                    "current": each.definition == definition,
                    **(self._told(each.definition) if each.definition else {"sentence": "", "note": ""}),
                }
                for each in saved
            ],
            "recent": [{"key": _key(each), "name": each.name, **self._told(each)} for each in recent],
            "folder": "" if self._embedded else str(self._library.folder),
        }

    def _told(self, definition: CohortDefinition) -> dict[str, Any]:
        sentence = self._speech.sentence(definition)
        return {"sentence": sentence, "note": note_of(definition), **self._patients.told(definition)}

    def _link(self, definition: CohortDefinition) -> dict[str, str]:
        try:
            kept = self._kept.keep(definition)
        except ExplorerError as error:
            _log.warning("%s", error)
            kept = ""
        return {
            "cohort": kept,
            "definition": packed(definition),
            "snapshot": self._session.snapshot.id[:12],
        }


def _key(definition: CohortDefinition) -> str:
    return f"{definition.id[:16]} {definition.name}"
