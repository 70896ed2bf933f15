"""The address of a DICOMweb archive, and who asks there."""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urlsplit

from explorer.cohort.texts import shown
from explorer.errors import UserError

__all__ = ["Address", "Credentials"]

_PORTS = {"http": 80, "https": 443}
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, or a token; neither is ever printed or stored."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def header(self) -> dict[str, str]:
        """Return the request header that carries them; empty where there are none.

        Raises
        ------
        UserError
            The token holds characters that no header may.
        """
        if self.token:
            if not (self.token.isascii() and self.token.isprintable()):
                raise UserError("the token holds characters that no token has; the file should hold one line of text")
            return {"Authorization": f"Bearer {self.token}"}
        if self.user:
            if ":" in self.user:
                raise UserError(f"a user's name cannot hold a colon, {shown(self.user)} does")
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        return {}


@dataclass(frozen=True, slots=True)
class Address:
    """Root of a DICOMweb service: below it lie ``/studies`` and the rest.

    Attributes
    ----------
    scheme
        ``"https"``, or ``"http"``.
    host
        Name or number of the machine, in lower case; an IPv6 number without brackets.
    port
        Port, the scheme's own where the address names none.
    path
        Path without a slash at its end, ``"/dicom-web"``.
    """

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Return the address that the text says.

        Raises
        ------
        UserError
            It is no address of a web service, or carries a password, a query or a fragment.
        """
        # Before anything else, since other messages show the address.
        if "@" in url:
            raise UserError(
                "an address with a user or a password in it is refused, since addresses are stored and printed; give "
                "the address alone, and --user or --token-file beside it"
            )
        parts = _split(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise UserError(f"{shown(url)} is no address of an archive; one looks like https://pacs.example/dicom-web")
        if parts.query or parts.fragment:
            raise UserError(f"{shown(url)} goes on behind the path; give the address up to there, without ? and #")
        try:
            port = parts.port or _PORTS[parts.scheme]
        except ValueError:
            raise UserError(f"{shown(url)} names a port that does not exist; ports go from 1 to 65535") from None
        path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=-._~")
        return cls(parts.scheme, parts.hostname, port, path)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    def check_secret(self) -> None:
        """Refuse to send credentials where others can read them.

        Raises
        ------
        UserError
            The address is not encrypted and lies on another machine.
        """
        if self.scheme == "http" and not self._here():
            raise UserError(
                f"{self} is not encrypted, so a password or a token sent there could be read on the way; use its "
                "https address"
            )

    def _here(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def _split(url: str) -> SplitResult:
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise UserError(f"{shown(url)} is no address of an archive; one looks like https://pacs.example/dicom-web")
    try:
        return urlsplit(url)
    except ValueError:
        raise UserError(f"{shown(url)} is no address of an archive; is a bracket missing?") from None
