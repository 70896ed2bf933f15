"""The commands and their options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from explorer.cli import (
    annotation_commands,
    archive_commands,
    build_commands,
    cohort_commands,
    demo_commands,
    fetch_commands,
    image_commands,
    program_commands,
    snapshot_commands,
)
from explorer.cohort.texts import one_line

__all__ = ["build_parser"]

Run = Callable[[argparse.Namespace], None]

_FILE = "a *.cohort.json file; - reads standard input"
_SNAPSHOT = "id (or its beginning), alias or file of a snapshot; by default the installed Imaging Data Commons release"
_IMAGES = "folder with DICOM files, read where they lie; by default what COHORT_EXPLORER_IMAGES says"
_JSON = "print JSON, and nothing else, on standard output"
_GROUP = "group in which the values are tried: include:0, exclude:1"


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Take a window that begins with a minus for a value, not for an option."""
        words = list(sys.argv[1:] if args is None else args)
        for place in reversed(range(len(words) - 1)):
            if (
                words[place] == "--window"
                and words[place + 1][:1] == "-"
                and words[place + 1][1:2] in set(".0123456789")
            ):
                words[place : place + 2] = [f"--window={words[place + 1]}"]
        return super().parse_args(words, namespace)

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
    _fetch_command(commands)
    _program_commands(commands)
    _demo_command(commands)
    _image_commands(commands)
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
    parser.add_argument("--json", action="store_true", help=_JSON)


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
    build.set_defaults(source="idc")
    _json(build)
    _build_commands(build.add_subparsers(title="sources", metavar="SOURCE", help="where from; by default idc"))
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


def _build_commands(sources: Any) -> None:
    idc = _add(sources, "idc", snapshot_commands.build, "the installed release of the Imaging Data Commons")
    # What `snapshot build --json idc` says before the source is not taken back by the source's own default.
    idc.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_JSON)
    dicom = _add(sources, "dicom", build_commands.dicom, "a folder of DICOM files, which stay where they are")
    dicom.add_argument("folder", metavar="FOLDER", help="folder with DICOM files; folders below it are read too")
    dicom.add_argument("--forget", action="store_true", help="remove at the end what was noted to go on or build again")
    pictures = "store a small picture of each series beside the snapshot, for whoever gets it without the images"
    dicom.add_argument("--thumbnails", action="store_true", help=pictures)
    _built(dicom)
    web = _add(sources, "dicomweb", build_commands.dicomweb, "a DICOMweb archive, whose images stay there")
    web.add_argument("url", metavar="URL", help="root of the DICOMweb service: https://pacs.example/dicom-web")
    web.add_argument("--since", type=archive_commands.day, metavar="DATE", help="only studies from this day on")
    web.add_argument("--complete", action="store_true", help="ask an image of each series for what the lists leave out")
    web.add_argument("--anew", action="store_true", help="ask for every study again, changed or not")
    _credentials(web)
    _built(web)


def _credentials(parser: argparse.ArgumentParser) -> None:
    who = "asks the archive as this user; the password is asked for, or COHORT_EXPLORER_DICOMWEB_PASSWORD"
    parser.add_argument("--user", metavar="NAME", help=who)
    parser.add_argument("--token-file", metavar="FILE", help="asks the archive with the token in this file")


def _built(parser: argparse.ArgumentParser) -> None:
    """Add what every source of headers takes: what to write, and what to keep of people."""
    parser.add_argument("-o", "--output", metavar="PATH", help="write the snapshot's file here too")
    parser.add_argument(
        "--dataset", metavar="NAME", help="name of the dataset; by default that of the folder or archive"
    )
    parser.add_argument("--title", metavar="TEXT", help="what people call the snapshot")
    parser.add_argument(
        "--report", metavar="OUT", help="where to write what was not read and what is odd: .csv or .json"
    )
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_JSON)
    people = parser.add_argument_group("de-identification", "What the snapshot keeps of people; see docs/dicom.md.")
    people.add_argument("--restricted", action="store_true", help="hash UIDs too, and keep no date, only days")
    people.add_argument("--keep-patient-ids", action="store_true", help="keep PatientID instead of hashing it")
    people.add_argument(
        "--key", metavar="FILE", help="secret of the hashes, to share between sites; by default your own"
    )
    people.add_argument("--dates", choices=("shift", "offset", "keep", "drop"), help="what to do with dates; shift")
    people.add_argument("--descriptors", choices=("clean", "drop", "keep"), default="clean", help="descriptions; clean")
    people.add_argument("--drop-characteristics", action="store_true", help="leave out sex and age")


def _fetch_command(commands: Any) -> None:
    fetch = _on_file(commands, "fetch", fetch_commands.fetch, "fetch the images of a cohort")
    fetch.add_argument("--to", metavar="FOLDER", help="folder for the series; by default the cache, which has a limit")
    limit = "gigabytes that may be fetched; where it is more, nothing is"
    fetch.add_argument("--limit", type=fetch_commands.gigabytes, metavar="GB", help=limit)
    fetch.add_argument("--dicomweb", metavar="URL", help="fetch from this DICOMweb archive instead, into --to FOLDER")
    _credentials(fetch)
    fetch.add_argument("--dry-run", action="store_true", help="say what would be fetched, and fetch nothing")
    _json(fetch)


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


def _demo_command(commands: Any) -> None:
    demo = _add(commands, "demo", demo_commands.demo, "write a small synthetic DICOM study set and its snapshot")
    demo.add_argument(
        "folder", metavar="FOLDER", nargs="?", help="a new or empty folder; by default one beside the snapshots"
    )


def _image_commands(commands: Any) -> None:
    parser = commands.add_parser("image", help="look at DICOM images: info, png, volume, measurements")
    kinds = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    info = _add(kinds, "info", image_commands.info, "say what the headers of each series say, and what is odd")
    png = _add(kinds, "png", image_commands.png, "write one plane of a series as a picture")
    volume = _add(kinds, "volume", image_commands.volume, "write a series as one NIfTI file")
    measured = _add(kinds, "measurements", annotation_commands.measurements, "list what structured reports measured")
    for one in (info, png, volume, measured):
        one.add_argument("what", metavar="PATH|SERIES_UID", help="DICOM file or folder, or a series on this computer")
    _json(info)
    _json(measured)
    which = "which one, from 1, where a series holds the same places several times; by default the first"
    for one in (png, volume):
        one.add_argument("--acquisition", type=image_commands.acquisition, metavar="N", default=1, help=which)
    png.add_argument("-o", "--output", metavar="OUT.png", required=True, help="the picture to write")
    planes = ("axial", "coronal", "sagittal")
    png.add_argument("--plane", choices=planes, help="by default the one acquired")
    png.add_argument("--index", type=int, metavar="N", help="slice, from 0 at the right, front or foot; the middle one")
    window = "grey values, for example -600,1500; by default as recorded"
    png.add_argument("--window", type=image_commands.window, metavar="CENTER,WIDTH", help=window)
    overlay = "a DICOM SEG or RTSTRUCT to draw over it; linked draws all that name the series"
    png.add_argument("--overlay", metavar="PATH|linked", help=overlay)
    volume.add_argument("-o", "--output", metavar="OUT.nii.gz", required=True, help="the file to write")


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a number from 0 (any free one) to 65535, not {text!r}")
