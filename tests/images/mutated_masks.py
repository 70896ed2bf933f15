"""Read mutated masks and reports under limits of memory and time; print whatever is raised but ImageError.

Run as a program: folder with images/ and the masks or reports to mutate, first seed, number of files.
"""

from __future__ import annotations

import random
import resource
import signal
import sys
from collections import Counter
from pathlib import Path

from explorer.errors import ImageError
from explorer.images import read_series
from explorer.images.makers import made_in
from explorer.images.mask_kinds import drawn_on, read_masks, which_images
from explorer.images.reports import read_measurements, table

MEMORY = 2 * 2**30
SECONDS = 30


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A few damages; half of them in the first kilobytes, where the attributes are."""
    bytes_ = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        place = chance.randrange(132, min(len(bytes_), chance.choice([6_000, len(bytes_)])))
        kind = chance.randrange(6)
        if kind == 0:
            bytes_[place] = chance.randrange(256)
        elif kind == 1:
            bytes_[place : place + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"])
        elif kind == 2:
            bytes_[place : place + 2] = b"\xff\xff"
        elif kind == 3:
            del bytes_[place : place + chance.randrange(1, 40)]
        elif kind == 4:
            other = chance.randrange(132, len(bytes_))
            bytes_[place:place] = bytes_[other : other + chance.randrange(1, 200)]
        else:
            bytes_[place] ^= 1 << chance.randrange(8)
    return bytes(bytes_[: chance.randrange(140, len(bytes_))] if chance.random() < 0.1 else bytes_)


def measured(path: Path) -> None:
    """Read a report and print it as a table."""
    table(read_measurements(path)).to_string()


def main(folder: str, first: str, count: str) -> None:
    """Exit with 1 if anything but ImageError was raised, or a file took longer than allowed."""
    volume = read_series(Path(folder, "images").iterdir())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sources = [(path.name, path.read_bytes()) for path in sorted(Path(folder).glob("*.dcm"))]
    ends: Counter[str] = Counter()
    for seed in range(int(first), int(first) + int(count)):
        chance = random.Random(seed)
        name, data = sources[seed % len(sources)]
        path = Path(folder, "mutated.bin")
        path.write_bytes(mutated(data, chance))
        for read in (lambda path: read_masks(path, volume), which_images, drawn_on, made_in, measured):
            signal.alarm(SECONDS)
            try:
                read(path)
                ends["read"] += 1
            except ImageError:
                ends["refused"] += 1
            except BaseException as error:
                ends["failed"] += 1
                print(f"seed {seed}, {name}: {type(error).__name__}: {error}", flush=True)
            signal.alarm(0)
    print(dict(ends))
    sys.exit(1 if ends["failed"] else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
