"""What the Image tab says of series whose images are not on this computer: how large they are, and how to get them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explorer.counts import byte_size
from explorer.views.image_words import Row, advice, advice_json, counted, number_of, row_text, size_in_words, what_it_is
from explorer.views.local import Offer
from explorer.views.series_words import SeriesWords

__all__ = ["NOTHING_HERE", "absent", "can_be_fetched", "nothing_open", "wanted_of_sample", "ways"]

NOTHING_HERE = "No images on this computer yet."


def can_be_fetched(row: Row) -> bool:
    """Return whether a public bucket holds the series."""
    return row_text(row, "location").startswith("s3://")


def wanted_of_sample(offer: Offer) -> Sequence[Row]:
    """Return the series of the sample to be fetched where the cohort has no image here; none where it has some."""
    if offer.local or offer.sample is None:
        return ()
    return [row for row in offer.sample.rows if can_be_fetched(row)]


def nothing_open(offer: Offer) -> SeriesWords:
    """Return what stands beside the series as long as none is chosen."""
    folder, rows = offer.folder, offer.rows
    here = sum(folder is not None and row_text(row, "SeriesInstanceUID") in folder for row in rows)
    if not rows:
        return advice("No series to show.", "The cohort is empty, or its images were not listed.")
    if not here:
        return absent(rows, NOTHING_HERE)
    local, whole = (offer.local, offer.total) if offer.sample else (here, len(rows))
    return advice("Choose a series.", f"{local:,} of {counted(whole, 'series')} are on this computer.")


def absent(rows: Sequence[Row], heading: str) -> SeriesWords:
    """Return what there is to say of series that are not here: their size, and how to get them."""
    megabytes = sum(number_of(row, "size_mb") for row in rows)
    images = int(sum(number_of(row, "instances") for row in rows))
    facts = [("Series", f"{len(rows):,}")] if len(rows) > 1 else [("Series", what_it_is(rows[0]))]
    facts += [("Images", f"{images:,}")] if images else []
    facts += [("To fetch", size_in_words(megabytes))] if megabytes else []
    steps = _steps("Choose a series to fetch it, or fetch all of a saved cohort from the public bucket:", rows)
    return advice(heading, "Counts and tables work without them.", facts, steps)


def ways(offer: Offer) -> SeriesWords:
    """Return what stands below the offer to fetch a sample: the other ways to its images."""
    whole = f"The whole cohort is {byte_size(offer.bytes)} in {counted(offer.total, 'series')}. Once it is saved:"
    content = advice_json("", "", (), _steps(whole, offer.sample.rows if offer.sample else ()))
    return SeriesWords(content=content, sizing_mode="stretch_width", margin=0)  # type: ignore[no-untyped-call]


def _steps(fetch: str, rows: Sequence[Row]) -> list[Mapping[str, str]]:
    steps: list[Mapping[str, str]] = []
    if any(can_be_fetched(row) for row in rows):
        steps.append({"text": fetch, "code": "cohort-explorer fetch my.cohort.json"})
    steps.append({
        "text": "Images that you have are found when the app is started with their folder:",
        "code": "cohort-explorer app --images FOLDER",
    })  # fmt: skip
    return steps
