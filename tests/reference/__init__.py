"""A second opinion on every count: the specification as slow, obvious Python."""

from tests.reference.clauses import Definition, Row, Value
from tests.reference.evaluator import Catalogue

__all__ = ["Catalogue", "Definition", "Row", "Value"]
