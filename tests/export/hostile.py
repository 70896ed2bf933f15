"""Text that tries to be code, markup or a formula, and a snapshot full of it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from explorer import CohortDefinition, Snapshot
from explorer.facets import Modality, StudyDescription, sex
from explorer.sources import RowsSource

TEXTS = (
    "'''",
    '"""',
    "\\",
    "\\'",
    "''' + __import__('os').system('true') + r'''",
    "%%bash",
    "%%bash\ntrue",
    "!true",
    "?x",
    "{{7*7}}",
    "{% raw %}",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</script><svg onload=alert(1)>",
    "a](javascript:alert(1))",
    "[a](javascript:alert(1))",
    "![a](https://example.org/x.png)",
    "<https://example.org>",
    "https://example.org and www.example.org and me@example.org",
    "$\\href{javascript:alert(1)}{x}$",
    "\\(x\\) \\[y\\] \\begin{equation}z\\end{equation} $$w$$",
    "line\nbreak\r\nand\ttab",
    "# heading",
    "* * *",
    "`code` **bold** _it_ ~~no~~",
    "| a | b |\n|---|---|",
    "\u202eright to left\u2066",
    "\u2028\u2029\x85\x0b\x0c\x1b[31m",
    "&lt;b&gt; &#60;b&#62;",
    "中文 Ελληνικά Кирилли́ца ß ﷽ 😀",
    "10.1234/abc",
    "x" * 900,
)

PIECES = st.sampled_from([*TEXTS[:-1], "'", '"', "\n", " ", "\\u0027", "$", "<", "&", "a", "1"])
hostile_texts = st.one_of(
    st.sampled_from(TEXTS),
    st.lists(PIECES, max_size=6).map("".join).filter(lambda text: len(text) < 900),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40),
)


def hostile_rule(name: str, *values: str) -> CohortDefinition:
    """Name and values wherever a definition has room for them."""
    rule = CohortDefinition(name=name).including(Modality.is_in("CT", *values), same="study")
    return rule.including(sex.is_in("F", None)).excluding(StudyDescription.contains(f"never{values[0]}"))


def hostile_snapshot(folder: Path) -> Snapshot:
    """A patient for each hostile text, which stands in every column that an export shows."""
    rows = [
        {
            "dataset": f"{text} {k}",
            "PatientID": text,
            "Modality": text if k % 2 else "CT",
            "sex": "F" if k % 3 else None,
            "age": k,
            "study_date": f"{1990 + k % 7}-03-01",
            "StudyDescription": text,
            "license": text if k % 2 else "CC BY-NC 4.0",
            "source_doi": text if k % 4 else None,
        }
        for k, text in enumerate(TEXTS)
    ]
    citations = [{"source_doi": text, "title": text, "citation": text, "url": text} for text in TEXTS]
    return Snapshot.build(RowsSource(rows, citations=citations, title="<b>Hostile</b> $x$"), store=folder)
