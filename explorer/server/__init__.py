"""The Jupyter server extension: the explorer behind the person's own Jupyter session.

`routes` are what JupyterLab asks; the other modules do the work and know no web server. The Jupyter server stays
light: counting happens in a process of its own (`process`), which is reached over a socket in a private folder.
"""

from __future__ import annotations

from typing import Any

__all__: list[str] = []


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Return what Jupyter Server loads where the extension ``explorer.server`` is enabled."""
    from explorer.server.extension import CohortExplorer

    return [{"module": "explorer.server", "app": CohortExplorer}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Return where the built JupyterLab extension lies, from this folder, and its name."""
    return [{"src": "../labextension", "dest": "@cohort-explorer/widgets"}]
