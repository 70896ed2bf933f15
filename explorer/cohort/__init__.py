"""Cohort definitions: frozen values that say who and what a cohort takes."""

from explorer.cohort.advice import Advice, AdviceJson
from explorer.cohort.catalogue import Catalogue
from explorer.cohort.definition import CohortDefinition
from explorer.cohort.files import write_atomically
from explorer.cohort.groups import Derived, Group, GroupKind, Same, Select, Within
from explorer.cohort.marks import Mark, SeriesMark, marks_of, sample_of, with_mark, with_sample
from explorer.cohort.notes import LONGEST_NOTE, note_of, with_note
from explorer.cohort.sample_choice import SampleChoice, spread_facets
from explorer.cohort.schema import SCHEMA
from explorer.cohort.sentence import (
    describe_criterion,
    describe_days,
    describe_group,
    describe_part,
    describe_selection,
    describe_within,
)

__all__ = [
    "LONGEST_NOTE",
    "SCHEMA",
    "Advice",
    "AdviceJson",
    "Catalogue",
    "CohortDefinition",
    "Derived",
    "Group",
    "GroupKind",
    "Mark",
    "Same",
    "SampleChoice",
    "Select",
    "SeriesMark",
    "Within",
    "describe_criterion",
    "describe_days",
    "describe_group",
    "describe_part",
    "describe_selection",
    "describe_within",
    "marks_of",
    "note_of",
    "sample_of",
    "spread_facets",
    "with_mark",
    "with_note",
    "with_sample",
    "write_atomically",
]
