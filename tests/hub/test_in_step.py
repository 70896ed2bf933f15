"""Alice's app and her side panel, in a browser, through the hub."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import browser_context_args, browser_type_launch_args, offline, screenshot
from tests.browser.lab_fixtures import OPEN_MS, choose, launched, restored
from tests.browser.panel_fixtures import answered, panel_of, row
from tests.hub.hub import Hub
from tests.hub.visitor import Visitor

__all__ = ["browser_context_args", "browser_type_launch_args", "offline", "screenshot"]

MR = "Patients with MR."
WITHIN_MS = 5_000
"""Measured: 0.5 s; with another worker on the same two cores it takes longer."""


@pytest.fixture
def lab(page: Page, hub: Hub, alice: Visitor) -> Page:
    """Alice's JupyterLab, where she has logged in and chosen nothing yet."""
    alice.choose({"version": 1})
    page.set_default_timeout(20_000)
    page.goto(f"{hub.address}/hub/login")
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill(hub.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/user/alice/lab*", timeout=OPEN_MS)
    return restored(page)


def test_app_and_side_panel_are_in_step(lab: Page, hub: Hub, alice: Visitor, screenshot: Callable[[str], Path]) -> None:
    heard = alice.socket("alice", "explorer/api/events")
    app = launched(lab)
    panel = panel_of(lab)
    choose(app, ("Modality", "MR"))
    expect(panel.locator(".sentence")).to_have_text(MR, timeout=WITHIN_MS)
    row(answered(panel), "Modality", "MR").click()
    expect(app.locator(".sentence")).to_have_text("All patients.", timeout=WITHIN_MS)
    choose(app, ("Modality", "MR"))
    expect(panel.locator(".sentence")).to_have_text(MR, timeout=WITHIN_MS)
    screenshot("hub-in-step")
    revisions = []
    while len(revisions) < 3:
        told = json.loads(heard.recv())
        if told["kind"] == "workspace":
            revisions.append(told["revision"])
    assert revisions == sorted(revisions)
    heard.close()


def test_bob_sees_none_of_it_in_a_browser(lab: Page, hub: Hub, bob: Visitor) -> None:
    """The addresses that Alice's page asks for, asked for by Bob."""
    page = lab.context.browser.new_page()  # type: ignore[union-attr]
    page.goto(f"{hub.address}/hub/login")
    page.get_by_label("Username").fill("bob")
    page.get_by_label("Password").fill(hub.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/user/bob/lab*", timeout=OPEN_MS)
    for path in ("explorer/app/", "explorer/api/workspaces/default", "lab"):
        answer = page.goto(f"{hub.address}/user/alice/{path}")
        assert answer
        assert answer.status == 403
    answer = page.goto(f"{hub.address}/user/bob/explorer/api/workspaces/default")
    assert answer
    assert answer.status == 200
    page.close()
