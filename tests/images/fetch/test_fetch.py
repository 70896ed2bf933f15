from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from explorer.errors import ImageError, SurroundingsError, UserError
from explorer.images import index_folder, locate
from explorer.images.fetch import cache_folder, fetch, plan_fetch
from explorer.images.places import folders
from tests.images.fetch.bucket import BUCKET, dicom, put, uid_of
from tests.images.fetch.conftest import IMAGES, Bucket, names_in, names_of, row_of


def test_series_come_whole_and_are_remembered(bucket: Bucket, folder: Path) -> None:
    seen: list[float] = []
    ended = fetch(bucket.rows[:3], to=folder, progress=lambda share, what: seen.append(share))
    assert ended.complete == tuple(uid_of(n) for n in (1, 2, 3))
    assert (ended.incomplete, ended.stopped, ended.folder) == ((), False, folder)
    assert (ended.new_series, ended.new_bytes) == (3, sum(row["bytes"] for row in bucket.rows[:3]))
    assert sorted(seen) == seen and seen[-1] == 1.0
    for number in (1, 2, 3):
        assert names_in(folder, number) == names_of(number)
    assert (folder / uid_of(2) / "2-3.dcm").read_bytes() == dicom(uid_of(2), 3)
    assert folders() == (folder,)
    found = index_folder(folder)
    assert sorted(found.series) == sorted(ended.complete)


def test_what_is_there_is_not_fetched_again_and_needs_no_network(
    bucket: Bucket, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(bucket.rows[:2], to=folder)
    bucket.gate.asked.clear()
    again = fetch(bucket.rows[:3], to=folder)
    assert (again.new_series, len(again.complete)) == (1, 3)
    assert sorted(bucket.gate.got()) == names_of(3)
    monkeypatch.setenv("COHORT_EXPLORER_S3_ENDPOINT", f"http://127.0.0.1:{_closed_port()}")
    assert len(fetch(bucket.rows[:3], to=folder).complete) == 3


def test_a_plan_asks_no_network_and_writes_nothing(bucket: Bucket, folder: Path) -> None:
    fetch(bucket.rows[:1], to=folder)
    bucket.gate.asked.clear()
    plan = plan_fetch(bucket.rows[:3], to=folder)
    assert (plan.patients, plan.series, plan.instances) == (2, 3, 3 * IMAGES)
    assert [each.series_uid for each in plan.there] == [uid_of(1)]
    assert plan.bytes_to_fetch == sum(row["bytes"] for row in bucket.rows[1:3])
    assert plan.licences == (("CC BY 4.0", 2), ("CC BY-NC 4.0", 1))
    assert plan.free_bytes > 0 and plan.refused is None
    nowhere = folder.parent / "elsewhere"
    plan_fetch(bucket.rows, to=nowhere)
    plan_fetch(bucket.rows)
    assert not nowhere.exists() and bucket.gate.asked == []


def test_more_than_the_limit_is_refused(bucket: Bucket, folder: Path) -> None:
    with pytest.raises(UserError, match=r"the limit is 1e-06 GB; nothing was fetched.*--limit"):
        fetch(bucket.rows, to=folder, limit=1e-6)
    assert bucket.gate.asked == [] and not folder.exists()


def test_a_limit_needs_sizes(bucket: Bucket, folder: Path) -> None:
    unknown = bucket.row(1, size_mb=None, bytes=None)
    with pytest.raises(UserError, match="does not say how large 1 of these series are"):
        fetch([unknown], to=folder, limit=1.0)
    assert fetch([unknown], to=folder).complete == (uid_of(1),)


def test_more_than_the_disk_has_is_refused(bucket: Bucket, folder: Path) -> None:
    huge = bucket.row(1, size_mb=1e12, bytes=10**18)
    with pytest.raises(SurroundingsError, match=r"are needed, and .* are free on the disk of .*nothing was fetched"):
        fetch([huge], to=folder)
    assert bucket.gate.asked == []


def test_a_denied_object_is_said_and_the_rest_is_kept(bucket: Bucket, folder: Path) -> None:
    bucket.gate.rules["/2-3.dcm"] = "deny"
    ended = fetch(bucket.rows[:3], to=folder)
    assert ended.complete == (uid_of(1), uid_of(3))
    (lacking,) = ended.incomplete
    assert lacking.series_uid == uid_of(2)
    assert lacking.reason == "access to 1 file was denied (for example 2-3.dcm); 3 of its 4 files are there"
    assert names_in(folder, 2) == []
    bucket.gate.rules.clear()
    bucket.gate.asked.clear()
    assert fetch(bucket.rows[:3], to=folder).incomplete == ()
    assert bucket.gate.got() == ["2-3.dcm"]
    assert names_in(folder, 2) == names_of(2)


def test_a_private_object_is_denied_by_the_store_itself(bucket: Bucket, folder: Path) -> None:
    files = [dicom(uid_of(20), n) for n in (1, 2)]
    put(bucket.port, "s20/1.dcm", files[0])
    put(bucket.port, "s20/2.dcm", files[1], public=False)
    (lacking,) = fetch([row_of(20, files)], to=folder).incomplete
    assert "access to 1 file was denied (for example 2.dcm)" in lacking.reason


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("short", "1 file came cut short (for example 1-2.dcm)"),
        ("cut", "the connection broke off for 1 file (for example 1-2.dcm)"),
        ("drop", "the connection broke off for 1 file (for example 1-2.dcm)"),
        ("absent", "1 file listed, but not there (for example 1-2.dcm)"),
    ],
)
def test_a_broken_object_is_never_part_of_a_complete_series(rule: str, said: str, bucket: Bucket, folder: Path) -> None:
    bucket.gate.rules["/1-2.dcm"] = rule
    ended = fetch(bucket.rows[:2], to=folder)
    assert ended.complete == (uid_of(2),)
    (lacking,) = ended.incomplete
    assert said in lacking.reason and lacking.reason.endswith("3 of its 4 files are there")
    bucket.gate.rules.clear()
    assert fetch(bucket.rows[:2], to=folder).complete == (uid_of(1), uid_of(2))


