"""What commands need to ask a DICOMweb archive, and fetching a cohort's images from one."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.inputs import ProgressBar, read_cohort
from explorer.cli.outputs import print_json, print_line, print_warnings, size
from explorer.cohort.texts import one_line
from explorer.errors import ImageError, UserError

if TYPE_CHECKING:
    from explorer.counts import Cohort
    from explorer.images.fetch.wado import FetchedSeries
    from explorer.sources.dicomweb import Address, Credentials
    from explorer.sources.source import Progress

__all__ = ["PASSWORD", "chosen_credentials", "day", "fetch"]

PASSWORD = "COHORT_EXPLORER_DICOMWEB_PASSWORD"
"""Variable that the password is taken from, where there is nobody to ask."""

_LONGEST_TOKEN = 16_384


def day(text: str) -> dt.date:
    """Return the day that --since says."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day is written like 2020-01-31, not {text!r}") from None


def chosen_credentials(options: argparse.Namespace, address: Address) -> Credentials:
    """Return who asks the archive; the password is asked for on the terminal, or in the environment.

    Raises
    ------
    UserError
        Both a user and a token are named, a password is needed and nobody is there to ask, or it would be sent where
        others can read it.
    """
    from explorer.sources.dicomweb import Credentials

    if options.user and options.token_file:
        raise UserError("--user and --token-file are two ways to say who asks; give one")
    if options.user or options.token_file:
        address.check_secret()
    if options.token_file:
        return Credentials(token=_token(Path(options.token_file).expanduser()))
    if not options.user:
        return Credentials()
    password = os.environ.get(PASSWORD)
    if password is None:
        if not sys.stdin.isatty():
            raise UserError(f"--user needs a password, and there is no terminal to ask on; set {PASSWORD}")
        password = getpass.getpass(f"Password of {one_line(options.user)} at {address}: ")
    return Credentials(options.user, password)


def fetch(options: argparse.Namespace, stop: threading.Event) -> None:
    """Fetch the files of the cohort's selected series from an archive, or say what that would be."""
    if not options.dicomweb:
        raise UserError("--user and --token-file are for an archive; name it with --dicomweb URL")
    if not options.to:
        raise UserError("an archive's images are not kept in the cache; say with --to FOLDER where they go")
    if options.limit is not None:
        raise UserError("an archive does not say how large its series are, so --limit does not go with --dicomweb")
    from explorer.images.fetch.wado import fetch_series_wado
    from explorer.images.places import remember
    from explorer.sources.dicomweb import Address

    address = Address.parse(options.dicomweb)
    cohort = read_cohort(options)
    print_warnings(cohort.advice)
    folder = Path(options.to).expanduser().absolute()
    wanted = _wanted(cohort)
    images = sum(instances for _, _, instances in wanted)
    if not options.json:
        print_line(f"{len(wanted):,} series with {images:,} images, from {address} into {one_line(str(folder))}")
    if options.dry_run:
        if options.json:
            print_json({"folder": str(folder), "series": len(wanted), "instances": images})
        return
    credentials = chosen_credentials(options, address)
    complete: list[FetchedSeries] = []
    failed: list[tuple[str, str]] = []
    there = False
    with ProgressBar() as bar:
        for number, (study, series, counted) in enumerate(wanted):
            if stop.is_set():
                break
            try:
                one = fetch_series_wado(
                    options.dicomweb,
                    study,
                    series,
                    folder,
                    credentials=credentials,
                    progress=_step(bar, number, len(wanted)),
                    cancel=stop,
                )
                there = True
                if one.instances == counted:
                    complete.append(one)
                else:
                    failed.append((series, _difference(one.instances, counted)))
            except ImageError as error:
                failed.append((series, str(error)))
    if there:
        remember(folder)
    _print_end(complete, [] if stop.is_set() else failed, options)
    if stop.is_set():
        print("cohort-explorer: stopped; the same command goes on where this one ended", file=sys.stderr)
        raise SystemExit(130)
    if failed:
        raise ImageError(
            f"{len(failed):,} of {len(wanted):,} series are not complete: {failed[0][1]} The same command tries again"
        )


def _step(progress: Progress, number: int, count: int) -> Progress:
    """Return the progress of one of several equal steps, numbered from 0."""
    return lambda done, what: progress((number + done) / count, what)


def _difference(listed: int, counted: int) -> str:
    return f"the archive lists {listed:,} images, and the snapshot counts {counted:,}; build the snapshot again."


def _wanted(cohort: Cohort) -> list[tuple[str, str, int]]:
    """Return study, series and number of images of every selected series."""
    from explorer.images.fetch.wanted import is_uid

    deidentified = cohort.snapshot.recipe.get("options", {}).get("deidentification", {})
    if deidentified.get("uids") == "hash":
        raise UserError("this snapshot's UIDs are hashed (--restricted), so no archive knows its series by them")
    rows = cohort.frame("series", columns=["StudyInstanceUID", "SeriesInstanceUID", "instances"])
    found = [(str(a), str(b), int(c)) for a, b, c in rows.itertuples(index=False)]
    for study, series, _ in found:
        if not (is_uid(study) and is_uid(series)):
            raise UserError(f"{one_line(series)[:100]} is no series of an archive: its UIDs are none")
    return found


def _print_end(complete: list[FetchedSeries], failed: list[tuple[str, str]], options: argparse.Namespace) -> None:
    total = sum(each.bytes for each in complete)
    if options.json:
        print_json(
            {
                "complete": [each.series_uid for each in complete],
                "incomplete": [{"series_uid": uid, "reason": reason} for uid, reason in failed],
                "bytes": total,
            }
        )
        return
    print_line(f"{len(complete):,} series are complete ({size(total)}); {len(failed):,} are not.")
    for uid, reason in failed[:20]:
        print_line(f"Series {uid}: {reason}")


def _token(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = file.read(_LONGEST_TOKEN + 1)
    except OSError as error:
        raise UserError(f"the token {one_line(str(path))} cannot be read: {error.strerror}; name a file") from None
    text = found.decode("ascii", "replace").strip()
    if not text or len(found) > _LONGEST_TOKEN:
        raise UserError(f"{one_line(str(path))} holds no token; it should hold one line of text")
    return text
