"""What a click brings to the browser: one small message with all numbers, those of the newest definition."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, WebSocket, expect

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality, sex
from tests.browser.app_fixtures import agrees, choose, definition, opened, row, settled, written

SMALL = 30_000
"""Bytes; the rows of all filters are some hundred kilobytes as they stand on screen."""


def attributes(frame: str | bytes) -> set[str]:
    """What a frame changes in the facet list and the parts."""
    text = frame if isinstance(frame, str) else ""
    if not text.startswith('{"events"'):
        return set()
    events: list[dict[str, Any]] = json.loads(text)["events"]
    return {event["attr"] for event in events if event["kind"] == "ModelChanged"}


def test_a_click_brings_its_numbers_in_one_message(page: Page, address: str, default_snapshot: Snapshot) -> None:
    frames: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(frame))

    page.on("websocket", listen)
    opened(page, address)
    for facet, value in (("Modality", "CT"), ("sex", "F"), ("Modality", "MR")):
        page.wait_for_timeout(500)
        frames.clear()
        choose(page, (facet, value))
        told = [frame for frame in frames if "now" in attributes(frame)]
        assert len(told) == 1
        # The totals of the head come with them.
        assert {"levels", "pending", "data"} <= attributes(told[0])
        assert len(told[0]) < SMALL
        assert not {"facets", "all"} & set().union(*map(attributes, frames))
    rule = agrees(page, default_snapshot)
    expect(page.locator(".cx")).to_have_attribute("data-counted", rule.id)
    expect(page.locator(".totals")).to_have_attribute("data-counted", rule.id)


def test_of_hurried_clicks_the_last_one_is_answered(app: Page, default_snapshot: Snapshot) -> None:
    for facet, value in (("Modality", "CT"), ("sex", "F"), ("sex", "M"), ("sex", "F")):
        row(app, facet, value).click()
    settled(app)
    rule = definition(app)
    assert rule == CohortDefinition().including(Modality.is_in("CT"), sex.is_in("M"))
    expect(app.locator(".cx")).to_have_attribute("data-counted", rule.id)
    cohort = Cohort(rule, default_snapshot)
    wanted = written(cohort.totals())
    cohort.close()
    expect(app.locator('.tot[data-total="Patients"] .v')).to_have_text(wanted["Patients"])
