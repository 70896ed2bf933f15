"""One person's page of the app, as far as Bokeh's protocol goes: what a browser would send, without a browser."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from explorer import Cohort, CohortDefinition, Snapshot

CLICKS = {
    "Modality": ("CT", "MR", "PT", "MG", "CR"),
    "BodyPartExamined": ("CHEST", "BREAST", "ABDOMEN", "HEAD", None),
    "sex": ("F", "M", None),
    "vendor": ("Siemens", "GE", "Philips"),
    "license": ("CC BY 4.0", "CC BY 3.0", "CC BY-NC 4.0"),
    "object_kind": ("image", "segmentation"),
}
MOST_CHOSEN = 3
OPENING_S = 10
"""Everybody opens the page within so many seconds."""
PAUSE_S = (1.0, 2.0)
LATE_S = 30


@dataclass
class Figures:
    """What was seen of all people: seconds to open, milliseconds of each click, what went wrong, bytes."""

    opened_s: list[float] = field(default_factory=list)
    answered_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    page_bytes: int = 0
    received: int = 0
    counting_ms: list[float] = field(default_factory=list)
    memory_mb: dict[str, int] = field(default_factory=dict)


class Visitor:
    """One person's page, as far as the protocol goes.

    Attributes
    ----------
    traits
        What Python has said to the facet list, and the head as JSON under ``head``.
    """

    def __init__(self, address: str, figures: Figures, seed: int) -> None:
        self._address, self._figures = address, figures
        self._chance = random.Random(seed)
        self._sent = 0
        self._socket: WebSocketClientConnection | None = None
        self._list, self._list_data, self._head_data = "", "", ""
        self.traits: dict[str, Any] = {}

    async def visit(self, begin: float, until: float) -> None:
        """Open the page at a time of one's own, and click until it is over."""
        await asyncio.sleep(max(0, begin + self._chance.uniform(0, OPENING_S) - time.monotonic()))
        start = time.perf_counter()
        try:
            await asyncio.wait_for(self._open(), 3 * LATE_S)
            self._figures.opened_s.append(time.perf_counter() - start)
            while time.monotonic() < until:
                await asyncio.sleep(self._chance.uniform(*PAUSE_S))
                await asyncio.wait_for(self._click(), LATE_S)
        except TimeoutError:
            self._figures.errors.append(f"no answer to click {self._sent}")
        except (OSError, ValueError, KeyError) as error:
            self._figures.errors.append(f"{type(error).__name__} at click {self._sent}: {error}")

    def leave(self) -> None:
        """Close the page."""
        if self._socket is not None:
            self._socket.close()

    async def _open(self) -> None:
        page = await AsyncHTTPClient().fetch(self._address, request_timeout=3 * LATE_S)
        self._figures.page_bytes = len(page.body)
        found = re.search(rb'"token":"([^"]+)"', page.body)
        if found is None:
            raise ValueError("the page has no session")
        origin = self._address.partition("/?")[0]
        asked = HTTPRequest(f"{origin.replace('http', 'ws', 1)}/ws", headers={"Origin": origin})
        self._socket = await websocket_connect(asked, subprotocols=["bokeh", found[1].decode()])
        await self._heard("ACK")
        self._say("PULL-DOC-REQ", {})
        document = (await self._heard("PULL-DOC-REPLY"))["doc"]
        self._find(document)
        self._event("document_ready", [])
        await self._numbers()

    def _find(self, document: Any) -> None:
        """Find the facet list and the head in the page's document."""
        for model in _models(document):
            attributes = model.get("attributes", {})
            data = attributes.get("data")
            if not isinstance(data, dict) or "attributes" not in data:
                continue
            if "definition_id" in data["attributes"]:
                self._list, self._list_data = model["id"], data["id"]
                self.traits |= data["attributes"]
            elif data["attributes"].get("part") == "head":
                self._head_data = data["id"]

    async def _click(self) -> None:
        definition = CohortDefinition.from_json(json.dumps(_plain(self.traits["definition"])))
        chosen = [(c.facet, v) for group in definition.include for c in group.where for v in c.is_in or ()]
        request: dict[str, Any]
        if chosen and self._chance.random() < 0.15:
            request = {"kind": "undo"}
        elif chosen and (len(chosen) >= MOST_CHOSEN or self._chance.random() < 0.2):
            facet, value = self._chance.choice(chosen)
            request = {"kind": "toggle", "facet": facet, "value": value, "on": False, "exclude": False}
        else:
            facet = self._chance.choice(list(CLICKS))
            value = self._chance.choice(CLICKS[facet])
            on = (facet, value) not in chosen
            request = {"kind": "toggle", "facet": facet, "value": value, "on": on, "exclude": False}
        self._sent += 1
        start = time.perf_counter()
        envelope = {"client": "w", "n": self._sent, "revision": self.traits.get("revision", 0)}
        self._event("data_event", [["model", {"id": self._list}], ["data", _as_map({**request, **envelope})]])
        await self._numbers()
        self._figures.answered_ms.append(1000 * (time.perf_counter() - start))
        self._figures.counting_ms.append(dict(self.traits["took"]["entries"])["counting"])

    async def _numbers(self) -> None:
        """Hear messages until the numbers of the definition on the page have come."""
        while True:
            for event in (await self._heard("PATCH-DOC"))["events"]:
                if event["kind"] == "ModelChanged":
                    self._take(event["model"]["id"], event["attr"], event["new"])
            if self.traits.get("problem") or self.traits.get("head", {}).get("problem"):
                raise ValueError(self.traits.get("problem") or self.traits["head"]["problem"])
            answered = self.traits.get("seen", "") in ("", f"w:{self._sent}")
            if not self.traits.get("pending") and answered and self.counted:
                if self.counted != self.traits["definition_id"]:
                    raise ValueError("the numbers are of another definition")
                return

    def _take(self, model: str, name: str, value: Any) -> None:
        if model == self._list_data:
            self.traits[name] = value
        elif model == self._head_data and name == "data":
            self.traits["head"] = json.loads(value)

    @property
    def counted(self) -> str:
        """Id of the definition that the numbers are of."""
        return str(json.loads(self.traits.get("now") or "{}").get("id", ""))

    def misled(self, snapshot: Snapshot) -> str:
        """Say what is wrong with the totals on the page; empty where nothing is."""
        definition = CohortDefinition.from_json(json.dumps(_plain(self.traits["definition"])))
        cohort = Cohort(definition, snapshot)
        right = f"{cohort.totals().patients:,}"
        cohort.close()
        shown = {total["label"]: total["value"] for total in self.traits["head"]["totals"]}["Patients"]
        return "" if shown == right else f"{shown} patients are shown, {right} are right: {definition.describe()}"

    def _event(self, name: str, values: list[Any]) -> None:
        event = {"type": "event", "name": name, "values": {"type": "map", "entries": values}}
        change = {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}
        self._say("PATCH-DOC", {"events": [change]})

    def _say(self, kind: str, content: Mapping[str, Any]) -> None:
        assert self._socket is not None
        header = {"msgid": uuid.uuid4().hex.upper(), "msgtype": kind}
        for part in (header, {}, content):
            self._socket.write_message(json.dumps(part))

    async def _heard(self, wanted: str) -> Any:
        """The content of the next message of a kind; others are passed over."""
        while True:
            header = json.loads(await self._frame())
            await self._frame()
            content = await self._frame()
            for _ in range(2 * header.get("num_buffers", 0)):
                await self._frame()
            if header["msgtype"] == "ERROR":
                raise ValueError(json.loads(content)["text"])
            if header["msgtype"] == wanted:
                return json.loads(content)

    async def _frame(self) -> str | bytes:
        assert self._socket is not None
        frame = await self._socket.read_message()
        if frame is None:
            raise ConnectionError("the server closed the connection")
        self._figures.received += len(frame)
        return frame


def _models(content: Any) -> Iterator[dict[str, Any]]:
    """Every model in a document, wherever it stands."""
    if isinstance(content, dict):
        if content.get("type") == "object":
            yield content
        for inside in content.values():
            yield from _models(inside)
    elif isinstance(content, list):
        for inside in content:
            yield from _models(inside)


def _as_map(content: Any) -> Any:
    """A dict as Bokeh writes it."""
    return {"type": "map", "entries": [[key, value] for key, value in content.items()]}


def _plain(content: Any) -> Any:
    """What Bokeh has written, as a dict."""
    if isinstance(content, dict) and content.get("type") == "map":
        return {key: _plain(value) for key, value in content.get("entries", [])}
    return [_plain(each) for each in content] if isinstance(content, list) else content
