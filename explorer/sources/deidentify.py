"""What is done to values of headers before they become a snapshot, after the options of DICOM PS3.15, Annex E."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from explorer.errors import UserError
from explorer.sources.keyed import fingerprint, hashed_days, hashed_name, hashed_uid

__all__ = ["Dates", "DeIdentification", "Descriptors", "Ids", "in_words", "is_uid"]

Ids = Literal["hash", "keep"]
Dates = Literal["shift", "offset", "keep", "drop"]
Descriptors = Literal["clean", "drop", "keep"]

_OLDEST = 89
_UID = re.compile(r"[0-9.]{1,64}")
_AGE = re.compile(r"(\d{1,3})([YMWD]?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class DeIdentification:
    """What a snapshot keeps of people. Names, birth dates, institutions and the like are never taken over at all.

    Parameters
    ----------
    key
        Secret of the keyed hashes, at least 16 bytes; `explorer.sources.keyed` reads and makes one. Needed where
        anything is hashed or shifted.
    patient_ids
        ``"hash"`` replaces PatientID by a keyed hash; ``"keep"`` keeps it.
    uids
        The same for study, series and instance UIDs. Images are found by UID, so a snapshot with hashed ones opens
        none. Those that are kept can hold dates, whatever `dates` says.
    dates
        ``"shift"``: every date of a patient goes back by the same number of days, 1 to 3,653, drawn from the key, so
        intervals stay. ``"offset"``: no date, only days since the patient's first study. ``"keep"``, ``"drop"``.
    descriptors
        Descriptions and other free text. ``"clean"``: text that looks personal becomes missing. ``"drop"``: no
        descriptions; other text is cleaned. ``"keep"``.
    characteristics
        Whether sex and age are kept. An age above 89 becomes 90 unless patient ids and dates are kept as they are.

    References
    ----------
    DICOM PS3.15, Annex E: Retain Patient Characteristics, Retain Longitudinal Temporal Information with Modified
    Dates, Clean Descriptors, Retain UIDs.
    """

    key: bytes | None = field(default=None, repr=False)
    patient_ids: Ids = "hash"
    uids: Ids = "keep"
    dates: Dates = "shift"
    descriptors: Descriptors = "clean"
    characteristics: bool = True

    def __post_init__(self) -> None:
        for name, kind in (("patient_ids", Ids), ("uids", Ids), ("dates", Dates), ("descriptors", Descriptors)):
            if getattr(self, name) not in get_args(kind):
                raise UserError(f"{name} is {' or '.join(get_args(kind))}, not {getattr(self, name)!r}")
        if self.needs_key and (self.key is None or len(self.key) < 16):
            raise UserError("hashed identifiers and shifted dates need a key of at least 16 bytes; give key=")

    @classmethod
    def none(cls) -> DeIdentification:
        """Return the choice that keeps every value as recorded, for data that is public or synthetic."""
        return cls(patient_ids="keep", dates="keep", descriptors="keep")

    @classmethod
    def restricted(
        cls, key: bytes, *, descriptors: Descriptors = "clean", characteristics: bool = True
    ) -> DeIdentification:
        """Return the choice for snapshots that leave the house: no identifier, UID or date as recorded."""
        return cls(key, "hash", "hash", "offset", descriptors, characteristics)

    @property
    def needs_key(self) -> bool:
        """Whether anything is hashed or shifted."""
        return "hash" in (self.patient_ids, self.uids) or self.dates == "shift"

    @property
    def hides_dates_beside_uids(self) -> bool:
        """Whether dates are hidden while UIDs, which can hold dates too, are kept."""
        return self.uids == "keep" and self.dates != "keep"

    @property
    def options(self) -> Mapping[str, object]:
        """The choice as plain values for the snapshot's recipe; of the key only its fingerprint."""
        said: dict[str, object] = {
            "patient_ids": self.patient_ids,
            "uids": self.uids,
            "dates": self.dates,
            "descriptors": self.descriptors,
            "characteristics": self.characteristics,
        }
        return {**said, "key": fingerprint(self._secret)} if self.needs_key else said

    def patient_id(self, recorded: str) -> str:
        """Return the identifier that the snapshot gives a patient."""
        return recorded if self.patient_ids == "keep" else hashed_name(self._secret, recorded)

    def uid(self, recorded: str) -> str:
        """Return the UID that the snapshot gives a study, a series or an instance.

        What is no valid UID is hashed wherever patient identifiers are: any text may stand in it.
        """
        hides = self.uids == "hash" or (self.patient_ids == "hash" and not is_uid(recorded))
        return hashed_uid(self._secret, recorded) if hides else recorded

    def days_back(self, patient: str) -> int:
        """Return by how many days the dates of a patient (PatientID as recorded) go back."""
        return hashed_days(self._secret, patient) if self.dates == "shift" else 0

    def age(self, recorded: str) -> str | None:
        """Return an Age String, None for what is none; of at most 90 years unless patient ids and dates are kept."""
        if not self.characteristics:
            return None
        found = _AGE.fullmatch(recorded)
        if found is None or (self.patient_ids == "keep" and self.dates == "keep"):
            return recorded if found else None
        if found[2] in ("", "Y") and int(found[1]) > 110:
            return None
        return "090Y" if found[2] in ("", "Y") and int(found[1]) > _OLDEST else recorded

    def sex(self, recorded: str) -> str | None:
        """Return the sex as recorded where sex and age are kept."""
        return recorded if self.characteristics else None

    def withholds(
        self, column: str, text: str, names: frozenset[str], identifier: str, others: frozenset[str] = frozenset()
    ) -> str | None:
        """Return why a column's text is not taken over, None where it is: ``"dropped"``, or a rule of `personal`.

        Parameters
        ----------
        column
            DICOM keyword.
        text
            As recorded.
        names, identifier, others
            Of the patient, and of other people, as `explorer.sources.personal.looks_personal` takes them.
        """
        if self.descriptors == "keep":
            return None
        if self.descriptors == "drop" and column.endswith("Description"):
            return "dropped"
        from explorer.sources.personal import looks_personal

        return looks_personal(text, names, identifier, others)

    @property
    def _secret(self) -> bytes:
        if self.key is None:
            raise UserError("hashed identifiers and shifted dates need a key; give key=")
        return self.key


