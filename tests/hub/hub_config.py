"""A JupyterHub for alice and bob on this machine. What varies comes from the file that HUB_TEST_SETTINGS names."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from traitlets.config import Config, get_config

from tests.hub.spawner import OwnUidSpawner

given = json.loads(Path(os.environ["HUB_TEST_SETTINGS"]).read_text(encoding="utf-8"))
c: Config = get_config()  # type: ignore[no-untyped-call]

c.JupyterHub.bind_url = f"http://127.0.0.1:{given['port']}{given['base_url']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{given['hub_port']}"
c.JupyterHub.cookie_secret_file = "cookie-secret"
c.JupyterHub.db_url = "sqlite:///hub.sqlite"
c.JupyterHub.cleanup_servers = True
c.ConfigurableHTTPProxy.command = given["proxy"]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{given['proxy_port']}"
c.ConfigurableHTTPProxy.pid_file = "proxy.pid"

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = given["password"]
c.Authenticator.allowed_users = set(given["uids"])

c.JupyterHub.spawner_class = OwnUidSpawner
c.OwnUidSpawner.uids = given["uids"]
c.OwnUidSpawner.home_dir_template = f"{given['homes']}/{{username}}"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root", *given["arguments"]]
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab"
c.Spawner.environment = given["environment"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 90
