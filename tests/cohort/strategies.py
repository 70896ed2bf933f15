"""Random definitions, well formed and hostile."""

from __future__ import annotations

from hypothesis import strategies as st

from explorer.cohort import CohortDefinition, Group, Within
from explorer.facets import FACETS, Criterion

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "a'b\"c\\",
    "line\nbreak\r\n\tTab",
    "%%bash\nrm -rf /",
    "”; “ or missing",
    "\u202egnirts",
    "__import__('os').system('true')",
    "'''\"\"\"",
    "modality x",
    "a series of the x",
    "\x1b[31m",
    "\U0001f9e0",
    "ß",
    "in the same patient",
    "x" * 1_000,
]

texts = st.one_of(
    st.sampled_from([*HOSTILE, "CT", "MR", "BREAST", "CC BY 3.0", "Breast Cancer", "missing", "A or B"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30),
)
numbers = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([1.0, -0.0])
)
scalars = st.one_of(st.none(), numbers, texts)
facets = st.one_of(st.sampled_from(sorted(FACETS)), texts)
dates = st.dates().map(lambda day: day.isoformat())


def _range(ends: st.SearchStrategy[float] | st.SearchStrategy[str]) -> st.SearchStrategy[tuple[object, object]]:
    def ordered(two: tuple[object, object]) -> tuple[object, object]:
        low, high = two
        return (high, low) if low is not None and high is not None and low > high else two  # type: ignore[operator]

    return st.tuples(st.one_of(st.none(), ends), st.one_of(st.none(), ends)).map(ordered)


criteria = st.one_of(
    st.builds(Criterion, facets, is_in=st.lists(scalars, min_size=1, max_size=9).map(tuple)),
    st.builds(Criterion, facets, contains=st.lists(texts, min_size=1, max_size=9).map(tuple)),
    st.builds(Criterion, facets, between=st.one_of(_range(numbers), _range(dates)), missing=st.booleans()),
)
groups = st.builds(
    Group, st.sampled_from(["series", "study", "patient"]), st.lists(criteria, min_size=1, max_size=4).map(tuple)
)


@st.composite
def definitions(draw: st.DrawFn) -> CohortDefinition:
    """Definitions of every shape, with names and values that try to break out."""
    include = draw(st.lists(groups, max_size=3))
    position = st.integers(0, max(0, len(include) - 1))
    days = _range(st.integers(-1_000, 1_000))
    pairs = st.lists(st.builds(Within, position, position, days), max_size=2 if include else 0)
    return CohortDefinition(
        name=draw(st.one_of(st.just(""), texts)),
        include=tuple(include),
        exclude=tuple(draw(st.lists(groups, max_size=2))),
        within=tuple(draw(pairs)),
        select=draw(st.sampled_from(["matching", "images", "all"])),
        derived=draw(st.sampled_from(["none", "linked"])),
        annotations=draw(st.dictionaries(texts, st.one_of(scalars, st.lists(scalars)), max_size=2)),
    )
