from __future__ import annotations

import os
import socket
import zlib
from pathlib import Path

import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from explorer.sources.dicom import UnreadError, scan_file, scan_with_pydicom
from explorer.sources.dicom.bytesource import FileBytes
from tests.sources.dicom.mutants import mutants, originals, read_apart
from tests.sources.dicom.objects import multi_frame, segmentation, slice_of, write

ITEM = b"\xfe\xff\x00\xe0"
NO_LENGTH = b"\xff\xff\xff\xff"


def reason(path: Path) -> str:
    """Return why our scan does not read a file, and see that pydicom's does not either."""
    with pytest.raises(UnreadError) as ours:
        scan_file(path)
    with pytest.raises(UnreadError):
        scan_with_pydicom(path)
    return str(ours.value)


def meta(path: Path) -> bytes:
    """Return a file's preamble and file meta information."""
    data = path.read_bytes()
    return data[: 144 + int.from_bytes(data[140:144], "little")]


@pytest.mark.parametrize("seed", [1])
def test_damaged_files_neither_crash_nor_hang(tmp_path: Path, seed: int) -> None:
    for number, data in enumerate(mutants(originals(tmp_path), 400, seed)):
        (tmp_path / f"{number:05d}").write_bytes(data)
    found = read_apart(tmp_path)
    assert found.total() == 400
    assert found["read"] > 40
    assert found["damaged"] > 40


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_ten_thousand_damaged_files(tmp_path: Path, seed: int) -> None:
    for number, data in enumerate(mutants(originals(tmp_path), 1000, seed)):
        (tmp_path / f"{number:05d}").write_bytes(data)
    assert read_apart(tmp_path).total() == 1000


