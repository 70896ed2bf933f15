from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from explorer.sources.dicom import scan_file, scan_with_pydicom
from tests.sources.dicom.objects import slice_of, write

# ruff: noqa: RUF001
CHARACTER_SETS = [
    ("", "Buc^Jerome", "Head"),
    ("ISO_IR 100", "Buc^Jérôme", "Schädel"),
    ("ISO_IR 101", "Wałęsa^Łucja", "Głowa"),
    ("ISO_IR 109", "Ĥoro^Ĝusta", "ĥoro"),
    ("ISO_IR 110", "Bērziņa^Ķērsta", "galviņa"),
    ("ISO_IR 144", "Люкceмбypг^Ира", "Голова"),
    ("ISO_IR 126", "Διονυσιος^Αννα", "Κεφαλη"),
    ("ISO_IR 127", "قباني^لنزار", "رأس"),
    ("ISO_IR 138", "שרון^דבורה", "ראש"),
    ("ISO_IR 148", "Çavuşoğlu^Şule", "Göğüs"),
    ("ISO_IR 166", "นามสกุล^ชื่อ", "ศีรษะ"),
    ("ISO_IR 13", "ﾔﾏﾀﾞ^ﾀﾛｳ", "ｱﾀﾏ"),
    ("ISO_IR 192", "Wang^XiaoDong=王^小東東", "头部 🧠"),
    ("GB18030", "Wang^XiaoDong=王^小东东", "头部检查"),
    ("GBK", "Zhang^Xiao=张^小东东", "头部检查"),
    (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田山^太郎=やまだ^たろう", "頭部"),
    (["ISO 2022 IR 13", "ISO 2022 IR 87"], "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", "頭部 ｱﾀﾏ"),
    (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동님", "머리"),
    (["", "ISO 2022 IR 58"], "Zhang^XiaoDong", "Head"),
    (["ISO 2022 IR 6", "ISO 2022 IR 100"], "Buc^Jérôme", "Schädel"),
]


@pytest.mark.parametrize(
    ("charset", "name", "description"), CHARACTER_SETS, ids=[str(each[0]) for each in CHARACTER_SETS]
)
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_text_in_every_character_set(
    tmp_path: Path, syntax: UID, charset: str | list[str], name: str, description: str
) -> None:
    ds = slice_of(SpecificCharacterSet=charset, PatientName=name, StudyDescription=description, Manufacturer=None)
    del ds.ReferringPhysicianName
    path = write(tmp_path / "a", ds, syntax)
    header = scan_file(path)
    assert header == scan_with_pydicom(path)
    assert header.values["StudyDescription"] == description == dcmread(path).StudyDescription
    words = {part for part in name.casefold().replace("=", "^").split("^") if len(part) > 2}
    assert {word for word in words if word.isalpha()} <= header.name_words


@pytest.mark.parametrize(
    "charset",
    [b"ISO_IR 192", b"ISO_IR 999", b"ISO IR 100", b"undefined", b"idna", b"zlib", b"rot13", b"\\\\", b"GBK\\ISO_IR 192",
     b"\\ISO 2022 IR 87", b"ISO_IR 13", b"\xff\xff", b"ISO\0\0IR 6", b"ISO_IR 13\\no"],
)  # fmt: skip
@pytest.mark.parametrize(
    "value", [b"Sch\xe4del", b"\x1b$B\xff\xff", b"\x1b", b"\x1b$)C\x1b(B", b"a\\\xff\\b", b"\xf0\x9f"]
)
def test_a_wrong_character_set_spoils_letters_but_no_file(tmp_path: Path, charset: bytes, value: bytes) -> None:
    path = write(tmp_path / "a", slice_of(ImageType="C" * 16, StudyDescription="D" * 40, PatientName="P" * 40))
    data = path.read_bytes()
    for written, replacement in ((b"\x08\0\x05\0", b"\x08\0\x04\0"), (b"\x08\0\x08\0", b"\x08\0\x05\0")):
        assert data.count(written) == 1
        data = data.replace(written, replacement)
    for letter, replacement in ((b"C" * 16, charset), (b"D" * 40, value), (b"P" * 40, value)):
        assert data.count(letter) == 1
        data = data.replace(letter, replacement[: len(letter)].ljust(len(letter)))
    path.write_bytes(data)
    header = scan_file(path)
    if b"\0" not in charset:  # pydicom cannot read that file at all
        assert header == scan_with_pydicom(path)
    assert header.values["PatientID"] == "SYN-1"
    assert header.values["StudyDescription"]
