"""What `import explorer` offers, and how little it loads."""

from __future__ import annotations

import doctest
import inspect
import json
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import explorer
from tests.home import ROOT

SCREENS = {"panel", "bokeh", "holoviews", "ipywidgets", "anywidget", "IPython", "tornado", "jupyter_server"}
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(explorer.__path__, "explorer.")
    if not module.name.endswith("__main__")
)


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a new interpreter holds after `statement`, besides those it starts with."""
    code = (
        "import sys; before = set(sys.modules)\n"
        f"{statement}\n"
        "import json; print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_public_names_are_sorted() -> None:
    assert explorer.__all__ == sorted(explorer.__all__)
    assert set(explorer.__all__) <= set(dir(explorer))


@pytest.mark.parametrize("name", explorer.__all__)
def test_public_names_are_there_and_documented(name: str) -> None:
    value = getattr(explorer, name)
    if name == "__version__":
        assert value[0].isdigit()
    else:
        assert inspect.getdoc(value), f"explorer.{name} has no docstring"


def test_an_unknown_name_says_what_exists() -> None:
    with pytest.raises(AttributeError, match="CohortDefinition"):
        explorer.Kohort  # noqa: B018


def test_import_is_light() -> None:
    """The package alone brings nothing but the standard library."""
    assert modules_after("import explorer") - sys.stdlib_module_names == {"explorer"}


def test_a_definition_brings_no_engine() -> None:
    loaded = modules_after("import explorer; explorer.CohortDefinition; import explorer.facets")
    assert not loaded & (SCREENS | {"duckdb", "pandas", "pyarrow", "numpy"})


def test_the_command_line_brings_what_a_command_needs() -> None:
    assert not modules_after("import explorer.cli") & (SCREENS | {"pandas", "pyarrow", "pydicom"})


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_examples_of_the_package_run() -> None:
    assert doctest.testmod(explorer).failed == 0


def test_every_folder_of_code_is_a_package() -> None:
    """The check of the layers does not see what has no ``__init__.py``."""
    folders = {path.parent for path in (ROOT / "explorer").rglob("*.py")}
    assert not sorted(str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file())
