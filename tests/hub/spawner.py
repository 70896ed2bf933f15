"""Starts each user's server under a uid of their own, without creating users on the machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets import Dict

__all__ = ["OwnUidSpawner", "surroundings"]


class OwnUidSpawner(SimpleLocalProcessSpawner):
    """A server per user, each with their own uid and a home that nobody else can enter."""

    uids = Dict(help="uid by user name; None is the hub's own").tag(config=True)

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """Give back what the new process does before it becomes the server."""
        uid, home = self.uids[name], self.home_dir

        def become() -> None:
            if uid is not None:
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
            os.umask(0o022)
            os.chdir(home)

        return become

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Give back the environment with everything that Jupyter writes to inside the home."""
        kept = {name: value for name, value in env.items() if not name.startswith(("JUPYTER_", "XDG_", "IPYTHON"))}
        return kept | surroundings(self.user.name, Path(self.home_dir))


def surroundings(name: str, home: Path) -> dict[str, Any]:
    """The environment of a user's processes."""
    return {
        "USER": name,
        "HOME": str(home),
        "SHELL": "/bin/sh",
        "TMPDIR": str(home / "tmp"),
        # The code belongs to somebody else, who may be writing to it.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
