from __future__ import annotations

import pytest

from explorer.errors import UserError
from explorer.sources.dicomweb import Address, Archive, Credentials


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://PACS.example/dicom-web/", "https://pacs.example/dicom-web"),
        ("http://127.0.0.1:8042/dicom-web", "http://127.0.0.1:8042/dicom-web"),
        ("https://[::1]:8443/a%20b//", "https://[::1]:8443/a%20b"),
        ("https://pacs.example:443", "https://pacs.example"),
    ],
)
def test_an_address_is_said_in_one_way(url: str, said: str) -> None:
    assert str(Address.parse(url)) == said
    assert Address.parse(said) == Address.parse(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pacs.example/dicom-web",
        "ftp://pacs.example/",
        "file:///etc/passwd",
        "https://",
        "https://pacs.example:99999/",
        "https://pacs.example:0x1/",
        "https://pacs.example/?a=b",
        "https://pacs.example/#a",
        "https://pacs.example/a b",
        "https://pacs.example/a\nHost: other",
        "https://[::1/",
        "https://münchen.example/",
        "https://pacs.example/" + 3000 * "a",
    ],
)
def test_what_is_no_address_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(UserError) as refused:
        Address.parse(url)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 300


@pytest.mark.parametrize(
    "url",
    ["https://anna:secret@pacs.example/", "https://secret@pacs.example", "ftp://a:secret@x", "http:// a:secret@x"],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UserError, match="refused") as refused:
        Address.parse(url)
    assert "secret" not in str(refused.value)


def test_credentials_are_not_shown() -> None:
    assert "secret" not in repr(Credentials("anna", "secret")) + repr(Credentials(token="secret"))


def test_credentials_go_only_where_nobody_reads_along() -> None:
    anna = Credentials("anna", "secret")
    with pytest.raises(UserError, match="not encrypted"):
        Archive(Address.parse("http://pacs.example/dicom-web"), anna)
    for url in ("https://pacs.example", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"):
        Archive(Address.parse(url), anna)


@pytest.mark.parametrize("wrong", [Credentials("an:na", "x"), Credentials(token="a\nb"), Credentials(token="ä")])
def test_credentials_that_no_header_can_carry_are_refused(wrong: Credentials) -> None:
    with pytest.raises(UserError):
        Archive(Address.parse("https://pacs.example"), wrong)
