"""What JupyterLab may ask the explorer's process, and how a question must look."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from explorer.cohort import CohortDefinition
from explorer.cohort.reading import read_members
from explorer.cohort.texts import kind_of, shown
from explorer.errors import DefinitionError, UnknownNameError
from explorer.session.workspace import Workspace

__all__ = ["QUESTIONS", "checked"]

_SNAPSHOT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,127}")
_LANGUAGE = re.compile("[a-z]{2}")
_MOST_DEFINITIONS = 200
_CELLS = ("cohort", "images", "builder")

Question = dict[str, Any]


def checked(name: str, content: object) -> Question:
    """Return a question that is safe to pass on.

    Raises
    ------
    UnknownNameError
        There is no such question.
    DefinitionError
        A part of it is not as it must be; `path` points at it.
    UserError
        The workspace's name is none.
    """
    if name not in QUESTIONS:
        raise UnknownNameError(f"there is no question {shown(name)}; there are {', '.join(QUESTIONS)}")
    return QUESTIONS[name](content)


def _column(content: object) -> Question:
    given = read_members(content, "", "this question", ("workspace",), ("have", "request", "counts", "language"))
    request, counts = given.get("request"), given.get("counts", True)
    if request is not None and not (isinstance(request, Mapping) and isinstance(request.get("kind"), str)):
        raise DefinitionError("a request is an object with its kind, or null", "/request")
    if not isinstance(counts, bool):
        raise DefinitionError(f"counts is true or false, not {shown(counts)}", "/counts")
    language = given.get("language", "en")
    if not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        raise DefinitionError(f'language is two letters, "es", not {shown(language)}', "/language")
    return {
        "workspace": _workspace(given["workspace"]),
        "have": _snapshot(given.get("have") or "", "/have", empty=True),
        "request": request,
        "counts": counts,
        # English goes without saying.
        **({} if language == "en" else {"language": language}),
    }


def _patients(content: object) -> Question:
    given = read_members(content, "", "this question", ("definitions",), ("snapshot",))
    definitions = given["definitions"]
    if not isinstance(definitions, list):
        raise DefinitionError(f"definitions is a list, not {kind_of(definitions)}", "/definitions")
    if len(definitions) > _MOST_DEFINITIONS:
        raise DefinitionError(f"at most {_MOST_DEFINITIONS} definitions are counted at once", "/definitions")
    # A broken one is answered with what is wrong with it; the others are counted all the same.
    return {"snapshot": _snapshot(given.get("snapshot") or "", "/snapshot", empty=True), "definitions": definitions}


def _compare(content: object) -> Question:
    given = read_members(content, "", "this question", ("first", "second"), ("snapshot",))
    return {
        "snapshot": _snapshot(given.get("snapshot") or "", "/snapshot", empty=True),
        "first": _definition(given["first"], "/first"),
        "second": _definition(given["second"], "/second"),
    }


def _cell(content: object) -> Question:
    given = read_members(content, "", "this question", ("what",), ("workspace", "definition"))
    if given["what"] not in _CELLS:
        raise DefinitionError(f"what is one of {', '.join(_CELLS)}, not {shown(given['what'])}", "/what")
    return {"what": given["what"], **_cohort(given)}


def _notebook(content: object) -> Question:
    return _cohort(read_members(content, "", "this question", (), ("workspace", "definition")))


def _snapshots(content: object) -> Question:
    given = read_members(content, "", "this question", ("workspace",))
    return {"workspace": _workspace(given["workspace"])}


def _switch(content: object) -> Question:
    given = read_members(content, "", "this question", ("workspace", "snapshot"), ("have",))
    have = {"have": _snapshot(given["have"], "/have", empty=True)} if "have" in given else {}
    return {
        "workspace": _workspace(given["workspace"]),
        "snapshot": _snapshot(given["snapshot"], "/snapshot"),
        **have,
    }


def _cohort(given: Mapping[str, object]) -> Question:
    """Return the workspace or the definition that is meant."""
    if ("workspace" in given) == ("definition" in given):
        raise DefinitionError("this question names a workspace or holds a definition, one of both")
    if "workspace" in given:
        return {"workspace": _workspace(given["workspace"])}
    return {"definition": _definition(given["definition"], "/definition")}


def _workspace(name: object) -> str:
    if not isinstance(name, str):
        raise DefinitionError(f"the name of a workspace is text, not {kind_of(name)}", "/workspace")
    return Workspace(name).name


def _snapshot(name: object, path: str, *, empty: bool = False) -> str:
    if isinstance(name, str) and (_SNAPSHOT.fullmatch(name) or (empty and not name)):
        return name
    raise DefinitionError(f"{shown(name)} is no name of a snapshot", path)


def _definition(content: object, path: str) -> dict[str, Any]:
    try:
        return CohortDefinition.from_dict(content).to_dict()
    except DefinitionError as error:
        message = str(error).removeprefix(f"{error.path}: ") if error.path else str(error)
        raise DefinitionError(message, path + error.path) from None


QUESTIONS: dict[str, Callable[[object], Question]] = {
    "column": _column,
    "patients": _patients,
    "compare": _compare,
    "cell": _cell,
    "notebook": _notebook,
    "snapshots": _snapshots,
    "snapshot": _switch,
}
