"""Reading page by page from archives that ignore what they are asked, or change meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from explorer.errors import SurroundingsError
from explorer.sources.dicomweb import Address, Archive, Patience
from explorer.sources.dicomweb.listing import everything
from explorer.sources.dicomweb.objects import STUDY_UID, uid_of
from tests.sources.dicomweb.served import Asked, Reply, Served, rows, served, study

QUICK = Patience(tries=2, pause=0.0)


def uids(count: int, start: int = 0) -> list[str]:
    return [f"1.2.{number}" for number in range(start, start + count)]


def page(found: list[str], one: Asked, most: int = 1_000_000) -> Reply:
    """What an archive that does what it is asked gives of these studies."""
    start = one.number("offset", 0)
    return rows(*map(study, found[start : start + min(most, one.number("limit", most))]))


def listed(
    answers: Callable[[Asked], Reply], limit: int = 10, expected: int | None = None
) -> tuple[list[str | None], Counter[str], Served]:
    notes: Counter[str] = Counter()
    with served(answers) as server:
        archive = Archive(Address.parse(server.url), patience=QUICK)
        try:
            found = everything(
                archive, "/studies", [], lambda row: uid_of(row, STUDY_UID), notes, limit=limit, expected=expected
            )
        finally:
            archive.close()
    return [uid_of(row, STUDY_UID) for row in found], notes, server


@pytest.mark.parametrize("count", [0, 1, 2, 9, 10, 11, 19, 20, 28, 37])
@pytest.mark.parametrize("most", [1_000_000, 3])
def test_every_page_is_read(count: int, most: int) -> None:
    found, notes, _ = listed(lambda one: page(uids(count), one, most))
    assert found == uids(count)
    assert not notes


def test_a_page_with_all_that_is_expected_is_the_only_one() -> None:
    for expected, questions in ((3, 1), (4, 2), (None, 2)):
        found, _, server = listed(lambda one: page(uids(3), one), expected=expected)
        assert (found, len(server.asked)) == (uids(3), questions)


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 80, 81, 200])
def test_an_archive_that_ignores_limit_and_offset(count: int) -> None:
    found, notes, _ = listed(lambda _: rows(*map(study, uids(count))))
    assert found == uids(count)
    assert sum(notes.values()) == (count > 1)
    assert all("offset the archive ignored" in note for note in notes)


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 80, 81, 200])
def test_an_archive_that_ignores_offset_only(count: int) -> None:
    found, notes, _ = listed(lambda one: rows(*map(study, uids(count)[: one.number("limit", 0)])))
    assert found == uids(count)
    assert sum(notes.values()) == (count > 1)


@pytest.mark.parametrize("count", [1, 2, 10, 35])
def test_an_archive_that_ignores_limit_only(count: int) -> None:
    found, notes, _ = listed(lambda one: rows(*map(study, uids(count)[one.number("offset", 0) :])))
    assert (found, notes) == (uids(count), {})


def test_an_archive_that_gives_less_than_it_has_says_so_and_cannot_be_read() -> None:
    warning = '299 pacs "There are 7 additional results that can be requested"'

    def answers(_: Asked) -> Reply:
        return rows(*map(study, uids(5)), Warning=warning)

    with pytest.raises(SurroundingsError, match="its offset does not work"):
        listed(answers)


def test_a_study_that_goes_between_two_pages_hides_no_other() -> None:
    present = uids(30)
    gone = []

    def answers(one: Asked) -> Reply:
        if one.number("offset", 0) and not gone:
            gone.append(present.pop(3))
        return page(present, one)

    found, _, _ = listed(answers)
    assert found == [uid for uid in uids(30) if uid not in gone]


def test_a_study_that_comes_between_two_pages_doubles_no_other() -> None:
    present = uids(30)

    def answers(one: Asked) -> Reply:
        if one.number("offset", 0) and "1.2.999" not in present:
            present.insert(0, "1.2.999")
        return page(present, one)

    found, notes, _ = listed(answers)
    assert (found, notes) == (["1.2.999", *uids(30)], {})


def test_an_archive_without_an_order_is_no_answer() -> None:
    times = iter(range(1_000))

    def answers(one: Asked) -> Reply:
        turn = 7 * next(times) % 30
        return page([*uids(30)[turn:], *uids(30)[:turn]], one)

    with pytest.raises(SurroundingsError, match="in another order each of 3 times"):
        listed(answers)


def test_pages_that_end_in_nothing_are_no_answer() -> None:
    with pytest.raises(SurroundingsError, match="in another order"):
        listed(lambda one: rows() if one.number("offset", 0) else rows(*map(study, uids(10))))


def test_the_last_page_again_and_again_is_no_answer() -> None:
    def answers(one: Asked) -> Reply:
        start = min(one.number("offset", 0), 15)
        return rows(*map(study, uids(25)[start : start + 10]))

    with pytest.raises(SurroundingsError, match="in another order"):
        listed(answers)


def test_results_given_twice_count_once() -> None:
    found, notes, _ = listed(lambda one: page([*uids(5), *uids(2)], one))
    assert found == uids(5)
    assert notes == {"results that the archive gave twice, counted once": 2}


def test_results_given_twice_on_different_pages_count_once_where_they_stay_there() -> None:
    found, notes, _ = listed(lambda one: page([*uids(15), "1.2.3", *uids(15, 15)], one))
    assert found == uids(30)
    assert notes == {"results that the archive gave twice, counted once": 1}


def test_results_without_end_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.sources.dicomweb.listing._MOST_RESULTS", 500)
    with pytest.raises(SurroundingsError, match="more than 500 results"):
        listed(lambda one: rows(*map(study, uids(10, one.number("offset", 0)))))
