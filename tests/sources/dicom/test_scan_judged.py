from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import pydicom
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.multival import MultiValue
from pydicom.uid import UID, SegmentationStorage

from explorer.sources.dicom import KEYWORDS, Header, scan_file, scan_with_pydicom
from explorer.sources.dicom.tags import TAGS, Kind
from tests.sources.dicom.judged import outcome
from tests.sources.dicom.objects import NATIVE, ROOT, item, slice_of, undefined, write


def bundled() -> list[Path]:
    root = Path(pydicom.__file__).parent / "data"
    return sorted(path for path in root.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))


def test_pydicoms_own_files_are_read_as_pydicom_reads_them() -> None:
    paths = bundled()
    ours = {path: outcome(scan_file, path) for path in paths}
    assert ours == {path: outcome(scan_with_pydicom, path) for path in paths}
    reasons = {path.name: found for path, found in ours.items() if isinstance(found, str)}
    assert len(ours) - len(reasons) > 120
    assert reasons["DICOMDIR"] == "a DICOMDIR"
    assert reasons["rtplan_truncated.dcm"] == "damaged"
    assert reasons["README.txt"] == "not a DICOM file"
    without_preamble = {path.name for path, found in ours.items() if isinstance(found, Header)}
    assert {"ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm", "rtstruct.dcm"} <= without_preamble


def test_what_pydicom_shows_its_users_is_what_we_keep() -> None:
    checked = 0
    for path in bundled():
        found = outcome(scan_file, path)
        if isinstance(found, str):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pydicom's own files hold what it warns about
            ds = dcmread(path, force=True, stop_before_pixels=True)
            for keyword, value in found.values.items():
                shown = (ds.file_meta if keyword == "TransferSyntaxUID" else ds).get(keyword)
                if shown is None:  # from the functional groups, or the age
                    continue
                if isinstance(value, int):
                    assert value == shown, (path, keyword)
                else:
                    several = shown if isinstance(shown, MultiValue) else [shown]
                    texts = [str(getattr(each, "original_string", each)).strip() for each in several]
                    assert value.split("\\") == texts, (path, keyword)
                checked += 1
    assert checked > 2000


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\\="), max_size=40)
_KEPT = [keyword for keyword, kind in TAGS.values() if kind is Kind.TEXT]
_REMOVED = [keyword for keyword in KEYWORDS if keyword not in ("SOPClassUID", "SOPInstanceUID")]


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    ds = slice_of(SpecificCharacterSet="ISO_IR 192")
    ds.SOPClassUID = draw(st.sampled_from([ds.SOPClassUID, SegmentationStorage]))
    for keyword in draw(st.lists(st.sampled_from(_KEPT), unique=True)):
        setattr(ds, keyword, draw(_TEXT))
    for keyword in draw(st.lists(st.sampled_from(_REMOVED), max_size=8)):
        if keyword in ds:
            delattr(ds, keyword)
    for group in draw(st.lists(st.sampled_from([0x0007, 0x0009, 0x0011, 0x0019, 0x0021, 0x0029]), unique=True)):
        block = ds.private_block(group, "HYPOTHESIS", create=True)
        for element in draw(st.lists(st.integers(1, 200), unique=True, max_size=6)):
            kind = draw(st.sampled_from(["LO", "OB", "UN", "SQ"]))
            value = {"LO": draw(_TEXT), "SQ": [slice_of()] if kind == "SQ" else []}.get(
                kind, draw(st.binary(max_size=3)) * draw(st.sampled_from([1, 2, 5000]))
            )
            block.add_new(
                element, kind, value if not isinstance(value, bytes) or len(value) % 2 == 0 else value + b"\0"
            )
    for keyword in draw(st.lists(st.sampled_from(["ReferencedSeriesSequence", "SourceImageSequence"]), unique=True)):
        setattr(ds, keyword, [item(SeriesInstanceUID=ROOT + str(n)) for n in draw(st.lists(st.integers(1, 9)))])
    return undefined(ds) if draw(st.booleans()) else ds


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(ds=datasets(), syntax=st.sampled_from(NATIVE))
def test_random_objects_are_read_as_pydicom_reads_them(ds: Dataset, syntax: UID) -> None:
    with tempfile.TemporaryDirectory() as room:
        path = write(Path(room, "a"), ds, syntax)
        assert outcome(scan_file, path) == outcome(scan_with_pydicom, path)
