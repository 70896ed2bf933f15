"""The JSON Schema of a definition, as shipped in ``definition.schema.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["SCHEMA"]

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("definition.schema.json").read_text("utf-8"))
"""Draft 2020-12. It says the shape; limits over the whole definition, and order within a range, only the reader
can check."""
