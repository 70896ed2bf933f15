from __future__ import annotations

import multiprocessing
import os
import shutil
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from explorer.errors import SurroundingsError, UserError
from explorer.images.fetch import FetchFolder, cache_folder, cache_limit, fetch, plan_fetch, reading
from explorer.images.fetch.claims import claimed, held
from tests.images.fetch.bucket import uid_of
from tests.images.fetch.conftest import Bucket, names_in, names_of


@pytest.fixture
def room_for(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> object:
    """Give the cache room for so many series."""

    def give(series: float) -> None:
        monkeypatch.setenv("COHORT_EXPLORER_CACHE_GB", str(series * bucket.rows[0]["bytes"] / 1e9))

    return give


def _series() -> list[int]:
    return [number for number in range(1, 7) if names_in(cache_folder(), number)]


def _age(*series: int) -> None:
    """Let series have been used long ago, the first one first."""
    marks = cache_folder() / ".cohort-explorer" / "done"
    for day, number in enumerate(series):
        os.utime(marks / f"{uid_of(number)}.json", (86_400 * day, 86_400 * day))


def test_without_a_folder_series_go_into_the_cache(bucket: Bucket, home: Path) -> None:
    ended = fetch(bucket.rows[:2])
    assert ended.folder == home / "images" / "cache" == cache_folder()
    assert names_in(ended.folder, 1) == names_of(1)


def test_what_was_used_longest_ago_gives_way_first(bucket: Bucket, room_for: object) -> None:
    room_for(3.2)  # type: ignore[operator]
    fetch(bucket.rows[:3])
    _age(2, 3, 1)
    assert fetch([bucket.row(4)]).incomplete == ()
    assert _series() == [1, 3, 4]
    _age(3, 1, 4)
    with reading(FetchFolder(cache_folder()), [uid_of(3)]):
        pass
    fetch([bucket.row(5)])
    assert _series() == [3, 4, 5]


def test_a_series_that_is_used_again_stays(bucket: Bucket, room_for: object) -> None:
    room_for(2.2)  # type: ignore[operator]
    fetch(bucket.rows[:2])
    _age(1, 2)
    fetch([bucket.row(1), bucket.row(3)])
    assert _series() == [1, 3]


def test_a_series_that_is_read_never_gives_way(bucket: Bucket, room_for: object) -> None:
    room_for(2.2)  # type: ignore[operator]
    fetch(bucket.rows[:2])
    _age(1, 2)
    folder = FetchFolder(cache_folder())
    with reading(folder, [uid_of(1)]), reading(folder, [uid_of(1)]):
        fetch([bucket.row(3)])
        assert _series() == [1, 3]
        with reading(folder, [uid_of(3)]), pytest.raises(UserError, match="--to FOLDER"):
            fetch([bucket.row(4)])
    assert held(folder) == ()
    fetch([bucket.row(4)])
    assert len(_series()) == 2


def test_ones_own_files_stay_where_a_series_gives_way(bucket: Bucket, room_for: object) -> None:
    room_for(2.2)  # type: ignore[operator]
    fetch(bucket.rows[:2])
    _age(1, 2)
    notes = cache_folder() / uid_of(1) / "my-notes.txt"
    notes.write_text("mine")
    fetch([bucket.row(3)])
    assert [path.name for path in notes.parent.iterdir()] == ["my-notes.txt"]
    _age(2, 3)
    assert fetch([bucket.row(1)]).complete == (uid_of(1),)
    assert notes.read_text() == "mine" and len(list(notes.parent.iterdir())) == 5


def test_the_whole_cohort_has_to_fit(bucket: Bucket, room_for: object) -> None:
    room_for(2.2)  # type: ignore[operator]
    fetch(bucket.rows[:2])
    bucket.gate.asked.clear()
    with pytest.raises(UserError, match=r"the cache \(.*\) of .* has room for .*nothing was fetched.*--to FOLDER"):
        fetch(bucket.rows[2:6])
    assert _series() == [1, 2] and bucket.gate.asked == []
    assert plan_fetch(bucket.rows[2:4]).refused is None


def test_remains_of_another_fetch_give_way_before_series(bucket: Bucket, room_for: object) -> None:
    room_for(2.2)  # type: ignore[operator]
    bucket.gate.rules["/6-1.dcm"] = "deny"
    fetch([bucket.row(1), bucket.row(6)])
    folder = FetchFolder(cache_folder())
    assert folder.part_uids() == (uid_of(6),)
    fetch([bucket.row(2)])
    assert (_series(), folder.part_uids()) == ([1, 2], ())


def test_a_folder_of_ones_own_has_no_limit(bucket: Bucket, room_for: object, folder: Path) -> None:
    room_for(1)  # type: ignore[operator]
    assert len(fetch(bucket.rows, to=folder).complete) == 6


@pytest.mark.parametrize("value", ["much", "0", "-1", "nan", "inf"])
def test_a_limit_that_is_none(value: str, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_CACHE_GB", value)
    with pytest.raises(SurroundingsError, match=r"COHORT_EXPLORER_CACHE_GB: .* is no size"):
        fetch(bucket.rows)


def test_the_limit_by_default(home: Path) -> None:
    limit = cache_limit(FetchFolder(cache_folder()))
    tenth = shutil.disk_usage(home.parent).free / 10
    assert limit == 20 * 10**9 or abs(limit - tenth) < 0.2 * tenth
    assert limit <= 20 * 10**9


def _hold(root: Path, uid: str, holding: Event) -> None:
    with claimed(FetchFolder(root), {uid: 1_000}):
        holding.set()
        holding.wait()
        while True:
            pass


def test_what_a_killed_process_held_is_free_again(tmp_path: Path) -> None:
    folder = FetchFolder(tmp_path)
    folder.make()
    context = multiprocessing.get_context("spawn")
    holding = context.Event()
    process = context.Process(target=_hold, args=(tmp_path, "1.2", holding))
    process.start()
    try:
        assert holding.wait(60)
        (other,) = held(folder)
        assert (other.series, other.fetching) == ({"1.2": 1_000}, True)
        with claimed(folder, {"1.2": 0, "1.3": 0}) as mine:
            assert mine == {"1.3"}
    finally:
        process.kill()
        process.join()
        process.close()
    with claimed(folder, {"1.2": 0}) as mine:
        assert mine == {"1.2"}
    assert list(folder.claims.iterdir()) == []