def test_an_object_of_another_series_is_noticed(bucket: Bucket, folder: Path) -> None:
    wrong = dicom("1.2.826.0.1.3680043.10.9", 2)
    assert len(wrong) == len(dicom(uid_of(1), 2))
    bucket.gate.rules["/1-2.dcm"] = wrong
    bucket.gate.rules["/2-2.dcm"] = dicom(uid_of(2), 1)
    bucket.gate.rules["/3-2.dcm"] = bytes(len(wrong))
    reasons = {each.series_uid: each.reason for each in fetch(bucket.rows[:3], to=folder).incomplete}
    assert reasons == {
        uid_of(1): '"1-2.dcm" is of another series: "1.2.826.0.1.3680043.10.9"',
        uid_of(2): '"2-2.dcm" repeats an image that is there under another name',
        uid_of(3): '"3-2.dcm" is not a DICOM file',
    }
    bucket.gate.rules.clear()
    bucket.gate.asked.clear()
    assert fetch(bucket.rows[:3], to=folder).incomplete == ()
    assert "1-2.dcm" in bucket.gate.got() and "1-1.dcm" not in bucket.gate.got()


def test_a_missing_object_is_said(bucket: Bucket, folder: Path) -> None:
    files = [dicom(uid_of(21), n) for n in (1, 2, 3)]
    for number, content in enumerate(files[:2], 1):
        put(bucket.port, f"s21/{number}.dcm", content)
    nothing = row_of(22, files)
    ended = fetch([row_of(21, files), nothing], to=folder)
    assert [each.reason for each in ended.incomplete] == [
        "2 of its 3 files are there",
        f"the bucket has no files at s3://{BUCKET}/s22/",
    ]


def test_more_than_the_catalogue_says_is_not_fetched(bucket: Bucket, folder: Path) -> None:
    few = bucket.row(1, instances=3)
    light = bucket.row(2, bytes=bucket.rows[1]["bytes"] - 2, size_mb=(bucket.rows[1]["bytes"] - 2) / 1e6)
    ended = fetch([few, light], to=folder)
    assert [each.reason.partition(",")[0] for each in ended.incomplete] == [
        "the bucket has 4 files",
        f"the bucket has {bucket.rows[1]['bytes']:,} bytes".partition(",")[0],
    ]
    assert bucket.gate.got() == []


def test_sizes_that_the_catalogue_rounds_are_compared_within_the_rounding(bucket: Bucket, folder: Path) -> None:
    size = bucket.rows[0]["bytes"]
    assert 4_000 < size < 4_500
    (lacking,) = fetch([bucket.row(1, size_mb=0.003, bytes=3_000)], to=folder).incomplete
    assert "the catalogue says 3,000" in lacking.reason
    assert fetch([bucket.row(1, size_mb=0.004, bytes=4_000)], to=folder).complete == (uid_of(1),)
    exact = bucket.row(2, bytes=bucket.rows[1]["bytes"] + 2, size_mb=(bucket.rows[1]["bytes"] + 2) / 1e6)
    (lacking,) = fetch([exact], to=folder).incomplete
    assert "bytes, and the catalogue says" in lacking.reason


