from __future__ import annotations

import re
from pathlib import Path

from explorer.images.demo.people import PATIENTS
from tests.images.demo.test_catalogue import SNAPSHOT

PAGE = (Path(__file__).parents[3] / "docs" / "demo.md").read_text("utf-8")


def test_everybody_stands_on_the_page() -> None:
    rows = dict(re.findall(r"^\| (SYN-[AB]-\d\d) \| (.*?) \| ", PAGE, re.MULTILINE))
    visits = dict(re.findall(r"^\| (SYN-[AB]-\d\d) \| .*? \| (.*?) \|", PAGE, re.MULTILINE))
    assert list(rows) == [patient.id for patient in PATIENTS]
    for patient in PATIENTS:
        assert rows[patient.id] == f"{patient.sex or 'missing'}, {patient.age or 'missing'}"
        said = visits[patient.id]
        assert [int(day) for day in re.findall(r"\d+(?=[,:])", re.sub("`.*?`", "", said))] == [
            visit.day for visit in patient.studies
        ]
        assert set(re.findall("`(.*?)`", said)) == {plan.name for visit in patient.studies for plan in visit.series}


def test_the_id_on_the_page_is_the_right_one() -> None:
    assert SNAPSHOT in PAGE


def test_the_code_on_the_page_runs(demo_folder: Path, home: Path) -> None:
    home.mkdir()
    (home / "demo").symlink_to(demo_folder, target_is_directory=True)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "demo.md", "exec"), {})
