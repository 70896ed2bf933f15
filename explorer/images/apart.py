"""A decoder in a process of its own, because damaged files can end the process that decodes them.

The other process reads lines of JSON, ``{"path", "frames", "shape"}``, and answers each frame with a line ``{"type"}``
and its bytes, or with one line ``{"error"}``.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ImageError
from explorer.images.decoding import GDCM, decoded

__all__ = ["Apart"]

_PROGRAM = "from explorer.images.apart import serve; serve()"
_SECONDS = 60
"""For one file."""
_MEMORY = 4 * 2**30
_FULL = "its pixels do not fit into memory"
_ENDED = "its compressed pixels are damaged: the decoder broke down over them"


class Apart:
    """Decodes frames in another process, which starts with the first file and again after one that ends it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def decoded(self, path: Path, frames: Sequence[int], shape: Sequence[int]) -> Iterator[NDArray[Any]]:
        """Yield stored values of the frames, in that order.

        Raises
        ------
        ImageError
            They cannot be decoded, or the decoder broke down or took too long.
        """
        asked = {"path": os.fspath(path.absolute()), "frames": list(frames), "shape": list(shape)}
        try:
            source, target = self._pipes()
            target.write(json.dumps(asked).encode() + b"\n")
            target.flush()
            for _ in frames:
                yield self._answer(source, shape)
        except ImageError as error:  # the other process has said all and waits for the next file
            if str(error) == _FULL:
                self._end()
            raise
        except (OSError, ValueError, KeyError, TypeError):
            self._end()
            raise ImageError(_ENDED) from None
        except BaseException:
            self._end()  # whatever is still in the pipe belongs to nobody
            raise

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            command = [sys.executable, "-P", "-c", _PROGRAM]  # -P: no module of the current folder
            pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, env=_surroundings())
        if self._process.stdout is None or self._process.stdin is None:
            raise OSError
        return self._process.stdout, self._process.stdin

    @staticmethod
    def _answer(source: IO[bytes], shape: Sequence[int]) -> NDArray[Any]:
        told = json.loads(source.readline(10_000))
        if "error" in told:
            raise ImageError(str(told["error"]))
        plane = np.empty(shape[1:], dtype=np.dtype(told["type"]))
        target, got = memoryview(plane.data).cast("B"), 0
        while got < plane.nbytes:
            more = source.readinto(target[got:])  # type: ignore[attr-defined]
            if not more:
                raise OSError
            got += more
        return plane

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._process.wait()
            self._process = None


def _surroundings() -> dict[str, str]:
    """Let the other process find this package wherever this one found it."""
    root = os.fspath(Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def serve() -> None:
    """Answer what comes on standard input until it ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a decoder prints is no answer
    alarm = _limit()
    warnings.simplefilter("ignore")
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        alarm(_SECONDS)
        try:
            for plane in decoded(Path(asked["path"]), asked["frames"], asked["shape"], GDCM):
                whole = np.ascontiguousarray(plane)
                out.write(json.dumps({"type": whole.dtype.str}).encode() + b"\n")
                out.write(whole.data)
                out.flush()
        except Exception as error:
            text = _FULL if isinstance(error, MemoryError) else str(error)[:500]
            out.write(json.dumps({"error": text or type(error).__name__}).encode() + b"\n")
            out.flush()
        alarm(0)


def _limit() -> Any:
    """Limit memory, and give what sets a time limit; both only where the platform can."""
    try:
        import resource
        import signal

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        return signal.alarm
    except (ImportError, AttributeError, OSError, ValueError):
        return lambda seconds: None