def test_names_do_not_leave_the_folder(bucket: Bucket, folder: Path) -> None:
    content = dicom(uid_of(23), 1)
    put(bucket.port, "s23/../../../evil.dcm", content)
    (lacking,) = fetch([row_of(23, [content])], to=folder).incomplete
    assert lacking.reason == "the bucket lists a file whose name is none: '../../../evil.dcm'"
    put(bucket.port, "s24/deep/.evil.dcm", content)
    (lacking,) = fetch([row_of(24, [content])], to=folder).incomplete
    assert lacking.reason == "the bucket lists a file whose name is none: 'deep/.evil.dcm'"
    put(bucket.port, "s25/%2Ehidden%20name.dcm", content)
    (lacking,) = fetch([row_of(25, [content])], to=folder).incomplete
    assert "'.hidden name.dcm'" in lacking.reason
    assert bucket.gate.got() == []
    assert not list(folder.parent.rglob("*evil*"))


@pytest.mark.parametrize("uid", ["..", "../1.2", "/tmp/x", "1..2", "1.2\n", "", ".", "1.2/3", "1" * 65])
def test_an_identifier_that_names_no_folder_is_not_used(uid: str, bucket: Bucket, folder: Path) -> None:
    ended = fetch([bucket.row(1, SeriesInstanceUID=uid)], to=folder)
    assert [each.series_uid for each in ended.incomplete] == [uid]
    assert "is no identifier of a series" in ended.incomplete[0].reason
    assert bucket.gate.asked == [] and not folder.exists()


@pytest.mark.parametrize(
    "location",
    [
        "s3://idc-open-data/a b/",
        "s3://idc-open-data/x/\nrm s3://b/*",
        "s3://idc-open-data/*/",
        "s3://idc-open-data/../x/",
        "s3://idc-open-data/",
        "s3://idc-open-data/x",
        "gs://bucket/x/",
        "/etc/",
        "s3://UPPER/'x'/",
    ],
)
def test_a_location_that_could_be_read_as_a_command_is_not_used(location: str, bucket: Bucket, folder: Path) -> None:
    ended = fetch([bucket.row(1, location=location)], to=folder)
    assert "not in a public bucket but at" in ended.incomplete[0].reason
    assert bucket.gate.asked == []


def test_a_series_without_a_place_that_is_on_this_machine(bucket: Bucket, folder: Path, tmp_path: Path) -> None:
    from explorer.images.places import remember

    fetch(bucket.rows[:1], to=folder)
    remember(folder)
    rows = [bucket.row(1, location=None), bucket.row(2, location=None)]
    plan = plan_fetch(rows, to=tmp_path / "other")
    assert plan.local == {uid_of(1): folder}
    assert [(each.series_uid, each.reason) for each in plan.elsewhere] == [
        (uid_of(2), "the snapshot does not say where its files are")
    ]


def test_half_a_series_is_not_on_this_machine(bucket: Bucket, folder: Path, tmp_path: Path) -> None:
    bucket.gate.rules["/2-2.dcm"] = "deny"
    assert fetch(bucket.rows[:2], to=folder).complete == (uid_of(1),)
    rows = [bucket.row(1, location=None), bucket.row(2, location=None)]
    assert plan_fetch(rows, to=tmp_path / "other").local == {uid_of(1): folder}


def test_the_cache_and_named_folders_are_of_this_machine(
    bucket: Bucket, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(bucket.rows[:1])
    monkeypatch.setattr(locate, "folders", tuple)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", "~/mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "one").write_bytes(dicom(uid_of(2), 1))
    rows = [bucket.row(1, location=None), bucket.row(2, location=None)]
    assert plan_fetch(rows, to=folder).local == {uid_of(1): cache_folder(), uid_of(2): tmp_path / "mine"}


def test_a_folder_of_somebody_else_is_left_alone(bucket: Bucket, folder: Path, tmp_path: Path) -> None:
    (folder / uid_of(1)).mkdir(parents=True)
    (folder / uid_of(1) / "letter.txt").write_text("mine")
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / uid_of(2)).symlink_to(outside, target_is_directory=True)
    ended = fetch(bucket.rows[:3], to=folder)
    assert ended.complete == (uid_of(3),)
    assert all("is there already, and is not this series" in each.reason for each in ended.incomplete)
    assert (folder / uid_of(1) / "letter.txt").read_text() == "mine"
    assert list(outside.iterdir()) == []


