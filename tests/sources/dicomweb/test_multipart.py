from __future__ import annotations

import http.client

import pytest

from explorer.sources.dicomweb.multipart import boundary_of, parts


def multipart(*contents: bytes, end: bytes = b"--\r\n") -> bytes:
    return (
        b"".join(b"\r\n--b\r\nContent-Type: application/dicom\r\n\r\n" + each for each in contents) + b"\r\n--b" + end
    )


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 1_000])
def test_parts_are_the_same_however_they_come(step: int) -> None:
    contents = [b"", b"\r\n", b"\r\n--", b"--b", b"\r\n--c\r\n--", bytes(range(256)) * 9, b"\r\n-\r\n--\r\n"]
    body = b"preamble" + multipart(*contents, end=b"--\r\nepilogue")
    pieces = (body[start : start + step] for start in range(0, len(body), step))
    assert [b"".join(part) for part in parts(pieces, b"b")] == contents


@pytest.mark.parametrize(
    ("said", "boundary"),
    [
        ("multipart/related; type=application/dicom; boundary=abc", b"abc"),
        ('Multipart/Related; boundary="a b:c"; type="application/dicom"', b"a b:c"),
        ("application/dicom; transfer-syntax=1.2.840.10008.1.2.1", None),
    ],
)
def test_boundaries(said: str, boundary: bytes | None) -> None:
    assert boundary_of(said, "here") == boundary


@pytest.mark.parametrize("missing", [1, 4, 5, 40])
def test_a_body_that_ends_early_is_no_body(missing: int) -> None:
    body = multipart(b"a", bytes(100), end=b"--")
    with pytest.raises(http.client.IncompleteRead):
        for part in parts(iter([body[:-missing]]), b"b"):
            b"".join(part)
