"""Files that were damaged at random, and a process of its own that reads them within limits."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.sources.dicom.objects import (
    NATIVE,
    multi_frame,
    report,
    segmentation,
    slice_of,
    structure_set,
    undefined,
    write,
)

_BOUNDARIES = (
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\xff\xff",
    b"\xfe\xff\xff\xff",
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\xdd\xe0",
)

_READER = """
import json, resource, sys
from collections import Counter
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]) * 2**20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[3]),) * 2)
from explorer.sources.dicom import Header, UnreadError, scan_file
found = Counter()
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        header = scan_file(path)
        assert isinstance(header, Header) and "PatientBirthDate" not in header.values
        found["read"] += 1
    except UnreadError as error:
        assert str(error)
        found[str(error).partition(":")[0]] += 1
print(json.dumps(found))
"""


def originals(folder: Path) -> list[bytes]:
    """Return files of every kind and way of writing; written into the folder meanwhile."""
    kinds = (slice_of, multi_frame, segmentation, structure_set, report)
    files = [write(folder / "original", kind(), syntax).read_bytes() for kind in kinds for syntax in NATIVE]
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian):
        files += [write(folder / "original", undefined(kind()), syntax).read_bytes() for kind in kinds]
    (folder / "original").unlink()
    return files


def mutants(files: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Yield files with bytes changed, cut out, repeated, swapped or cut off, most of it in their headers."""
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(chance.choice(files))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(120, min(len(data), 4000)) if len(data) > 200 else chance.randrange(len(data))
            match chance.randrange(6):
                case 0 | 1:
                    data[at] = chance.randrange(256)
                case 2:
                    piece = chance.choice(_BOUNDARIES)
                    data[at : at + len(piece)] = piece
                case 3:
                    del data[at : at + chance.randint(1, 40)]
                case 4:
                    end = at + chance.randint(1, 200)
                    data[at:at] = data[at:end] * chance.choice((1, 1, 50))
                case _:
                    data = data[: max(at, 1)] if chance.random() < 0.3 else data
        yield bytes(data)


def read_apart(folder: Path, *, megabytes: int = 1024, seconds: int = 60) -> Counter[str]:
    """Return what another process made of the files: how many it read, and how often it gave which reason."""
    done = subprocess.run(
        [sys.executable, "-c", _READER, str(folder), str(megabytes), str(seconds)],
        capture_output=True,
        text=True,
        timeout=4 * seconds,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return Counter(json.loads(done.stdout))
