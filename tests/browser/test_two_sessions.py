"""Two people on one server click at once, at random: neither ever gets anything of the other's."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocket

from explorer import CohortDefinition, Snapshot
from tests.browser.app_fixtures import agrees, opened, settled, watched

CLICKS = 200
ID = re.compile(r'(?<!"bundle":")(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])')
"""Ids of definitions and snapshots; Panel names the code of its components alike."""

FACETS = (("Modality", "sex"), ("BodyPartExamined", "dataset"))
"""What each of the two clicks on; so every definition tells whose it is."""


class Person:
    """One browser with the app in it, and all that the server ever sent it."""

    def __init__(self, browser: Browser, address: str, facets: tuple[str, ...]) -> None:
        self.facets = facets
        self.received: list[str] = []
        self.context = browser.new_context(viewport={"width": 1440, "height": 900})
        self.page: Page = self.context.new_page()
        self.page.on("websocket", self._listen)
        opened(self.page, address)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.received.append(_text(frame)))

    def click(self, chance: random.Random) -> None:
        """Click on some value, undo, redo, or a level, as somebody who does not wait for answers."""
        what = chance.random()
        if what < 0.1:
            self.page.keyboard.press("Control+z" if what < 0.06 else "Control+Shift+z")
            return
        rows = self.page.locator(f'.facet[data-facet="{chance.choice(self.facets)}"] .fr[data-key]')
        # Not moved into view first: a list that changes under the pointer is no reason to wait.
        rows.nth(chance.randrange(min(5, rows.count()))).dispatch_event("click")
        if what > 0.95:
            self.page.wait_for_timeout(100)

    def definitions(self) -> dict[str, CohortDefinition]:
        """All definitions that came, by their ids."""
        rules = [CohortDefinition.from_dict(rule) for text in self.received for rule in _definitions(text)]
        return {rule.id: rule for rule in rules}

    def ids(self) -> set[str]:
        """Everything that came and looks like the id of a definition or a snapshot."""
        return {found for text in self.received for found in ID.findall(text)}


def _text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")


def _definitions(text: str) -> Iterator[dict[str, Any]]:
    """Every object in a message that is a definition."""
    try:
        parts = [json.loads(text)]
    except ValueError:
        return
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            plain = _plain(part)
            if isinstance(plain, dict) and {"version", "include", "exclude"} <= plain.keys():
                yield plain
            else:
                parts += part.values()
        elif isinstance(part, list):
            parts += part


def _plain(value: Any) -> Any:
    """Bokeh writes a mapping as its entries."""
    if isinstance(value, dict) and value.get("type") == "map":
        return {key: _plain(each) for key, each in value.get("entries", [])}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return {key: _plain(each) for key, each in value.items()} if isinstance(value, dict) else value


@pytest.fixture
def people(browser: Browser, address: str) -> Iterator[list[Person]]:
    made = [Person(browser, address, facets) for facets in FACETS]
    yield made
    for each in made:
        each.context.close()


def test_two_hundred_clicks(people: list[Person], default_snapshot: Snapshot) -> None:
    chance = random.Random(7)
    first, second = people
    with watched(first.page), watched(second.page):
        for _ in range(CLICKS):
            chance.choice(people).click(chance)
        for each in people:
            settled(each.page)
            # What stands there in the end is what a fresh count says.
            agrees(each.page, default_snapshot)
    everybody = CohortDefinition().id
    for each in people:
        rules = each.definitions()
        assert len(rules) > CLICKS / 10, "clicks did not arrive"
        named = {
            one.facet for rule in rules.values() for group in (*rule.include, *rule.exclude) for one in group.where
        }
        assert named <= set(each.facets)
        assert each.ids() <= rules.keys() | {default_snapshot.id, everybody}
    assert first.definitions().keys() & second.definitions().keys() <= {everybody}