def is_uid(text: str) -> bool:
    """Whether a text is made as UIDs are: up to 64 digits and dots (PS3.5, section 9)."""
    return _UID.fullmatch(text) is not None


_WORDS: Mapping[tuple[str, object], str] = {
    ("patient_ids", "hash"): "patient identifiers are keyed hashes",
    ("patient_ids", "keep"): "patient identifiers are as recorded",
    ("uids", "hash"): "UIDs are keyed hashes, so images are not found by them",
    ("uids", "keep"): "UIDs are as recorded",
    ("dates", "shift"): "dates are shifted, each patient's by a number of days of their own",
    ("dates", "offset"): "no dates, only days since each patient's first study",
    ("dates", "keep"): "dates are as recorded",
    ("dates", "drop"): "no dates",
    ("descriptors", "clean"): "text that looks personal is left out",
    ("descriptors", "drop"): "descriptions are left out",
    ("descriptors", "keep"): "descriptions are as recorded",
    ("characteristics", True): "sex and age are kept",
    ("characteristics", False): "sex and age are left out",
}


def in_words(recipe: Mapping[str, object], *, counts: bool = False, pictures: bool = False) -> str | None:
    """Return a sentence about the de-identification that a snapshot's recipe records, None where it records none.

    With `counts` it says how many texts were left out, with `pictures` that small pictures stand beside the snapshot.
    """
    options, notes = recipe.get("options"), recipe.get("notes")
    chosen = options.get("deidentification") if isinstance(options, Mapping) else None
    if not isinstance(chosen, Mapping):
        return None
    said = [_WORDS[name, value] for name, value in _pairs(chosen) if (name, value) in _WORDS]
    if chosen.get("uids") == "keep" and chosen.get("dates") in ("shift", "offset", "drop"):
        said.append("UIDs as recorded can hold real dates")
    if isinstance(key := chosen.get("key"), str):
        said.append(f"key {key}")
    withheld = notes.get("withheld") if isinstance(notes, Mapping) else None
    if counts and isinstance(withheld, Mapping):
        texts = sum(n for rules in withheld.values() if isinstance(rules, Mapping) for n in rules.values())
        said.append(f"{texts:,} text{'s' * (texts != 1)} of series left out")
    if pictures:
        said.append("small pictures of series are stored beside it, pixels as they are")
    sentence = "; ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}." if said else None


def _pairs(chosen: Mapping[object, object]) -> list[tuple[str, object]]:
    names = ("patient_ids", "uids", "dates", "characteristics", "descriptors")
    return [(name, value) for name in names if isinstance(value := chosen.get(name), str | bool)]
