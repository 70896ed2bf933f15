"""Keyed hashes: the same text gives the same name wherever the key is the same, and nobody without it can go back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from explorer.cohort.texts import one_line
from explorer.errors import SurroundingsError, UserError

__all__ = ["fingerprint", "hashed_days", "hashed_name", "hashed_uid", "own_key", "read_key"]

_LEAST = 16
_MOST = 4096
_LONGEST_SHIFT = 3653
"""Days: ten years."""


def hashed_name(key: bytes, text: str) -> str:
    """Return ``p-`` and 16 letters or digits (80 bits) for a patient's identifier."""
    return f"p-{base64.b32encode(_digest(key, 'patient', text)[:10]).decode().lower()}"


def hashed_uid(key: bytes, uid: str) -> str:
    """Return a valid UID under the root 2.25 for a UID.

    References
    ----------
    DICOM PS3.5, section B.2.
    """
    return f"2.25.{int.from_bytes(_digest(key, 'uid', uid)[:16])}"


def hashed_days(key: bytes, patient: str) -> int:
    """Return by how many days a patient's dates go back, 1 to 3,653."""
    return 1 + int.from_bytes(_digest(key, "days", patient)[:8]) % _LONGEST_SHIFT


def fingerprint(key: bytes) -> str:
    """Return 8 hexadecimal digits that tell two keys apart and say nothing else of either."""
    return _digest(key, "fingerprint", "").hex()[:8]


def read_key(path: Path) -> bytes:
    """Return the key in a file, without white space at its ends.

    Raises
    ------
    UserError
        There is no such file, or what it holds is too short or too long for a key.
    """
    try:
        with path.open("rb") as file:
            key = file.read(_MOST + 1).strip()
    except OSError as error:
        raise UserError(f"the key {one_line(str(path))} cannot be read: {error.strerror}; name a file") from None
    if not _LEAST <= len(key) <= _MOST:
        raise UserError(
            f"{one_line(str(path))} holds {len(key):,} bytes, which is no key: it needs {_LEAST} to {_MOST:,} random "
            "bytes; `openssl rand -hex 32` makes some"
        )
    return key


def own_key(path: Path) -> bytes:
    """Return the key in the file, which is made on first use, readable by its owner only.

    Raises
    ------
    SurroundingsError
        It cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            # Written aside and linked: two processes at once end with one key, and none reads a half of it.
            aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(handle, "w") as file:
                    file.write(f"{secrets.token_hex(32)}\n")
                    file.flush()
                    os.fsync(file.fileno())
                with suppress(FileExistsError):
                    path.hardlink_to(aside)
            finally:
                aside.unlink(missing_ok=True)
    except OSError as error:
        raise SurroundingsError(f"no key can be kept in {one_line(str(path.parent))}: {error.strerror}") from None
    return read_key(path)


def _digest(key: bytes, purpose: str, text: str) -> bytes:
    return hmac.new(key, f"{purpose}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
