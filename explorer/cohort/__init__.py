"""Cohort definitions: frozen values that say who and what a cohort takes."""

from explorer.cohort.advice import Advice, AdviceJson
from explorer.cohort.catalogue import Catalogue
from explorer.cohort.definition import CohortDefinition
from explorer.cohort.files import write_atomically
from explorer.cohort.groups import Derived, Group, GroupKind, Same, Select, Within
from explorer.cohort.schema import SCHEMA
from explorer.cohort.sentence import describe_criterion, describe_group, describe_selection, describe_within

__all__ = [
    "SCHEMA",
    "Advice",
    "AdviceJson",
    "Catalogue",
    "CohortDefinition",
    "Derived",
    "Group",
    "GroupKind",
    "Same",
    "Select",
    "Within",
    "describe_criterion",
    "describe_group",
    "describe_selection",
    "describe_within",
    "write_atomically",
]
