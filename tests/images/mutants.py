"""Damaged image files, read one after the other in this process: `python -m tests.images.mutants FOLDER FIRST LAST`.

Says which one it reads before it does, so that a crash or a hang has a number, and ends with a line of counts. Anything
but an ImageError ends it.
"""

from __future__ import annotations

import contextlib
import io
import resource
import signal
import sys
from collections import Counter
from pathlib import Path

import numpy as np

MEMORY = 3 * 2**30
SECONDS = 20
"""For one file, seconds of the clock."""


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """The content with a few bytes changed, copied, removed or cut off; mostly in the header."""
    broken = bytearray(content)
    reach = len(broken) if rng.random() < 0.35 else min(len(broken), 1400)
    for _ in range(int(rng.integers(1, 12))):
        if len(broken) < 130:
            break
        reach = min(reach, len(broken))
        at = int(rng.integers(128, reach))
        what = rng.random()
        if what < 0.45:
            broken[at] = int(rng.integers(256))
        elif what < 0.65:
            broken[at : at + 2] = rng.choice([b"\xff\xff", b"\x00\x00", b"\xff\x7f", b"\x00\x80", b"SQ", b"UN"])
        elif what < 0.75:
            broken[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\xfe\xff\xdd\xe0"])
        elif what < 0.85:
            del broken[at : at + int(rng.integers(1, 9))]
        elif what < 0.95:
            broken[at:at] = broken[at : at + int(rng.integers(1, 40))]
        else:
            del broken[at + int(rng.integers(1, 2000)) :]
    return bytes(broken)


def read(path: Path, number: int) -> str:
    """What came of one file: "read", or "refused"."""
    from explorer.cli import main
    from explorer.errors import ImageError
    from explorer.images import read_series

    try:
        read_series([path])
        result = "read"
    except ImageError as error:
        assert "\n" not in str(error)
        result = "refused"
    if number % 5 == 0:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["image", "info", str(path), "--json"])
        assert code in (0, 1), err.getvalue()
        assert "Traceback" not in err.getvalue() and "program failed" not in err.getvalue(), err.getvalue()
        assert code or out.getvalue().startswith("["), out.getvalue()
    return result


def run(folder: Path, first: int, last: int) -> None:
    """Read mutants of every file in the folder."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    bases = [path.read_bytes() for path in sorted(folder.iterdir())]
    path = folder.parent / f"mutant-{first}.dcm"
    results: Counter[str] = Counter()
    for number in range(first, last):
        print(number, flush=True)
        path.write_bytes(mutated(bases[number % len(bases)], np.random.default_rng(number)))
        signal.alarm(SECONDS)  # ends the process: decoders listen to no exception
        results[read(path, number)] += 1
        signal.alarm(0)
    print(f"done: {results['read']} read, {results['refused']} refused", flush=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