def test_a_series_that_came_by_other_means_is_taken_as_it_is(bucket: Bucket, folder: Path) -> None:
    (folder / uid_of(1)).mkdir(parents=True)
    for number in range(1, IMAGES + 1):
        (folder / uid_of(1) / f"IM{number}").write_bytes(dicom(uid_of(1), number))
    assert fetch(bucket.rows[:1], to=folder).complete == (uid_of(1),)
    assert bucket.gate.asked == []


def test_a_series_that_was_damaged_later_is_completed(bucket: Bucket, folder: Path) -> None:
    fetch(bucket.rows[:2], to=folder)
    (folder / uid_of(1) / "1-1.dcm").unlink()
    changed = folder / uid_of(2) / "2-2.dcm"
    changed.write_bytes(bytes(changed.stat().st_size))
    bucket.gate.asked.clear()
    ended = fetch(bucket.rows[:2], to=folder)
    assert (ended.incomplete, ended.new_series) == ((), 2)
    assert sorted(bucket.gate.got()) == ["1-1.dcm", "2-2.dcm"]


def _put_own_files(place: Path) -> dict[str, bytes]:
    (place / "my-notes.txt").write_text("mine")
    (place / "lesion.nii.gz").write_bytes(b"a mask")
    (place / "drawn").mkdir()
    (place / "drawn" / "lesion.png").write_bytes(b"a picture")
    return _own_files(place)


def _own_files(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.rglob("*") if path.is_file() and path.suffix != ".dcm"}


