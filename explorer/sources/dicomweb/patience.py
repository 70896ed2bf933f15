"""How long to wait for an archive, and how a wait ends early."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass

from explorer.errors import SurroundingsError

__all__ = ["Cancelled", "Patience", "Watch"]


class Cancelled(SurroundingsError):
    """Somebody said stop."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an archive, and how often to ask again.

    Attributes
    ----------
    silence
        Longest time without a byte, in seconds.
    whole
        Longest time for one whole answer to a query, in seconds; a stream of files may take longer.
    tries
        How often one question is asked before giving up.
    pause
        Wait before the second try, in seconds; doubled for each further one.
    """

    silence: float = 60.0
    whole: float = 300.0
    tries: int = 5
    pause: float = 0.5


class Watch:
    """Ends an exchange that takes too long or is cancelled, by shutting its connection down."""

    def __init__(self, cancel: threading.Event, late: str) -> None:
        self.socket: socket.socket | None = None
        self.over = threading.Event()
        self._cancel = cancel
        self._late = late
        self._too_late = False

    def run(self, longest: float | None) -> None:
        """Wait for the exchange's end, its time limit or cancellation."""
        step, waited = 0.1, 0.0
        while not self.over.wait(step):
            waited += step
            self._too_late = longest is not None and waited >= longest
            if self._too_late or self._cancel.is_set():
                if self.socket is not None:
                    with suppress(OSError):
                        self.socket.shutdown(socket.SHUT_RDWR)
                return

    def check(self) -> None:
        """Raise when the exchange is to end."""
        if self._cancel.is_set():
            raise Cancelled("Cancelled; what was fetched so far stays, and the next run goes on from there.")
        if self._too_late:
            raise SurroundingsError(f"{self._late}.")

    def rest(self, seconds: float) -> None:
        """Wait before the next try, or until cancellation."""
        self._cancel.wait(seconds)
        self.check()
