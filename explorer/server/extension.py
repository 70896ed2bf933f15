"""The extension as Jupyter Server loads it: its settings, its routes, and what they share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.utils import url_path_join
from traitlets import Float, List, TraitError, Unicode, default, validate

from explorer.errors import SurroundingsError, UserError
from explorer.server.asking import Answer, ask, may_be_repeated
from explorer.server.broadcast import Broadcast
from explorer.server.command import command, environment
from explorer.server.mirrored import PREFIX, ImjoyExtension, Mirror
from explorer.server.process import ExplorerProcess
from explorer.server.routes import JUPYTERLAB_ROUTES, ROUTES
from explorer.server.saved import SavedCohorts
from explorer.server.settings import Settings, SettingsInForce

__all__ = ["CohortExplorer"]


class CohortExplorer(ExtensionApp):
    """Cohort Explorer inside Jupyter Server.

    What stands in the server's configuration holds for everybody: a person's settings in JupyterLab cannot change it.
    """

    name = "cohort_explorer"

    snapshot_path = List(
        Unicode(),
        help="""Folders with shared snapshots, searched in this order after the person's own. Whole paths; each holds
        snapshot files, or a folder `snapshots` that does. By default those of COHORT_EXPLORER_PATH.""",
    ).tag(config=True)
    image_folders = List(
        Unicode(),
        help="""Folders with DICOM files, whole paths; they are read where they lie and never written to. By default
        those of COHORT_EXPLORER_IMAGES.""",
    ).tag(config=True)
    memory_limit = Unicode(
        help="""Memory that the engine may take for each person, with its unit: 2GB, 512MiB. By default
        COHORT_EXPLORER_MEMORY, else a quarter of the machine's or container's, at most 8 GiB.""",
    ).tag(config=True)
    small_counts = Unicode(
        help="""Protection of small counts: threshold and rounding in patients, "10,10". Fewer patients than
        the threshold are hidden, others are rounded to multiples of the second number, which is not less than the
        first. By default COHORT_EXPLORER_SMALL_COUNTS, else
        no protection.""",
    ).tag(config=True)
    start_timeout = Float(
        60.0,
        help="""Seconds within which the explorer's process must answer for the first time; a cold start from a slow
        disk takes a quarter of a minute. More than 0.""",
    ).tag(config=True)

    @default("snapshot_path")
    def _default_snapshot_path(self) -> list[str]:
        return list(_surroundings().snapshot_path)

    @default("image_folders")
    def _default_image_folders(self) -> list[str]:
        return list(_surroundings().image_folders)

    @default("memory_limit")
    def _default_memory_limit(self) -> str:
        return _surroundings().memory_limit

    @default("small_counts")
    def _default_small_counts(self) -> str:
        return _surroundings().small_counts

    @validate("snapshot_path", "image_folders", "memory_limit", "small_counts")
    def _check_setting(self, proposal: Any) -> Any:
        name = proposal["trait"].name
        try:
            value = getattr(Settings(**{name: proposal["value"]}), name)
        except UserError as error:
            raise TraitError(f"CohortExplorer.{error}") from None
        return list(value) if isinstance(value, tuple) else value

    @validate("start_timeout")
    def _check_timeout(self, proposal: Any) -> float:
        seconds = float(proposal["value"])
        if not 0 < seconds < float("inf"):
            raise TraitError(f"CohortExplorer.start_timeout is {seconds:g}; write seconds, more than 0")
        return seconds

    def initialize_settings(self) -> None:
        """Make what the routes share, before the first request."""
        assert self.serverapp is not None
        start = Settings(tuple(self.snapshot_path), tuple(self.image_folders), self.memory_limit, self.small_counts)
        names = Settings.__dataclass_fields__
        self.in_force = SettingsInForce(start, frozenset(names.keys() & self.config[type(self).__name__].keys()))
        self.prefix = url_path_join(self.serverapp.base_url, "explorer/app")
        runtime = Path(self.serverapp.runtime_dir)
        self.process = ExplorerProcess(self._launch, self.prefix, self.start_timeout, self.log, runtime)
        self.saved = SavedCohorts(self._root())
        self.broadcast = Broadcast(self.process, self.saved, self.log)
        self.mirror = Mirror(url_path_join(self.serverapp.base_url, PREFIX))
        self.imjoy_extension = ImjoyExtension(self.mirror, [f"{path}/labextensions" for path in self.jupyter_path])
        self._started_with: Settings | None = None
        self._tell_kernels()

    def initialize_handlers(self) -> None:
        """Register the routes, below the server's base URL."""
        self.handlers.extend([*ROUTES, *JUPYTERLAB_ROUTES])

    async def stop_extension(self) -> None:
        """End the explorer's process with the server."""
        if hasattr(self, "process"):
            await self.broadcast.close()
            await self.process.close()

    @property
    def restart_needed(self) -> bool:
        """Whether the process runs with other settings than those in force."""
        running = self.process.status.state in ("starting", "building", "ready")
        return running and self._started_with is not None and self._started_with != self.in_force.now

    def change_settings(self, wanted: object) -> list[dict[str, str]]:
        """Take over a person's settings; see `SettingsInForce.change`."""
        problems = self.in_force.change(wanted)
        self._tell_kernels()
        return problems

    async def ask(self, name: str, question: dict[str, Any]) -> Answer:
        """Return what the explorer's process answers, which is started if need be.

        Raises
        ------
        SurroundingsError
            It cannot be started, or ended meanwhile.
        """
        gone = None
        for again in (True, False):
            socket = await self.process.need(gone)
            try:
                return await ask(socket, self.prefix, name, question)
            except OSError as error:
                if not (again and may_be_repeated(name, question, error)):
                    break
                gone = socket
        raise SurroundingsError("The explorer's process ended before it answered; it starts again when it is needed.")

    def _launch(self, socket: Path) -> tuple[list[str], dict[str, str]]:
        assert self.serverapp is not None
        self._started_with = settings = self.in_force.now
        missing = {folder for _, folder in settings.missing_folders()}
        for folder in sorted(missing):
            self.log.warning("There is no folder %s; Cohort Explorer starts without it.", folder)
        images = [folder for folder in settings.image_folders if folder not in missing]
        secrets = [self.serverapp.identity_provider.token]
        return command(socket, self.prefix, images), environment(os.environ, settings, secrets)

    def _root(self) -> Path | None:
        """Return the folder that the file browser shows, where it shows a folder of this machine."""
        assert self.serverapp is not None
        root = getattr(self.serverapp.contents_manager, "root_dir", "")
        return Path(root) if root and Path(root).is_dir() else None

    def _tell_kernels(self) -> None:
        """Set the variables that kernels inherit, so that a notebook finds the same snapshots."""
        for name, value in self.in_force.now.environment().items():
            if value:
                os.environ[name] = value
            else:
                os.environ.pop(name, None)


def _surroundings() -> Settings:
    return Settings.from_environment(os.environ)
