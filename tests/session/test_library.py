"""Saved cohorts: files by name, none ever overwritten by another."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer import CohortDefinition
from explorer.cohort import with_note
from explorer.errors import ExplorerError, UnknownNameError
from explorer.facets import Modality
from explorer.session import Library, Recent

CT = CohortDefinition().including(Modality.is_in("CT"))
MR = CohortDefinition().including(Modality.is_in("MR"))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "cohorts")


def names(library: Library) -> list[str]:
    return sorted(each.name for each in library.saved())


def test_a_cohort_is_saved_with_its_note_and_found_again(library: Library) -> None:
    rule = with_note(CT.named("Größe 漢字"), "for Ana\n<b>")
    saved = library.save(rule)
    assert saved.definition == rule and (library.folder / f"{saved.file}.cohort.json").is_file()
    assert Library(library.folder).find(saved.file) == (rule, saved.hash)
    assert CohortDefinition.read(library.folder / f"{saved.file}.cohort.json") == rule


def test_a_cohort_is_written_anew_only_over_itself(library: Library) -> None:
    first = library.save(CT.named("Mine"))
    again = library.save(MR.named("Mine"), base=first.hash)
    assert (again.file, again.name, names(library)) == (first.file, "Mine", ["Mine"])
    # Another one of that name, made elsewhere.
    other = library.save(CT.named("Mine"))
    assert other.name == "Mine 2" and names(library) == ["Mine", "Mine 2"]
    assert library.save(CT.named("Mine 2")).file == other.file
    # Names that make the same file name are two cohorts.
    assert library.save(CT.named("MINE")).name == "MINE 3"
    assert library.find(first.file)[0] == MR.named("Mine")


def test_names_that_begin_alike_are_cohorts_of_their_own(library: Library) -> None:
    name = "Modality MR, body part BREAST, sex F, aged "
    first, second = library.save(CT.named(f"{name}50 to 60")), library.save(MR.named(f"{name}60 to 70"))
    assert first.file != second.file and second.name == f"{name}60 to 70"
    assert library.find(first.file)[0].include == CT.include
    assert library.save(CT.named(f"{name}60 to 70")).name == f"{name}60 to 70 2"
    assert len(names(library)) == 3


def test_a_file_that_holds_no_cohort_is_listed_and_can_be_deleted(library: Library) -> None:
    library.save(CT.named("Mine"))
    (library.folder / "broken.cohort.json").write_text("{", encoding="utf-8")
    (library.folder / "notes.txt").write_text("x", encoding="utf-8")
    broken = next(each for each in library.saved() if each.file == "broken")
    assert broken.definition is None and "not JSON" in broken.problem
    with pytest.raises(ExplorerError, match="not JSON"):
        library.find("broken")
    library.delete("broken")
    assert names(library) == ["Mine"]


@pytest.mark.parametrize("file", ["nothing", "../mine", "/etc/passwd", ""])
def test_what_is_not_there_is_neither_opened_nor_deleted(library: Library, file: str) -> None:
    library.save(CT.named("Mine"))
    library.save(MR.named("Other"))
    (library.folder.parent / "mine.cohort.json").write_text(CT.to_json(), encoding="utf-8")
    for ask in (library.find, library.delete):
        with pytest.raises(UnknownNameError, match="no longer among those saved"):
            ask(file)
    assert (library.folder.parent / "mine.cohort.json").is_file()
    assert names(library) == ["Mine", "Other"]


def test_a_folder_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "cohorts").write_text("a file", encoding="utf-8")
    library = Library(tmp_path / "cohorts")
    assert library.saved() == []
    with pytest.raises(ExplorerError, match="cannot be used"):
        library.save(CT.named("Mine"))


def test_recent_cohorts_are_the_last_ones_each_once(tmp_path: Path) -> None:
    recent = Recent(tmp_path / "recent.json")
    assert recent.read() == []
    recent.add(CohortDefinition())
    for definition in (CT, MR, CT):
        recent.add(definition)
    assert recent.read() == [CT, MR]
    for number in range(20):
        recent.add(CT.named(f"cohort {number}"))
    assert [each.name for each in recent.read()] == [f"cohort {n}" for n in range(19, 7, -1)]
    assert recent.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cohorts": 1}', '{"cohorts": [1, "{", null]}', '{"version": 1}'])
def test_a_damaged_list_is_an_empty_one(tmp_path: Path, content: str) -> None:
    recent = Recent(tmp_path / "recent.json")
    recent.path.write_text(content, encoding="utf-8")
    assert recent.read() == []
    recent.add(CT)
    assert recent.read() == [CT]
