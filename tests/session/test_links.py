"""What a link holds, and what a hostile one does: nothing."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import CohortDefinition
from explorer.cohort import with_mark, with_note
from explorer.errors import ExplorerError, UserError
from explorer.facets import Modality
from explorer.session import Kept, packed, unpacked

CT = CohortDefinition().including(Modality.is_in("CT"))


def test_a_link_holds_the_whole_definition() -> None:
    rule = with_note(CT.named("Größe <b>"), "a note").excluding(Modality.is_in("PT"))
    text = packed(rule)
    assert text.replace("-", "a").replace("_", "a").isalnum()
    assert unpacked(text) == rule
    assert len(text) < 300


def test_what_was_noted_of_single_series_stays_at_home(tmp_path: Path) -> None:
    rule = with_note(CT, "a note")
    marked = with_mark(rule, "1.2.840.1", "flag", "left lung")
    assert marked != rule
    assert unpacked(packed(marked)) == rule
    kept = Kept(tmp_path)
    assert kept.find(kept.keep(marked)) == rule


def test_a_long_definition_is_none_for_a_link() -> None:
    import hashlib

    many = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(100)]
    assert packed(CohortDefinition().including(Modality.is_in(*many))) == ""


def squeezed(content: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cut off"),
        ("<script>", "cut off"),
        ("AAAA", "cut off"),
        (packed(CT)[:-5], "cut off"),
        ("A" * 5000, "cut off"),
        (squeezed(b"{}"), "version"),
        (squeezed(b"[]"), "object"),
        (squeezed(b'{"version": 2}'), "version"),
        (squeezed(b"\xff"), "UTF-8"),
        (squeezed(b"[" * 200_000), "cut off|nested|JSON"),
        # A bomb: some kilobytes that are a hundred megabytes.
        (squeezed(b" " * 2_100_000), "cut off"),
    ],
)
def test_a_hostile_link_is_a_sentence(text: str, why: str) -> None:
    with pytest.raises(ExplorerError, match=why):
        unpacked(text)


@given(st.text(max_size=200) | st.binary(max_size=200).map(squeezed))
def test_any_text_is_a_definition_or_a_sentence(text: str) -> None:
    try:
        assert isinstance(unpacked(text), CohortDefinition)
    except ExplorerError as error:
        assert str(error)


def test_the_server_keeps_what_short_links_name(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "links")
    one, two = kept.keep(CT), kept.keep(CT.named("Mine"))
    assert one != two and kept.keep(CT) == one
    assert (kept.find(one), kept.find(two)) == (CT, CT.named("Mine"))
    (tmp_path / "0123456789abcdef.json").write_text(CT.to_json(), encoding="utf-8")
    for name in ("0" * 16, "../0123456789abcdef", "", "x" * 16, f"{one}/..", one.upper() + "x"):
        with pytest.raises(UserError, match="is kept here"):
            kept.find(name)
