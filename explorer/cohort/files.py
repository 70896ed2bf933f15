"""Definitions as text and as files."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from explorer.cohort.texts import one_line, shown
from explorer.errors import DefinitionError, SurroundingsError, UserError

__all__ = ["parse_json", "read_bytes", "write_atomically"]


def parse_json(text: str | bytes) -> Any:
    """Return what the JSON text says; stricter than Python: no repeated keys, no NaN, UTF-8 only.

    Raises
    ------
    DefinitionError
        Where the text is not JSON.
    """
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        return json.loads(plain, object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise DefinitionError(f"the text is not UTF-8 (byte {error.start:,}); save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise DefinitionError(
            f"the text is not JSON: {error.msg}, at line {error.lineno:,}, column {error.colno:,}"
        ) from None
    except RecursionError:
        raise DefinitionError("the text is nested too deeply for a definition") from None
    except ValueError:
        raise DefinitionError("the text holds a number with more digits than a JSON number keeps") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DefinitionError(f"the key {shown(twice)} stands twice in one object; keep one of them")
    return found


def _constant(name: str) -> Any:
    raise DefinitionError(f"{name} is no JSON number; write null for an open end")


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the content of a file, or raise in the reader's words."""
    place = Path(path)
    shown_path = one_line(str(path))
    try:
        return place.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{shown_path}: there is no such file") from None
    except IsADirectoryError:
        raise UserError(f"{shown_path} is a folder; give a *.cohort.json file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not a file name"
        raise SurroundingsError(f"{shown_path} cannot be read: {reason}") from None


def write_atomically(path: str | os.PathLike[str], content: bytes, *, synced: bool = True) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    Parameters
    ----------
    synced
        Come back only when the disk has it, so that it outlives a power failure too; else the disk has it soon after.

    Raises
    ------
    SurroundingsError
        Where the folder is missing, full or read-only; the old file then stays as it was.
    """
    with replacing(path, synced=synced) as aside:
        aside.write_bytes(content)


@contextmanager
def replacing(path: str | os.PathLike[str], *, synced: bool = True) -> Iterator[Path]:
    """Give an empty file beside `path` to write to; at the end it takes the name, keeping the old file's permissions.

    Raises
    ------
    SurroundingsError
        Where the folder is missing, full or read-only; the old file then stays as it was.
    """
    place = Path(path)
    aside: Path | None = None
    try:
        place = place.resolve()
        handle, name = tempfile.mkstemp(prefix=f".{place.name[:100]}.", suffix=".part", dir=place.parent)
        os.close(handle)
        aside = Path(name)
        yield aside
        if synced:
            with aside.open("rb") as file:
                os.fsync(file.fileno())
        aside.chmod(place.stat().st_mode & 0o777 if place.exists() else 0o666 & ~_UMASK)
        aside.replace(place)
        if not synced:
            threading.Thread(target=_sync, args=[place], daemon=True).start()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "the name is not a file name"
        raise SurroundingsError(f"{one_line(str(path))} cannot be written: {reason}; nothing was written") from None
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Have the disk take a file; where it is gone again, a newer one has taken its place."""
    with suppress(OSError), path.open("rb") as file:
        os.fsync(file.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_UMASK = _umask()
"""Read once, while there is one thread: reading it means setting it."""
