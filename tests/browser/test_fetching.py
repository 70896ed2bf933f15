"""A series on its way from a bucket into the viewer, with a real store on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer.views.viewer import VIEWER_DIR
from tests.browser.test_viewer import running
from tests.browser.viewer_fixtures import SERIES, write_chest
from tests.images.fetch.bucket import BUCKET, Gate, gate_before, put, store

pytestmark = pytest.mark.skipif(not (VIEWER_DIR / "host.js").is_file(), reason="npm run build:viewer was not run")


@pytest.fixture(scope="module")
def slices(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_chest(tmp_path_factory.mktemp("chest"))


@pytest.fixture(scope="module")
def gate(slices: list[Path]) -> Iterator[Gate]:
    with store() as port, gate_before(port) as gate:
        for path in slices:
            put(port, f"chest/{path.name}", path.read_bytes())
        yield gate


@pytest.fixture
def address(gate: Gate, slices: list[Path], home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("COHORT_EXPLORER_S3_ENDPOINT", gate.address)
    gate.rules.clear()
    gate.opened.set()
    size = sum(path.stat().st_size for path in slices)
    row = {
        "source": "rows",
        "dataset": "d",
        "PatientID": "PHANTOM-1",
        "SeriesInstanceUID": SERIES,
        "instances": len(slices),
        "size_mb": size / 1e6,
        "bytes": size,
        "location": f"s3://{BUCKET}/chest/",
        "license": "CC BY 4.0",
        "source_doi": None,
    }
    with running(sys.executable, "-m", "tests.browser.fetch_fixtures", "PORT", json.dumps(row)) as served:
        yield served


def shown(page: Page) -> None:
    """Wait until the viewer shows something."""
    expect(page.locator(".cx-img[data-shown]")).to_be_visible(timeout=60_000)


def test_a_series_is_fetched_and_shown(
    page: Page, address: str, gate: Gate, home: Path, screenshot: Callable[[str], Path]
) -> None:
    page.goto(address)
    page.get_by_role("option").click()
    button = page.get_by_role("button", name="Fetch")
    expect(button).to_be_visible(timeout=30_000)
    for fact in ("CT · Chest phantom", "40", "CC BY 4.0", "Free space"):
        expect(page.get_by_text(fact, exact=True).first).to_be_visible()
    screenshot("fetch-offer")
    gate.opened.clear()
    button.click()
    expect(page.get_by_role("progressbar", name="Fetching this series…")).to_be_visible(timeout=30_000)
    screenshot("fetch-under-way")
    page.get_by_role("button", name="Cancel").click()
    gate.opened.set()
    expect(page.get_by_text("Stopped. What is here already is not fetched again.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Fetch the rest").click()
    shown(page)
    expect(page.get_by_text("on this computer", exact=True)).to_be_visible(timeout=30_000)
    assert len(list((home / "images" / "cache" / SERIES).glob("*.dcm"))) == 40


def test_what_goes_wrong_is_a_sentence_and_may_be_tried_again(page: Page, address: str, gate: Gate) -> None:
    gate.rules["00000.dcm"] = "deny"
    page.goto(address)
    page.get_by_role("option").click()
    page.get_by_role("button", name="Fetch").click(timeout=30_000)
    expect(page.get_by_text("Not complete:")).to_be_visible(timeout=60_000)
    gate.rules.clear()
    page.get_by_role("button", name="Fetch").click()
    shown(page)


def test_a_sample_is_fetched_as_far_as_there_is_something(
    page: Page, address: str, screenshot: Callable[[str], Path]
) -> None:
    page.goto(f"{address}/sample")
    expect(page.get_by_text("2 of 2 series")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("No images on this computer yet.")).to_be_visible()
    expect(page.get_by_text("2 of this sample")).to_be_visible(timeout=30_000)
    expect(page.locator(".cx-sheet-tile.here")).to_have_count(0)
    page.get_by_role("button", name="Fetch").click()
    expect(page.locator(".cx-sheet-tile.here.seen")).to_have_count(1, timeout=60_000)
    expect(page.get_by_text("Not complete:")).to_be_visible()
    expect(page.get_by_role("button", name="Fetch the rest")).to_be_visible()
    screenshot("fetch-sample")
    page.get_by_label("Only series on this computer").click()
    expect(page.locator(".cx-sheet-tile")).to_have_count(2)
    expect(page.get_by_text("not on this computer", exact=True)).to_be_visible()
    page.locator(".cx-sheet-tile.here").click()
    shown(page)
