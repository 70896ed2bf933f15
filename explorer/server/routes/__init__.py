"""The routes: what JupyterLab and its pages ask of this extension. Each one is thin; the work is done elsewhere."""

from __future__ import annotations

from explorer.server.routes.app import AppRoute
from explorer.server.routes.asks import AskRoute
from explorer.server.routes.cohorts import CohortsRoute
from explorer.server.routes.events import EventsRoute
from explorer.server.routes.itkwidgets import ImjoyRoute, ItkwidgetsRoute
from explorer.server.routes.proxy import AppProxy
from explorer.server.routes.settings import SettingsRoute
from explorer.server.routes.viewer import ViewerRoute
from explorer.server.routes.workspaces import WorkspaceRoute, WorkspacesRoute

__all__ = ["JUPYTERLAB_ROUTES", "ROUTES"]

ROUTES = [
    ("explorer/api/app", AppRoute),
    ("explorer/api/workspaces", WorkspacesRoute),
    ("explorer/api/workspaces/([^/]+)", WorkspaceRoute),
    ("explorer/api/ask/([^/]+)", AskRoute),
    ("explorer/api/cohorts", CohortsRoute),
    ("explorer/api/settings", SettingsRoute),
    ("explorer/api/events", EventsRoute),
    ("explorer/itkwidgets/(.+)", ItkwidgetsRoute),
    ("explorer/viewer/([0-9a-f]+)/([^/]+)", ViewerRoute),
    ("explorer/app(/.*)?", AppProxy),
]
"""Paths below the server's base URL."""

JUPYTERLAB_ROUTES = [("lab/extensions/imjoy-jupyterlab-extension/(.+)", ImjoyRoute)]
"""The same, of files that JupyterLab would serve otherwise: extensions load by name, so ours is asked first."""
