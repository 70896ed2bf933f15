"""Questions to a DICOMweb archive over HTTP, each with limits of time and size; what comes back is hostile."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urlencode, urljoin

from explorer.cohort.texts import one_line
from explorer.errors import SurroundingsError, UserError
from explorer.sources.dicomweb.address import Address, Credentials
from explorer.sources.dicomweb.answer import Answer, Page
from explorer.sources.dicomweb.patience import Patience, Watch

T = TypeVar("T")

__all__ = ["Archive", "Refused", "Unreached"]

_JSON = "application/dicom+json, application/json;q=0.9"
_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 5
_PASSING = {429, 500, 502, 503, 504}
_LONGEST_PAUSE = 30.0
_NOBODY = Credentials()
_USUAL = Patience()


class Refused(SurroundingsError):
    """An answer that is none, with its HTTP status; the message says what to do."""

    def __init__(self, message: str, status: int, pause: float = 0.0) -> None:
        self.status = status
        self.pause = pause
        super().__init__(message)


class Unreached(SurroundingsError):
    """No answer, or one that breaks off; asking again may help."""


@dataclass(frozen=True)
class Archive:
    """A DICOMweb archive; one connection for each thread that asks.

    Parameters
    ----------
    address
        Root of the service.
    credentials
        Who asks.
    patience
        How long to wait.
    cancel
        Set it from another thread to stop; questions under way then end with `Cancelled`.
    """

    address: Address
    credentials: Credentials = _NOBODY
    patience: Patience = _USUAL
    cancel: threading.Event = field(default_factory=threading.Event)
    _own: threading.local = field(default_factory=threading.local, init=False, repr=False, compare=False)
    _all: list[http.client.HTTPConnection] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.credentials.header():
            self.address.check_secret()

    def close(self) -> None:
        """Close every connection."""
        for connection in self._all:
            connection.close()

    def ask(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Page:
        """Return the DICOM JSON objects at a path below the root, such as ``/studies``.

        Parameters
        ----------
        path
            Path below the root.
        query
            Names and values behind the question mark.

        Raises
        ------
        Refused
            The archive gives another status than success.
        SurroundingsError
            It cannot be reached, takes too long, or what it gives is no DICOM JSON.
        """
        target = f"{self.address.path}{path}" + (f"?{urlencode(query)}" if query else "")
        with self._watched(self.patience.whole) as watch:
            return self._tried(lambda: self._opened(target, _JSON, watch).page(), watch)

    @contextmanager
    def answer(self, path: str, accept: str) -> Iterator[Answer]:
        """Give an answer whose body is still to be read; a body that breaks off is not asked for again.

        Parameters
        ----------
        path
            Path below the root.
        accept
            The wanted media types.
        """
        target = f"{self.address.path}{path}"
        with self._watched(None) as watch:
            answer = self._tried(lambda: self._opened(target, accept, watch), watch)
            try:
                yield answer
            finally:
                if not answer.finished:
                    self._forget()  # what was not read would stand before the next answer

    def _tried(self, attempt: Callable[[], T], watch: Watch) -> T:
        """Return what the attempt gives, made again where that may help."""
        pause = self.patience.pause
        for left in reversed(range(self.patience.tries)):
            try:
                return attempt()
            except (OSError, http.client.HTTPException) as error:
                self._forget()
                watch.check()
                if not left or isinstance(error, ssl.SSLCertVerificationError | socket.gaierror):
                    raise
            except Refused as refusal:
                self._forget()
                if not left or refusal.status not in _PASSING:
                    raise
                pause = max(pause, refusal.pause)
            except SurroundingsError:
                self._forget()
                raise
            watch.rest(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        raise AssertionError("no try at all")

    def _opened(self, target: str, accept: str, watch: Watch) -> Answer:
        """Return the answer behind redirects, which stay at the same scheme, host and port."""
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._asked_once(target, accept, watch)
            if response.status in (200, 204, 206):
                return Answer(self._place(target), response, watch.check)
            if response.status not in _REDIRECTS:
                raise self._refused(response, target)
            self._forget()
            target = self._elsewhere(target, response)
        raise Refused(f"{self.address} sends from one place to the next without end.", response.status)

    def _elsewhere(self, target: str, response: http.client.HTTPResponse) -> str:
        """Return the target that a redirect names."""
        root = str(replace(self.address, path=""))
        where = response.headers.get("Location", "")
        try:
            where = urljoin(root + target, where)
            if not where.isascii() or not where.isprintable() or " " in where:
                raise UserError
            whole = where.partition("#")[0]
            there = Address.parse(whole.partition("?")[0])
        except (UserError, ValueError):
            there = replace(self.address, host="")
        if replace(there, path="") != replace(self.address, path=""):
            raise Refused(
                f"{self.address} sends to another place, {one_line(where[:200])}, which is not followed; if the "
                "archive is there now, give that address.",
                response.status,
            )
        return "/" + "".join(whole.split("/", 3)[3:])

    def _asked_once(self, target: str, accept: str, watch: Watch) -> http.client.HTTPResponse:
        headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": "cohort-explorer"}
        headers |= self.credentials.header()
        for again in (True, False):
            connection = self._connection()
            used = connection.sock is not None
            try:
                watch.check()
                if not used:
                    connection.connect()
                watch.socket = connection.sock
                connection.request("GET", target, headers=headers)
                return connection.getresponse()
            except (ConnectionError, http.client.BadStatusLine):
                # An archive may close an idle connection at the moment when it is asked again.
                self._forget()
                if not (used and again):
                    raise
        raise AssertionError("unreachable")

    def _connection(self) -> http.client.HTTPConnection:
        known: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if known is None:
            where, seconds = (self.address.host, self.address.port), self.patience.silence
            if self.address.scheme == "https":
                known = http.client.HTTPSConnection(*where, timeout=seconds, context=ssl.create_default_context())
            else:
                known = http.client.HTTPConnection(*where, timeout=seconds)
            self._own.connection = known
            self._all.append(known)
        return known

    def _forget(self) -> None:
        self._connection().close()

    @contextmanager
    def _watched(self, longest: float | None) -> Iterator[Watch]:
        watch = Watch(self.cancel, f"{self.address} did not answer in {longest:g} seconds" if longest else "")
        timer = threading.Thread(target=watch.run, args=(longest,), daemon=True)
        timer.start()
        try:
            yield watch
        except (OSError, http.client.HTTPException) as error:
            self._forget()
            watch.check()
            raise self._unreached(error) from error
        finally:
            watch.over.set()
            timer.join()

    def _unreached(self, error: Exception) -> Unreached:
        if isinstance(error, ssl.SSLCertVerificationError):
            why = (
                f"its certificate is not trusted ({error.verify_message}); SSL_CERT_FILE may name your own authority's"
            )
        elif isinstance(error, TimeoutError):
            why = f"nothing came for {self.patience.silence:g} seconds"
        elif isinstance(error, http.client.IncompleteRead):
            why = "the answer breaks off"
        elif isinstance(error, http.client.HTTPException):
            why = "what it answers is no HTTP"
        else:
            why = one_line(getattr(error, "strerror", None) or type(error).__name__)
        return Unreached(f"{self.address} cannot be read: {why}.")

    def _place(self, target: str) -> str:
        return f"{replace(self.address, path='')}{one_line(target.partition('?')[0])}"

    def _refused(self, response: http.client.HTTPResponse, target: str) -> Refused:
        place, status = self._place(target), response.status
        match status:
            case 401 if self.credentials.header():
                text = f"{self.address} does not accept these credentials (401)."
            case 401:
                text = f"{self.address} asks who you are (401); give --user NAME, or --token-file FILE."
            case 403:
                text = f"{place} is closed to whoever asks (403); ask the archive's operator for access."
            case 404:
                text = f"There is nothing at {place} (404); the root of a DICOMweb service often ends in /dicom-web."
            case _ if status < 500:
                text = (
                    f"{place} cannot be had: what is there answers {status}. Is {self.address} the root of a DICOMweb "
                    "service? It often ends in /dicom-web."
                )
            case _:
                text = f"{place} cannot be had: the archive answers {status}."
        return Refused(text, status, _asked_pause(response))


def _asked_pause(response: http.client.HTTPResponse) -> float:
    text = response.headers.get("Retry-After", "")
    return min(float(text), _LONGEST_PAUSE) if text.isascii() and text.isdecimal() else 0.0
