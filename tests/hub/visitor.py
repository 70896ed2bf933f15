"""A person at a browser without a screen: their cookies, their token, and what they ask the hub for."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

import requests
import websocket

from tests.hub.hub import Hub

START_S = 90


class Visitor:
    """Somebody who asks the hub for things.

    Parameters
    ----------
    hub
        Where they are.
    name
        Who they log in as; empty for somebody who does not.
    """

    def __init__(self, hub: Hub, name: str = "") -> None:
        self.hub, self.name = hub, name
        self.web = requests.Session()
        if name:
            self._log_in()

    def _log_in(self) -> None:
        form = self.web.get(f"{self.hub.address}/hub/login", timeout=30)
        field = re.search(r'name="_xsrf" value="([^"]+)"', form.text)
        assert field
        answer = self.web.post(
            f"{self.hub.address}/hub/login",
            {"username": self.name, "password": self.hub.password, "_xsrf": field[1]},
            timeout=START_S,
        )
        assert answer.ok, answer.text

    def at(self, name: str, path: str) -> str:
        """The address of something on the server of `name`."""
        return f"{self.hub.address}/user/{name}/{path}"

    def arrive(self) -> None:
        """Come back when the visitor's own JupyterLab answers; starts their server."""
        late = time.monotonic() + START_S
        while time.monotonic() < late:
            answer = self.web.get(self.at(self.name, "lab"), timeout=30)
            if answer.ok and "jupyter-config-data" in answer.text:
                return
            time.sleep(0.2)
        raise AssertionError(f"the JupyterLab of {self.name} did not open")

    def ask(self, method: str, name: str, path: str, **more: Any) -> requests.Response:
        """What the server of `name` answers, redirects not followed; sent as JupyterLab sends it."""
        base = urlsplit(self.at(name, "")).path
        token = self.xsrf(base) or self.xsrf(urlsplit(self.at(self.name, "")).path)
        headers = {"X-XSRFToken": token, "Origin": self.hub.address.rpartition("/")[0]} | more.pop("headers", {})
        return self.web.request(method, self.at(name, path), headers=headers, allow_redirects=False, timeout=60, **more)

    def choose(self, definition: dict[str, Any]) -> None:
        """Make this the visitor's current definition."""
        content = {"definition": definition, "base": ""}
        answer = self.ask("PUT", self.name, "explorer/api/workspaces/default", json=content)
        assert answer.ok, answer.text

    def wait_for_app(self) -> None:
        """Come back when the visitor's explorer can count."""
        late = time.monotonic() + START_S
        while time.monotonic() < late:
            status = self.ask("GET", self.name, "explorer/api/app").json()
            assert status["state"] != "failed", status
            if status["state"] == "ready":
                return
            time.sleep(0.2)
        raise AssertionError(f"the explorer of {self.name} does not answer: {status}")

    def xsrf(self, path: str) -> str:
        """The XSRF token that the server below `path` gave."""
        return next((c.value or "" for c in self.web.cookies if c.name == "_xsrf" and c.path == path), "")

    def token(self) -> str:
        """A new API token of theirs, with everything that they may do."""
        base = urlsplit(f"{self.hub.address}/hub/").path
        self.web.get(f"{self.hub.address}/hub/home", timeout=30)
        answer = self.web.post(
            f"{self.hub.address}/hub/api/users/{self.name}/tokens",
            json={"note": "test"},
            headers={"X-XSRFToken": self.xsrf(base), "Referer": f"{self.hub.address}/hub/token"},
            timeout=30,
        )
        assert answer.ok, answer.text
        return str(answer.json()["token"])

    def socket(self, name: str, path: str, **more: Any) -> websocket.WebSocket:
        """A websocket to the server of `name`, opened as a page of the hub opens it.

        Raises
        ------
        websocket.WebSocketBadStatusException
            It was refused.
        """
        address = self.at(name, path)
        wanted = urlsplit(address).path
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.web.cookies if wanted.startswith(c.path))
        return websocket.create_connection(
            "ws" + address.removeprefix("http"),
            cookie=cookies,
            origin=self.hub.address.rpartition("/")[0],
            timeout=20,
            **more,
        )
