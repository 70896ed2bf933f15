"""Prints the specification as a chapter of the documentation: `python -m tests.spec.print`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.spec.case import CHAPTERS

PRINTED = Path(__file__).parents[2] / "docs" / "specification.md"
_NOTE = "<!-- Printed by `python -m tests.spec.print` from tests/spec. Edit it there. -->"


def printed() -> str:
    """The specification as one Markdown page."""
    chapters = [chapter.read_text(encoding="utf-8").strip() for chapter in CHAPTERS]
    deeper = [re.sub(r"^#(?=#* )", "##", chapter, flags=re.M) for chapter in chapters]
    index = (Path(__file__).parent / "README.md").read_text(encoding="utf-8").strip()
    return "\n\n".join([index.replace("\n", f"\n\n{_NOTE}\n", 1), *deeper]) + "\n"


if __name__ == "__main__":
    PRINTED.parent.mkdir(exist_ok=True)
    PRINTED.write_text(printed(), encoding="utf-8")