def test_cut_anywhere(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole", slice_of(), ExplicitVRLittleEndian).read_bytes()
    header = scan_file(tmp_path / "whole")
    pixels = whole.index(b"\xe0\x7f\x10\x00OW")
    room = tmp_path / "cut"
    for length in range(0, len(whole), 7):
        room.write_bytes(whole[:length])
        if length >= pixels + 12:
            assert scan_file(room) == header
        elif length < 132:
            assert reason(room) == ("not a DICOM file" if length else "empty")
        else:
            for scan in (scan_file, scan_with_pydicom):
                try:  # between two elements nothing says that something is missing
                    assert scan(room).values.items() <= header.values.items() | {("PatientAge", "063Y")}
                except UnreadError as error:
                    assert "damaged" in str(error) or "neither" in str(error)


def test_what_is_no_dicom(tmp_path: Path) -> None:
    for name, data in (
        ("text", b"hello, this is a text of more than a hundred and thirty-two bytes " * 4),
        ("picture", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("zeros", bytes(5000)),
        ("two", b"\x08\0"),
        ("looks", b"\x08\0\x05\0CS\x0a\0ISO_IR 100" + b"\x07" * 200),
    ):
        (tmp_path / name).write_bytes(data)
        assert reason(tmp_path / name) == "not a DICOM file"
    (tmp_path / "empty").write_bytes(b"")
    assert reason(tmp_path / "empty") == "empty"
    assert reason(tmp_path) == "not a regular file"
    assert reason(tmp_path / "gone") == "cannot be read: No such file or directory"
    os.mkfifo(tmp_path / "pipe")
    assert reason(tmp_path / "pipe") == "not a regular file"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert reason(tmp_path / "s").startswith("cannot be read")


def test_a_bomb_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a", slice_of(), DeflatedExplicitVRLittleEndian)
    head = meta(path)
    inflated = zlib.decompress(path.read_bytes()[len(head) :], -zlib.MAX_WBITS)
    squeeze = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    with path.open("wb") as file:
        file.write(head + squeeze.compress(inflated))
        for _ in range(600):
            file.write(squeeze.compress(bytes(2**20)))
        file.write(squeeze.flush())
    assert path.stat().st_size < 2**20
    assert read_apart(tmp_path, megabytes=400) == {"inflates to more than 512 MB": 1}
    assert reason(path) == "inflates to more than 512 MB"


def test_a_header_that_never_ends_is_given_up(tmp_path: Path) -> None:
    head = meta(write(tmp_path / "a", slice_of()))
    nothing = b"\x09\0\x10\x10LO\0\0"
    for name, start, piece in (
        ("elements", b"\x08\0\x16\0UI\0\0", nothing),
        ("items", b"\x08\0\x15\x11SQ\0\0" + NO_LENGTH, ITEM + b"\0\0\0\0"),
        ("skipped items", b"\x09\0\x15\x11SQ\0\0" + NO_LENGTH, ITEM + b"\0\0\0\0"),
        ("nested", b"\x09\0\x15\x11SQ\0\0" + NO_LENGTH, ITEM + NO_LENGTH + b"\x09\0\x15\x11SQ\0\0" + NO_LENGTH),
    ):
        with (tmp_path / name).open("wb") as file:
            file.write(head + start)
            for _ in range(100):
                file.write(piece * (2**20 // len(piece)))
    (tmp_path / "a").unlink()
    found = read_apart(tmp_path, seconds=90)
    assert found == {"its header goes on for more than 64 MB": 3, "damaged": 1}


def test_a_header_that_only_pydicom_reads_takes_bounded_memory(tmp_path: Path) -> None:
    head = meta(write(tmp_path / "a", slice_of())) + b"\x08\0\x01\0ZZ\0\0\x08\0\x16\0UI\x02\x001\0\x08\0\x15\x11SQ\0\0"
    for name, length, piece in (
        ("endless", NO_LENGTH, ITEM + b"\0\0\0\0"),
        ("endless without lengths", NO_LENGTH, ITEM + NO_LENGTH + b"\xfe\xff\x0d\xe0\0\0\0\0"),
        ("nested", NO_LENGTH, ITEM + NO_LENGTH + b"\x09\0\x15\x11SQ\0\0" + NO_LENGTH),
        ("long", (7 * 2**20).to_bytes(4, "little"), ITEM + b"\0\0\0\0"),
    ):
        (tmp_path / name).write_bytes(head + length + piece * (2**23 // len(piece)))
    (tmp_path / "a").unlink()
    found = read_apart(tmp_path, megabytes=800)
    assert found == {"its header goes on for more than 4 MB": 3, "damaged": 1}


def test_lengths_beyond_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a", slice_of(), ImplicitVRLittleEndian)
    whole = path.read_bytes()
    for tag, said in (
        (b"\x10\0\x20\0", "damaged: PatientID claims to be 4,294,967,280 bytes long"),
        (b"\x08\0\x08\0", "damaged: ImageType claims to be 4,294,967,280 bytes long"),
        (b"\x28\0\x02\0", "damaged: it ends in the middle of an element"),
    ):
        at = whole.index(tag, 300) + 4
        path.write_bytes(whole[:at] + b"\xf0\xff\xff\xff" + whole[at + 4 :])
        assert reason(path) == said
    at = whole.index(b"\x10\0\x20\0", 300) + 4
    path.write_bytes(whole[:at] + b"\0\x40\0\0" + whole[at + 4 :])
    assert reason(path) == "damaged: it ends in the middle of an element"


def test_the_largest_picture_is_only_a_claim(tmp_path: Path) -> None:
    path = write(tmp_path / "a", slice_of())
    data = path.read_bytes().replace(b"\x28\0\x10\0US\2\0\4\0", b"\x28\0\x10\0US\2\0\xff\xff")
    path.write_bytes(data.replace(b"\x28\0\x11\0US\2\0\6\0", b"\x28\0\x11\0US\2\0\xff\xff"))
    values = scan_file(path).values
    assert values["Rows"] == values["Columns"] == 65_535
    odd = data.replace(b"\x28\0\x11\0US\2\0\6\0", b"\x28\0\x11\0US\3\0\6\0\0")
    path.write_bytes(odd)
    assert reason(path) == "damaged: Columns has 3 bytes, not 2"


@pytest.mark.parametrize("change", ["longer", "rewritten"])
def test_a_file_that_changes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    path = write(tmp_path / "a", slice_of())
    os.utime(path, ns=(0, 10**9))
    read = FileBytes.read

    def meanwhile(self: FileBytes, start: int, count: int) -> bytes:
        data = read(self, start, count)
        with path.open("ab" if change == "longer" else "r+b") as file:
            file.write(b"x")
        return data

    monkeypatch.setattr(FileBytes, "read", meanwhile)
    assert reason(path) == "changed while it was read"


def test_a_length_beyond_its_sequence_ends_with_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a", multi_frame(), ImplicitVRLittleEndian)
    whole = path.read_bytes()
    at = whole.rindex(b"\x20\0\x32\0") + 4
    path.write_bytes(whole[:at] + b"\xf0\xff\0\0" + whole[at + 4 :])
    assert scan_file(path) == scan_with_pydicom(path)
    assert scan_file(path).positions == ((-10.0, 0.0, 7.0), (-10.0, 2.5, 7.0), (-10.0, 5.0, 7.0))


def test_values_in_words_are_no_positions(tmp_path: Path) -> None:
    path = write(tmp_path / "a", segmentation())
    for word in (b"-10\\nan\\7 ", b"-10\\inf\\7 ", b"a\\b\\c\\d\\ee", b"          "):
        data = path.read_bytes().replace(b"-10\\2.5\\7 ", word.ljust(10)[:10])
        (tmp_path / "b").write_bytes(data)
        header = scan_file(tmp_path / "b")
        assert header == scan_with_pydicom(tmp_path / "b")
        assert header.positions == ((-10.0, 0.0, 7.0), (-10.0, 5.0, 7.0))