def test_ones_own_files_beside_a_series_stay_and_do_not_count(
    bucket: Bucket, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(bucket.rows[:1], to=folder)
    place = folder / uid_of(1)
    own = _put_own_files(place)
    monkeypatch.setenv("COHORT_EXPLORER_S3_ENDPOINT", f"http://127.0.0.1:{_closed_port()}")
    assert fetch(bucket.rows[:1], to=folder).complete == (uid_of(1),)
    for path in place.glob("*.dcm"):
        os.utime(path)
    assert fetch(bucket.rows[:1], to=folder).complete == (uid_of(1),)
    assert _own_files(place) == own and len(own) == 3


@pytest.mark.parametrize("rule", [None, "deny"])
def test_ones_own_files_beside_a_damaged_series_stay(rule: str | None, bucket: Bucket, folder: Path) -> None:
    fetch(bucket.rows[:1], to=folder)
    place = folder / uid_of(1)
    own = _put_own_files(place)
    (place / "1-1.dcm").unlink()
    (place / "1-2.dcm").write_bytes(b"damaged")
    if rule is not None:
        bucket.gate.rules["/1-1.dcm"] = rule
        assert fetch(bucket.rows[:1], to=folder).complete == ()
        assert _own_files(place) == own and index_folder(folder).series == {}
        bucket.gate.rules.clear()
    bucket.gate.asked.clear()
    assert fetch(bucket.rows[:1], to=folder).complete == (uid_of(1),)
    assert set(bucket.gate.got()) <= {"1-1.dcm", "1-2.dcm"}
    assert _own_files(place) == own
    assert sorted(path.name for path in place.glob("*.dcm")) == names_of(1)
    assert not (folder / ".cohort-explorer" / "part" / uid_of(1)).exists()
    bucket.gate.asked.clear()
    assert fetch(bucket.rows[:1], to=folder).complete == (uid_of(1),) and bucket.gate.asked == []


def test_a_series_that_was_half_given_its_place_is_completed(bucket: Bucket, folder: Path) -> None:
    fetch(bucket.rows[:1], to=folder)
    place, part = folder / uid_of(1), folder / ".cohort-explorer" / "part" / uid_of(1)
    own = _put_own_files(place)
    part.mkdir()
    (place / "1-3.dcm").rename(part / "1-3.dcm")
    bucket.gate.asked.clear()
    assert fetch(bucket.rows[:1], to=folder).complete == (uid_of(1),)
    assert bucket.gate.got() == [] and not part.exists()
    assert sorted(path.name for path in place.glob("*.dcm")) == names_of(1) and _own_files(place) == own


def test_cancelled_and_gone_on_with(bucket: Bucket, folder: Path) -> None:
    stop = threading.Event()

    def close_after_some(path: str) -> None:
        if len(set(bucket.gate.got())) > 6:
            bucket.gate.opened.clear()
            stop.set()

    bucket.gate.before = close_after_some
    ended = fetch(bucket.rows, to=folder, cancel=stop)
    assert ended.stopped and len(ended.complete) < 6
    assert len(ended.complete) + len(ended.incomplete) == 6
    assert not list(folder.rglob("*.dcm[0-9]*"))
    assert not [each for each in psutil.Process().children(recursive=True) if "s5cmd" in each.name()]
    kept = {path.name for path in folder.rglob("*.dcm")}
    bucket.gate.before = None
    bucket.gate.opened.set()
    bucket.gate.asked.clear()
    assert fetch(bucket.rows, to=folder).incomplete == ()
    assert not kept & set(bucket.gate.got())
    assert len(set(bucket.gate.got())) == 6 * IMAGES - len(kept)


def test_a_killed_fetch_leaves_nothing_that_counts(bucket: Bucket, folder: Path) -> None:
    fetch(bucket.rows[:1], to=folder)
    part = folder / ".cohort-explorer" / "part" / uid_of(2)
    part.mkdir()
    (part / "2-1.dcm").write_bytes(dicom(uid_of(2), 1))
    (part / "2-2.dcm").write_bytes(dicom(uid_of(2), 2)[:300])
    (part / "2-3.dcm123456").write_bytes(b"half")
    bucket.gate.asked.clear()
    assert fetch(bucket.rows[:2], to=folder).incomplete == ()
    assert sorted(bucket.gate.got()) == ["2-2.dcm", "2-3.dcm", "2-4.dcm"]
    assert names_in(folder, 2) == names_of(2)


def test_two_fetches_at_once_share_the_work(bucket: Bucket, folder: Path) -> None:
    bucket.gate.opened.clear()
    ended: dict[str, int] = {}

    def run(name: str, rows: tuple[dict[str, object], ...]) -> None:
        ended[name] = len(fetch(rows, to=folder).complete)

    one = threading.Thread(target=run, args=("one", bucket.rows[:4]))
    one.start()
    _until(lambda: bool(bucket.gate.got()))
    two = threading.Thread(target=run, args=("two", bucket.rows[2:]))
    two.start()
    _until(lambda: any(name.startswith(("5", "6")) for name in bucket.gate.got()))
    bucket.gate.opened.set()
    one.join()
    two.join()
    assert ended == {"one": 4, "two": 4}
    assert sorted(bucket.gate.got()) == sorted(name for n in range(1, 7) for name in names_of(n))


def test_no_network_is_one_sentence_at_once(bucket: Bucket, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_S3_ENDPOINT", f"http://127.0.0.1:{_closed_port()}")
    with pytest.raises(ImageError, match=r"the image store 127\.0\.0\.1 cannot be reached \(Connection refused\)"):
        fetch(bucket.rows, to=folder)
    assert not folder.exists()


def test_a_network_that_goes_away(bucket: Bucket, folder: Path) -> None:
    def away(path: str) -> None:
        bucket.gate.rules[""] = "drop"

    bucket.gate.before = away
    with pytest.raises(ImageError, match=r"cannot be reached|stopped giving files"):
        fetch(bucket.rows, to=folder)
    bucket.gate.before = None
    bucket.gate.rules.clear()
    assert fetch(bucket.rows, to=folder).incomplete == ()


@pytest.mark.parametrize("value", ["nonsense", "ftp://host", "http://"])
def test_an_address_that_is_none(value: str, bucket: Bucket, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_S3_ENDPOINT", value)
    with pytest.raises(SurroundingsError, match=r"COHORT_EXPLORER_S3_ENDPOINT: .* is no address"):
        fetch(bucket.rows, to=folder)


def test_keys_and_proxies_of_a_person_do_not_matter(
    bucket: Bucket, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_REGION", "mars-north-1")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{_closed_port()}")
    assert len(fetch(bucket.rows[:1], to=folder).complete) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own, two megabytes large, is mounted by root only")
def test_a_full_disk(bucket: Bucket, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        fetch(bucket.rows[:2], to=disk)
        once, too_much = threading.Lock(), iter([bytes(4 * 2**20)])

        def fill(path: str) -> None:
            with once:  # All requests wait for it; one that comes late, when room was made, does not fill it again.
                for content in too_much:
                    with suppress(OSError), (disk / "other").open("wb") as file:
                        file.write(content)

        bucket.gate.before = fill
        with pytest.raises(ImageError, match=r"the disk of .* is full.*; make room, then: 2 of 6 series are complete"):
            fetch(bucket.rows, to=disk)
        bucket.gate.before = None
        (disk / "other").unlink()
        assert len(fetch(bucket.rows, to=disk).complete) == 6
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_folder_that_cannot_be_written(bucket: Bucket, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ImageError, match=r"cannot write into .*file/images"):
        fetch(bucket.rows[:1], to=tmp_path / "file" / "images")


def _closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _until(true: object) -> None:
    for _ in range(3000):
        if true():  # type: ignore[operator]
            return
        time.sleep(0.01)
    raise AssertionError("it never became so")
