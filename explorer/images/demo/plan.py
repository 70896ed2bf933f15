"""What a study set is made of: sites, patients, studies, series, and their identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID, uuid5

from explorer.images.demo.grid import Grid
from explorer.images.demo.phantom import Lesion

__all__ = ["DATASET_WORD", "PatientPlan", "SeriesPlan", "Site", "StudyPlan", "Syntax", "uid"]

DATASET_WORD = "SYNTHETIC"
_NAMES = UUID("5d1c7e5c-6f0d-5e0f-9d54-3b7f0a3f2c11")

Syntax = Literal["JPEG-LS", "RLE", "explicit", "implicit"]
Kind = Literal["classic", "enhanced", "projection"]


def uid(*names: object) -> str:
    """Return the identifier of the thing of that name, always the same one, below 2.25 (PS3.5 B.2)."""
    return f"2.25.{uuid5(_NAMES, '/'.join(map(str, names))).int}"


@dataclass(frozen=True)
class Site:
    """A place that makes images, with its invented scanners.

    Attributes
    ----------
    kvp, tesla
        Settings of its CT and MR scanners.
    pixels
        How it writes its slices.
    """

    dataset: str
    title: str
    description: str
    institution: str
    manufacturer: str
    model: str
    kvp: int
    tesla: float
    pixels: Syntax


@dataclass(frozen=True)
class SeriesPlan:
    """One image series and what is drawn on it.

    Attributes
    ----------
    name
        Of its folder; different from all others in the study.
    contrasts
        What it shows; where there are several, each position has an image of each.
    body_part
        BodyPartExamined; None leaves it out.
    drawn
        Kinds of objects drawn on it.
    annotators
        How many people segmented it.
    drawn_part
        BodyPartExamined of these objects; None leaves it out.
    """

    name: str
    modality: str
    description: str
    body: str
    contrasts: tuple[str, ...]
    grid: Grid
    lesions: tuple[Lesion, ...] = ()
    body_part: str | None = None
    drawn: tuple[Literal["SEG", "RTSTRUCT", "SR"], ...] = ()
    annotators: int = 1
    drawn_part: str | None = None
    pixels: Syntax | None = None
    kind: Kind = "classic"


@dataclass(frozen=True)
class StudyPlan:
    """One visit, some days after the patient's first."""

    name: str
    day: int
    description: str
    series: tuple[SeriesPlan, ...]


@dataclass(frozen=True)
class PatientPlan:
    """A person who does not exist; None where sex or age were not recorded."""

    id: str
    site: Site
    sex: str | None
    age: int | None
    weight_kg: int
    first_visit: date
    studies: tuple[StudyPlan, ...]

    def date_of(self, study: StudyPlan) -> date:
        """Return the day of a visit."""
        return self.first_visit + timedelta(days=study.day)
