"""What stands at the left of the Image tab, as JSON: a sample of the cohort, or the list of its series."""

from __future__ import annotations

import json
from collections.abc import Mapping

from explorer.cohort import SeriesMark
from explorer.counts import Sample
from explorer.facets import FACETS
from explorer.snapshot import Snapshot
from explorer.views.image_words import Row, counted, names_of, number_of, row_text
from explorer.views.local import Offer, Wish
from explorer.views.sheet_content import sheet_content

__all__ = ["Marks", "list_json", "sheet_json"]

Marks = Mapping[str, SeriesMark]
"""What is noted of series in the cohort, by SeriesInstanceUID."""


def sheet_json(offer: Offer, wish: Wish, marks: Marks, snapshot: Snapshot) -> str:
    """Return the contact sheet of an offer's sample, for the tab: with studies and days, and where images are.

    Parameters
    ----------
    offer, wish
        What there is, and what was asked for; the offer has a sample.
    marks
        What is noted of the series.
    snapshot
        What the sample was drawn from.
    """
    assert offer.sample is not None
    rows = {row_text(row, "SeriesInstanceUID"): row for row in offer.sample.rows}
    local = {uid for uid, row in rows.items() if _is_local(row, offer)}
    noted = {uid: marked.mark for uid, marked in marks.items()}
    content = json.loads(sheet_content(offer.sample, snapshot, noted, local, set(rows) if offer.stored else local))
    for tile in content["tiles"]:
        tile["what"] = names_of(rows[tile["uid"]], offer.visits.get(tile["uid"]))
    here = wish.here if 0 < offer.local < offer.total else None
    return json.dumps({**content, "kind": "sheet", "here": here, "note": _note(offer.sample, offer)})


def list_json(offer: Offer, marks: Marks, *, switch: bool) -> str:
    """Return the list of series; `switch` lets a person go to the sample."""
    rows = offer.rows
    local = sum(_is_local(row, offer) for row in rows)
    strays = sum(bool(row.get("stray")) for row in rows)
    listed = len(rows) - strays
    total = offer.total or listed
    part = f"{listed:,} of {total:,}" if total > listed else f"{total:,}"
    here = max(local, offer.here + strays)
    more = [f"{strays:,} of them not in this cohort"] if strays else []
    more += [f"the first {local:,} are listed"] if here > local else []
    note = ", ".join([f"{here:,} on this computer", *more]) + "."
    return json.dumps({
        "kind": "list",
        "switch": "list" if switch else "",
        "heading": f"{part} series",
        "note": note if offer.folder else "None is on this computer yet.",
        "rows": [
            {
                "uid": row_text(row, "SeriesInstanceUID"),
                "patient": row_text(row, "patient_id") or "Patient missing",
                "dataset": "not in this cohort" if row.get("stray") else row_text(row, "dataset") or "dataset missing",
                "what": names_of(row, offer.visits.get(row_text(row, "SeriesInstanceUID"))),
                "images": counted(int(number_of(row, "instances")), "image"),
                "local": _is_local(row, offer),
                "mark": _mark(row, marks),
            }
            for row in rows
        ],
    })  # fmt: skip


def _note(sample: Sample, offer: Offer) -> str:
    """How the sample was drawn, what the numbers on it are, and where its images are."""
    if not sample.rows:
        return "The cohort takes no image series."
    only_here = sample.among == offer.local < offer.total
    drawn = f"drawn from the {sample.among:,} image series on this computer" if only_here else ""
    spread = ""
    if sample.by is not None:
        title = FACETS[sample.by].title
        title = title if title[1:2].isupper() else title[:1].lower() + title[1:]
        spread = f"spread over {sample.drawn:,} of {counted(sample.strata, f'{title} value')}"
    how = ", ".join(filter(None, (spread, drawn)))
    said = f"{how[:1].upper()}{how[1:]}. " if how else ""
    away = "" if offer.local or offer.stored else " None is on this computer."
    return f"{said}Numbers: images in the series.{away}"


def _is_local(row: Row, offer: Offer) -> bool:
    uid, folder = row_text(row, "SeriesInstanceUID"), offer.folder
    return folder is not None and (uid in folder or uid in folder.annotations)


def _mark(row: Row, marks: Marks) -> str:
    noted = marks.get(row_text(row, "SeriesInstanceUID"))
    return noted.mark if noted else ""
