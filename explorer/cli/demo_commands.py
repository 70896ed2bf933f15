"""The command that writes the synthetic study set and its snapshot."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from explorer.cli.inputs import ProgressBar
from explorer.cli.outputs import print_line, size
from explorer.snapshot.place import home

__all__ = ["demo"]


def demo(options: argparse.Namespace) -> None:
    """Write synthetic DICOM files and their snapshot, where they are not there yet; the snapshot's id comes last."""
    from explorer.images import places
    from explorer.images.demo import DemoSource, write_study_set
    from explorer.snapshot import Snapshot

    with ProgressBar() as report:
        studies = write_study_set(
            Path(options.folder) if options.folder else home() / "demo", lambda done, what: report(0.9 * done, what)
        )
        source = DemoSource(studies.folder)
        snapshot = Snapshot.build(source, progress=lambda done, what: report(0.9 + 0.1 * done, what))
    places.remember(studies.folder)
    print_line(f"{snapshot.title}: nobody was imaged")
    files = f"{len(studies.files):,} DICOM files, {size(studies.bytes)},"
    print_line(
        f"{files} written to {studies.folder}"
        if studies.new
        else f"{files} are in {studies.folder} already; nothing was changed"
    )
    print_line("what is in it, and which series are irregular on purpose: README.txt there")
    print_line(f"try: cohort-explorer app --snapshot {snapshot.alias} --images {shlex.quote(str(studies.folder))}")
    print_line(snapshot.id)
