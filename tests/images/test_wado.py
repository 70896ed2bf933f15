"""Series fetched by WADO-RS: from a real Orthanc, and from archives that break off, lie or send too much."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from explorer.errors import ImageError, UserError
from explorer.images import index_folder
from explorer.images.fetch import FetchFolder
from explorer.images.fetch.claims import claimed
from explorer.images.fetch.wado import FetchedSeries, fetch_series_wado
from explorer.sources.dicom.walk import WORK_FOLDER, walk
from explorer.sources.dicomweb import Credentials, Patience
from tests.sources.dicomweb.orthanc import Orthanc, running_or_skipped
from tests.sources.dicomweb.served import Asked, Reply, element, rows, served
from tests.sources.dicomweb.studies import as_file, image, uid

STUDY, SERIES = uid(1, 1), uid(1, 1, 1)
COUNT = 12
QUICK = Patience(silence=10, whole=20, tries=2, pause=0.0)


def files(count: int = COUNT) -> dict[str, bytes]:
    return {uid(1, 1, 1, number): as_file(image(1, 1, 1, number)) for number in range(1, count + 1)}


def content(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def orthanc() -> Iterator[Orthanc]:
    with running_or_skipped() as running:
        for file in files().values():
            running.upload(file)
        running.upload(as_file(image(1, 1, 2)))
        yield running


def part_of(folder: Path) -> Path:
    return folder / WORK_FOLDER / "part" / SERIES


def fetched(url: str, folder: Path, **options: object) -> FetchedSeries:
    return fetch_series_wado(url, STUDY, SERIES, folder, patience=QUICK, **options)  # type: ignore[arg-type]


def test_a_series_of_a_real_archive(orthanc: Orthanc, tmp_path: Path) -> None:
    shares: list[float] = []
    found = fetched(orthanc.root, tmp_path, progress=lambda done, _: shares.append(done))
    sent = files()
    assert content(found.folder) == sent
    assert (found.folder, found.instances) == (tmp_path / SERIES, COUNT)
    assert found.bytes == sum(map(len, sent.values()))
    assert shares == [number / COUNT for number in range(COUNT + 1)]
    assert {path.name for path in tmp_path.iterdir()} == {SERIES, WORK_FOLDER}
    assert not list(part_of(tmp_path).parent.iterdir())


def test_what_is_there_is_not_fetched_again(orthanc: Orthanc, tmp_path: Path) -> None:
    found = fetched(orthanc.root, tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in found.folder.iterdir()}
    (found.folder / f"{uid(1, 1, 1, 5)}.dcm").unlink()
    (found.folder / f"{uid(1, 1, 1, 99)}.dcm").write_bytes(b"of an earlier day")
    again = fetched(orthanc.root, tmp_path)
    assert content(again.folder) == files()
    after = {path.name: path.stat().st_mtime_ns for path in again.folder.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {f"{uid(1, 1, 1, 5)}.dcm"}
    assert fetched(orthanc.root, tmp_path) == again


def test_an_archive_without_the_series(orthanc: Orthanc, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"lists no image of series 1\.2\.3"):
        fetch_series_wado(orthanc.root, STUDY, "1.2.3", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", ["", "..", "1.2/../3", "1.2.", "1..2", "1.2\n", "a", "1" * 65])
def test_what_is_no_uid_names_no_folder(tmp_path: Path, wrong: str) -> None:
    for pair in ((wrong, "1.2"), ("1.2", wrong)):
        with pytest.raises(UserError, match="is no UID"):
            fetch_series_wado("http://127.0.0.1:1", *pair, tmp_path)


def test_a_folder_with_other_files_is_left_alone(orthanc: Orthanc, tmp_path: Path) -> None:
    (tmp_path / SERIES).mkdir()
    (tmp_path / SERIES / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match=r"holds something else.*letter\.txt"):
        fetched(orthanc.root, tmp_path)
    assert content(tmp_path / SERIES) == {"letter": b"mine"}


def multipart(*contents: bytes, end: bytes = b"--\r\n") -> bytes:
    return (
        b"".join(b"\r\n--b\r\nContent-Type: application/dicom\r\n\r\n" + each for each in contents) + b"\r\n--b" + end
    )


TYPE = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=b'}


def archive(
    whole: Callable[[Asked], Reply], one: Callable[[str], Reply] | None = None, listed: tuple[str, ...] | None = None
) -> Callable[[Asked], Reply]:
    """An archive that lists the series, gives it as `whole` says, and single images as `one` says."""
    known = files()

    def answers(asked: Asked) -> Reply:
        last = asked.path.rpartition("/")[2]
        if last == "instances":
            found = [{"00080018": element(each)} for each in listed or known]
            start = asked.number("offset", 0)
            return rows(*found[start : start + asked.number("limit", 100)])
        if last == SERIES:
            return whole(asked)
        return one(last) if one else Reply(multipart(known[last]), headers=TYPE)

    return answers


def broken(asked: Asked) -> Reply:
    """A series that breaks off in the middle of its sixth image; the archive does not say how long it is."""
    sent = multipart(*files().values())
    return Reply([sent[: len(sent) * 11 // 24]], headers=TYPE)


def test_what_breaks_off_goes_on_image_by_image(tmp_path: Path) -> None:
    with served(archive(broken)) as server:
        found = fetched(server.url, tmp_path)
    assert content(found.folder) == files()
    single = [asked.path for asked in server.asked if "/instances/" in asked.path]
    assert len(single) == COUNT - 5


def test_what_does_not_come_is_said_and_the_rest_kept(tmp_path: Path) -> None:
    with (
        served(archive(broken, lambda _: Reply([multipart(b"")[:5]], headers=TYPE))) as server,
        pytest.raises(ImageError, match="breaks off"),
    ):
        fetched(server.url, tmp_path)
    assert not (tmp_path / SERIES).exists()
    with served(archive(broken)) as server:
        fetched(server.url, tmp_path)
    assert content(tmp_path / SERIES) == files()
    assert len([asked for asked in server.asked if "/instances/" in asked.path]) == COUNT - 5
    assert not [asked for asked in server.asked if asked.path.endswith(SERIES)]


def test_images_that_are_listed_and_not_given(tmp_path: Path) -> None:
    some = list(files().values())[:-1]
    with (
        served(archive(lambda _: Reply(multipart(*some), headers=TYPE), lambda _: Reply(b"", 404))) as server,
        pytest.raises(ImageError, match=rf"lists 12 images .* and gives 11; .* missing is {uid(1, 1, 1, 12)}\."),
    ):
        fetched(server.url, tmp_path)


def test_a_single_image_may_come_without_parts(tmp_path: Path) -> None:
    name, file = next(iter(files().items()))
    reply = Reply(file, headers={"Content-Type": "application/dicom"})
    with served(archive(lambda _: reply, listed=(name,))) as server:
        assert content(fetched(server.url, tmp_path).folder) == {name: file}


def test_an_archive_that_wants_to_be_asked_otherwise(tmp_path: Path) -> None:
    def whole(asked: Asked) -> Reply:
        if "transfer-syntax" in asked.headers["Accept"]:
            return Reply(b"", 406)
        return Reply(multipart(*files().values()), headers=TYPE)

    with served(archive(whole)) as server:
        assert fetched(server.url, tmp_path).instances == COUNT


def other(**values: object) -> bytes:
    made: Dataset = image(1, 1, 1, 1, **values)
    return as_file(made)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"<html>", headers={"Content-Type": "text/html"}), "text/html instead of DICOM files"),
        (Reply(b"x", headers={"Content-Type": "multipart/related"}), "instead of DICOM files"),
        (Reply(multipart(b"no DICOM"), headers=TYPE), "cannot be read as DICOM"),
        (Reply(multipart(b""), headers=TYPE), "cannot be read as DICOM"),
        (Reply(multipart(other(SeriesInstanceUID="1.2.3")), headers=TYPE), "an image of another series, \"1.2.3\""),
        (Reply(multipart(other(StudyInstanceUID="1.2.3")), headers=TYPE), "an image of another series"),
        (Reply(multipart(*(as_file(image(1, 1, 1, n)) for n in range(100, 250))), headers=TYPE), "far more images"),
        (Reply(multipart(other(PixelData=bytes(2_000_000))), headers=TYPE), r"more than 0\.0 GB"),
        (Reply(b"--b\r\n" + b"a" * 100_000, headers=TYPE), "no HTTP"),
        (Reply(b"", 403), "closed to whoever asks"),
    ],
)  # fmt: skip
def test_what_is_not_the_series_is_refused(tmp_path: Path, reply: Reply, said: str) -> None:
    with served(archive(lambda _: reply, lambda _: reply)) as server, pytest.raises(ImageError, match=said):
        fetched(server.url, tmp_path, limit=1_000_000)
    assert not (tmp_path / SERIES).exists()


def test_a_uid_that_is_a_path_names_no_file(tmp_path: Path) -> None:
    made = as_file(image(1, 1, 1, 1))
    name = uid(1, 1, 1, 1).encode()
    evil = made.replace(name, b"../../" + name[6:])
    reply = Reply(multipart(evil), headers=TYPE)
    with served(archive(lambda _: reply)) as server, pytest.raises(ImageError, match=r"another series|cannot be read"):
        fetched(server.url, tmp_path / "a" / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == [WORK_FOLDER]
    assert [path.name for path in part_of(tmp_path / "a" / "b").parent.iterdir()] == [SERIES]


def test_cancelling_keeps_what_came(tmp_path: Path) -> None:
    cancel = threading.Event()
    sent = multipart(*files().values())

    def slowly() -> Iterator[bytes]:
        yield sent[: len(sent) // 2]
        cancel.wait(30)

    def stop(done: float, _: str) -> None:
        if done >= 3 / COUNT:
            cancel.set()

    with (
        served(archive(lambda _: Reply(slowly(), headers=TYPE))) as server,
        pytest.raises(ImageError, match="Cancelled; what was fetched so far stays"),
    ):
        fetched(server.url, tmp_path, cancel=cancel, progress=stop)
    kept = [path.stem for path in part_of(tmp_path).glob("*.dcm")]
    assert 3 <= len(kept) < COUNT
    assert index_folder(tmp_path).series == {} and not list(walk(tmp_path))
    with served(archive(broken)) as server:
        fetched(server.url, tmp_path, credentials=Credentials("anna", "secret"))
    assert len([asked for asked in server.asked if "/instances/" in asked.path]) == COUNT - len(kept)


def test_two_fetches_of_a_series_do_not_write_at_once(tmp_path: Path) -> None:
    go_on, waits = threading.Event(), threading.Event()
    sent = multipart(*files().values())
    ended: list[FetchedSeries] = []

    def slowly() -> Iterator[bytes]:
        yield sent[: len(sent) // 2]
        go_on.wait(30)
        yield sent[len(sent) // 2 :]

    def noticed(done: float, what: str) -> None:
        if what.startswith("waiting for another fetch"):
            waits.set()
            go_on.set()

    with served(archive(lambda _: Reply(slowly(), headers=TYPE))) as server:
        one = threading.Thread(target=lambda: ended.append(fetched(server.url, tmp_path)))
        one.start()
        while not list(part_of(tmp_path).glob("*.dcm")):
            one.join(0.01)
        ended.append(fetched(server.url, tmp_path, progress=noticed))
        one.join()
    assert waits.is_set() and len(ended) == 2 and ended[0] == ended[1]
    assert content(tmp_path / SERIES) == files()
    assert len([asked for asked in server.asked if asked.path.endswith(SERIES)]) == 1


def test_waiting_for_another_fetch_can_be_cancelled(tmp_path: Path) -> None:
    cancel, folder = threading.Event(), FetchFolder(tmp_path)
    folder.make()
    with (
        served(archive(broken)) as server,
        claimed(folder, {SERIES: 0}),
        pytest.raises(ImageError, match="Cancelled; what was fetched so far stays"),
    ):
        fetched(server.url, tmp_path, cancel=cancel, progress=lambda _, what: "waiting" in what and cancel.set())
    assert not part_of(tmp_path).exists() and not (tmp_path / SERIES).exists()


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """The process may write files of 1 KB only, which is what a full disk looks like to it."""
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from explorer.images.fetch.wado import fetch_series_wado\n"
        "from explorer.errors import ImageError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))\n"
        "try:\n    fetch_series_wado(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))\n"
        "except ImageError as error:\n    print(error)\n"
    )
    assert hasattr(resource, "RLIMIT_FSIZE")
    whole = Reply(multipart(*files().values()), headers=TYPE)
    with served(archive(lambda _: whole)) as server:
        ended = subprocess.run(
            [sys.executable, "-c", script, server.url, STUDY, SERIES, str(tmp_path)],
            capture_output=True, text=True, timeout=60, check=True, env=os.environ,
        )  # fmt: skip
    assert ended.stdout.startswith("The disk is full, or the quota used up")
    assert not (tmp_path / SERIES).exists()


def test_damaged_series_are_whole_or_a_sentence(tmp_path: Path) -> None:
    """200 archives whose answer was changed in a few bytes: what is there is the series, or an error says why not."""
    sent = files(3)
    chance = random.Random(11)
    fetches = 0

    def damaged(content: bytes) -> Reply:
        body = bytearray(multipart(content) if content in sent.values() else content)
        for _ in range(chance.choice((0, 1, 3))):
            body[chance.choice((chance.randrange(len(body)), chance.randrange(60)))] = chance.randrange(256)
        return Reply(bytes(body), headers=TYPE)

    answers = archive(
        lambda _: damaged(multipart(*sent.values())), lambda name: damaged(sent[name]), listed=tuple(sent)
    )
    with served(answers) as server:
        for number in range(200):
            try:
                found = fetched(server.url, tmp_path / f"{number}")
            except ImageError as error:
                assert "\n" not in str(error)
                assert not (tmp_path / f"{number}" / SERIES).exists()
            else:
                fetches += 1
                assert content(found.folder).keys() == sent.keys()
    assert 20 < fetches < 200
