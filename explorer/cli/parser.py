"""The commands and their options."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from explorer.cli import cohort_commands, program_commands, snapshot_commands
from explorer.cohort.texts import one_line

__all__ = ["build_parser"]

Run = Callable[[argparse.Namespace], None]

_FILE = "a *.cohort.json file; - reads standard input"
_SNAPSHOT = "id (or its beginning), alias or file of a snapshot; by default the installed Imaging Data Commons release"
_IMAGES = "folder with DICOM files, read where they lie; by default what COHORT_EXPLORER_IMAGES says"
_GROUP = "group in which the values are tried: include:0, exclude:1"


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {one_line(message)}; see {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; each command's function stands in ``run``."""
    parser = _Parser(
        prog="cohort-explorer",
        description="Find, look at and take away cancer imaging cohorts.",
        epilog="Exit codes: 0 done, 2 what was asked is wrong, 1 the surroundings failed, 130 interrupted.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _cohort_commands(commands)
    _snapshot_commands(commands)
    _program_commands(commands)
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"cohort-explorer {version('cohort-explorer')}")
        except PackageNotFoundError:  # run from a source tree
            print("cohort-explorer, not installed")
        parser.exit()


def _add(commands: Any, name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
    parser.set_defaults(run=run)
    return parser


def _on_file(commands: Any, name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    parser = _add(commands, name, run, summary)
    parser.add_argument("file", metavar="FILE", help=_FILE)
    parser.add_argument("--snapshot", metavar="ID|PATH", help=_SNAPSHOT)
    return parser


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, and nothing else, on standard output")


def _cohort_commands(commands: Any) -> None:
    _json(_on_file(commands, "count", cohort_commands.count, "count patients, studies, series, images and bytes"))
    facets = _on_file(commands, "facets", cohort_commands.facets, "count every value of a facet")
    facets.add_argument("--facet", metavar="NAME", required=True, help="name of the facet, for example Modality")
    facets.add_argument("--group", metavar="GROUP", help=_GROUP)
    _json(facets)
    _json(_on_file(commands, "attrition", cohort_commands.attrition, "say what each rule costs"))
    _on_file(commands, "sql", cohort_commands.sql, "print one SQL statement that counts the cohort in DuckDB")
    _on_file(commands, "describe", cohort_commands.describe, "say the definition in one sentence")
    table = _on_file(commands, "table", cohort_commands.table, "write the cohort as a table, by default CSV")
    table.add_argument("--level", default="patient", metavar="patient|study|series", help="what a row is")
    table.add_argument("-o", "--output", metavar="OUT", help="a .csv or .parquet file; without it CSV is printed")
    export = _on_file(commands, "export", cohort_commands.export, "write a notebook that counts the cohort again")
    export.add_argument("-o", "--output", metavar="OUT.ipynb", required=True, help="the notebook to write")


def _snapshot_commands(commands: Any) -> None:
    parser = commands.add_parser("snapshot", help="build, list, show, verify and remove snapshots")
    kinds = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    build = _add(kinds, "build", snapshot_commands.build, "build a snapshot, or find the one built before")
    build.add_argument("source", metavar="SOURCE", nargs="?", default="idc", help="where from; by default idc")
    _json(build)
    _json(_add(kinds, "list", snapshot_commands.list_known, "list the snapshots that can be opened"))
    for name, run, summary in (
        ("show", snapshot_commands.show, "say what a snapshot holds and what it was built from"),
        ("verify", snapshot_commands.verify, "read a whole snapshot and check it against its id"),
    ):
        one = _add(kinds, name, run, summary)
        one.add_argument("name", metavar="ID|PATH", nargs="?", help=_SNAPSHOT)
        one.add_argument("--snapshot", metavar="ID|PATH", help="the same, as other commands take it")
        _json(one)
    remove = _add(kinds, "remove", snapshot_commands.remove, "remove a snapshot's file")
    remove.add_argument("name", metavar="ID", nargs="?", help="id (or its beginning) or alias of the snapshot")
    remove.add_argument("--snapshot", metavar="ID", help="the same, as other commands take it")


def _program_commands(commands: Any) -> None:
    app = _add(commands, "app", program_commands.app, "open the explorer in the browser")
    app.add_argument("--snapshot", metavar="ID|PATH", help=_SNAPSHOT)
    app.add_argument("--images", metavar="FOLDER", action="append", help=_IMAGES)
    app.add_argument("--unix-socket", metavar="PATH", help="listen on this socket only, for a Jupyter server")
    app.add_argument("--prefix", metavar="PATH", default="", help="path under which the Jupyter server shows it")
    lab = _add(commands, "lab", program_commands.lab, "open JupyterLab in this folder, with the explorer")
    lab.add_argument("notebook", metavar="NOTEBOOK", nargs="?", help="notebook to open beside the explorer")
    for one in (app, lab):
        one.add_argument("--port", type=_port, metavar="PORT", help="port of the local server; by default a free one")
        one.add_argument("--no-browser", action="store_true", help="print the address and open nothing")


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a number from 0 (any free one) to 65535, not {text!r}")
