"""Short cells that bring a cohort into somebody's notebook: the cohort, its images, the builder.

Names and values go in as data: JSON in a raw literal between three double quotes. In JSON a quote inside a text has a
backslash before it, which a raw literal reads the same way, and two texts never touch; so nothing ends the literal
early. Every line of it begins with a mark of JSON, and whatever is invisible or changes direction is written out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer.cohort import CohortDefinition
from explorer.cohort.texts import one_line
from explorer.errors import UnknownNameError
from explorer.snapshot import Snapshot, Store

__all__ = ["builder_cell", "cohort_cell", "images_cell"]

_WIDTH = 88
_LONGEST_NAME = 80
_COOKIE = re.compile(r"coding(?=[:=])")
"""What Python reads, in a comment, as the encoding of a file."""


def cohort_cell(definition: CohortDefinition, snapshot: Snapshot) -> str:
    """Return a cell that counts the cohort and shows what each rule costs.

    Parameters
    ----------
    definition
        The rule; its annotations stay behind, counting ignores them.
    snapshot
        Where to look.
    """
    made = _made(definition, snapshot)
    return f"{_comment(_called(definition))}\nimport explorer\n\n{made}\nexplorer.Report(cohort).attrition()"


def images_cell(definition: CohortDefinition, snapshot: Snapshot, folders: Sequence[Path] = ()) -> str:
    """Return a cell that lists those of the cohort's series that have files on this machine, and shows the first.

    Parameters
    ----------
    definition, snapshot
        The cohort.
    folders
        Where DICOM files are; none is the folder ``images`` beside the notebook.
    """
    places = ", ".join(repr(str(folder)) for folder in folders) or '"images"'
    say = "" if folders else "  # your folder of DICOM files"
    return f"""{_comment(f"Images of {_called(definition, begun=False)}")}
import explorer
import pandas
from explorer.images import index_folders

{_made(definition, snapshot)}
folder = index_folders([{places}]){say}
columns = ["PatientID", "Modality", "SeriesDescription", "SeriesInstanceUID"]
found = pandas.DataFrame(cohort.series(list(folder.series), columns=columns), columns=columns)
print(f"{{len(found):,}} of the cohort's {{cohort.totals().series:,}} series have files here")
display(found)
explorer.view(folder.files(found.SeriesInstanceUID[0])) if len(found) else None"""


def builder_cell(snapshot: Snapshot, what: CohortDefinition | str) -> str:
    """Return a cell with the filters as a widget.

    Parameters
    ----------
    snapshot
        Where to look.
    what
        Name of the workspace that it shares with other screens; or a definition to begin with, on its own.
    """
    if isinstance(what, str):
        call = f"builder = explorer.CohortBuilder({_open(snapshot)}, workspace={json.dumps(what)})"
        return f"import explorer\n\n{call}{_of(snapshot)}\nbuilder"
    call = f"builder = explorer.CohortBuilder({_open(snapshot)}, rule, workspace=None)"
    return f"{_comment(_called(what))}\nimport explorer\n\n{_rule(what)}\n{call}{_of(snapshot)}\nbuilder"


def _made(definition: CohortDefinition, snapshot: Snapshot) -> str:
    return f"{_rule(definition)}\ncohort = explorer.Cohort(rule, {_open(snapshot)}){_of(snapshot)}"


def _rule(definition: CohortDefinition) -> str:
    content = replace(definition, annotations={}).to_dict()
    for key in ("exclude", "within"):
        if not content[key]:
            del content[key]
    return f'rule = explorer.CohortDefinition.from_json(r"""\n{_laid_out(content)}\n""")'


def _open(snapshot: Snapshot) -> str:
    """Return the call that opens the snapshot again: by its content, or by its path where that is all there is."""
    try:
        Store().find(snapshot.id)
    except UnknownNameError:
        return f"explorer.Snapshot.open({str(snapshot.path)!r})"
    return f'explorer.Snapshot.open("{snapshot.id[:16]}")'


def _of(snapshot: Snapshot) -> str:
    return f"  {_comment(snapshot.title)}"


def _called(definition: CohortDefinition, *, begun: bool = True) -> str:
    name = definition.name
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1]}…"
    noun = "Cohort" if begun else "the cohort"
    return f'{noun} "{name}"' if name else "A cohort" if begun else "a cohort"


def _comment(text: str) -> str:
    """Return the text as a comment, which ends where its line ends and says nothing to Python."""
    return f"# {_COOKIE.sub('coding ', one_line(text))}"


def _laid_out(content: dict[str, Any]) -> str:
    """Return a definition as JSON: a line for each group and criterion; values fill their lines."""
    lines = [", ".join(_pair(key, content[key]) for key in ("version", "name") if key in content)]
    for kind in ("include", "exclude"):
        if kind in content:
            groups = ",\n  ".join(map(_group, content[kind]))
            lines.append(f'"{kind}": [\n  {groups}]' if groups else f'"{kind}": []')
    if "within" in content:
        lines.append(f'"within": {_filled(content["within"], 3, len("within") + 5)}')
    lines.append(", ".join(_pair(key, content[key]) for key in ("select", "derived") if key in content))
    return f"{{{f',{_NEXT}'.join(lines)}}}"


_NEXT = "\n "


def _group(group: dict[str, Any]) -> str:
    where = [_criterion(criterion) for criterion in group["where"]]
    begun = f'{{{_pair("same", group["same"])}, "where": ['
    together = ", ".join(where)
    if len(where) == 1 and "\n" not in together and len(begun) + len(together) < _WIDTH:
        return f"{begun}{together}]}}"
    return f"{begun}\n    {f',{_NEXT}   '.join(where)}]}}"


def _criterion(criterion: dict[str, Any]) -> str:
    pairs, taken = [], 5
    for key, value in criterion.items():
        name = f"{_on_one_line(key)}: "
        pairs.append(name + (_filled(value, 6, taken + len(name)) if isinstance(value, list) else _on_one_line(value)))
        taken += len(pairs[-1]) + 2
    return f"{{{', '.join(pairs)}}}"


def _filled(values: list[Any], margin: int, taken: int) -> str:
    """Return the values as a list whose lines are filled."""
    text, at = "[", taken + 1
    for k, value in enumerate(values):
        part = _on_one_line(value)
        if k and at + 3 + len(part) > _WIDTH:
            text, at = f"{text},\n{' ' * margin}{part}", margin + len(part)
        else:
            text, at = (f"{text}, {part}", at + 2 + len(part)) if k else (text + part, at + len(part))
    return f"{text}]"


def _pair(key: str, value: object) -> str:
    return f"{_on_one_line(key)}: {_on_one_line(value)}"


def _on_one_line(value: object) -> str:
    return one_line(json.dumps(value, ensure_ascii=False))
