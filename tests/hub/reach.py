"""Whether another user can run this Python, and a way to let one where its folders are closed to others.

A Python under a closed home folder (``~/.pyenv``, where the home is 0700) cannot be started by a user without a home
there. As root, a mount namespace shows such a user the folders that a server needs and nothing else of that home;
permissions on disk stay as they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.home import ROOT

PROBE = """
import subprocess, sys, jupyterlab, explorer.cohort
if sys.base_prefix == sys.argv[1]:
    print(subprocess.run([sys.executable, "-c", "print('reached')"], capture_output=True, text=True).stdout)
"""
"""A started Python whose library is closed to it goes on with the system's; its own child cannot even be started."""

MOUNT = """
set -e
stage=$(mktemp -d)
while [ "$1" != -- ]; do
    mkdir "$stage/tree"; mount --rbind "$2" "$stage/tree"
    [ "$(stat -f -c %T "$1")" = tmpfs ] && [ -e "$1/.for-the-hub" ] || {
        mount -t tmpfs -o mode=0755 none "$1"; : > "$1/.for-the-hub"; }
    mkdir -p "$2"; mount --move "$stage/tree" "$2"; rmdir "$stage/tree"
    shift 2
done
rmdir "$stage"; shift
exec "$@"
"""
"""Takes pairs of a closed folder and a tree below it, then ``--`` and the command to run."""


@dataclass(frozen=True)
class Reach:
    """How processes of several users are run.

    Attributes
    ----------
    wrapper
        Comes before a command that starts as root and goes on as another user.
    alone
        Why all processes run as one user; empty where each user has a uid of their own.
    """

    wrapper: tuple[str, ...] = ()
    alone: str = ""

    def as_user(self, uid: int | None, *command: str) -> list[str]:
        """The command, run by the user of that uid; of this process's own where None."""
        if uid is None:
            return list(command)
        return [*self.wrapper, "setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *command]


def reach(uid: int) -> Reach:
    """How a user of that uid comes to run this Python."""
    if os.geteuid() != 0:
        return Reach(alone="only root can give each user a uid of their own")
    if not shutil.which("setpriv"):
        return Reach(alone="setpriv (util-linux) is not installed")
    plain = Reach()
    problem = _problem(plain, uid)
    if not problem:
        return plain
    pairs = [str(path) for tree in _needed() if (closed := _closed(tree)) for path in (closed, tree)]
    if pairs:
        opened = Reach(("unshare", "--mount", "sh", "-c", MOUNT, "sh", *pairs, "--"))
        problem = _problem(opened, uid)
        if not problem:
            return opened
    return Reach(alone=f"another user cannot run {sys.executable}: {problem}")


def _problem(way: Reach, uid: int) -> str:
    command = way.as_user(uid, sys.executable, "-c", PROBE, sys.base_prefix)
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=60)
    return "" if "reached" in done.stdout else (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]


def _needed() -> list[Path]:
    """The trees that a user's server reads, none inside another."""
    node = Path(shutil.which("node") or "/usr/bin/node").resolve().parents[1]
    trees = {Path(sys.base_prefix).resolve(), Path(sys.prefix), ROOT, node} - {Path("/"), Path("/usr")}
    return sorted(tree for tree in trees if not any(other in tree.parents for other in trees))


def _closed(tree: Path) -> Path | None:
    """The outermost folder on the way to the tree that others cannot enter."""
    return next((folder for folder in [*tree.parents][::-1] if not folder.stat().st_mode & 0o001), None)
