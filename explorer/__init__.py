"""Find, look at and take away cancer imaging cohorts.

Five lines from a question to numbers:

>>> import explorer
>>> from explorer.facets import BodyPartExamined, Modality, sex
>>> rule = (
...     explorer.CohortDefinition(name="Breast MR of women")
...     .including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"), same="series")
...     .including(sex.is_in("F"), same="patient")
... )
>>> cohort = explorer.Cohort(rule, explorer.Snapshot.open())  # doctest: +SKIP
>>> cohort.totals()  # doctest: +SKIP

Importing the package is cheap: each public name brings its module with it on first use.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.cohort import CohortDefinition, Group, Within
    from explorer.counts import Cohort
    from explorer.errors import DifferenceError, ExplorerError
    from explorer.export import Report, export_notebook, reopen
    from explorer.facets import Criterion, Facet
    from explorer.snapshot import Snapshot
    from explorer.views.builder import CohortBuilder
    from explorer.views.contact_sheet import contact_sheet
    from explorer.views.viewer import view

    __version__: str

__all__ = [
    "Cohort",
    "CohortBuilder",
    "CohortDefinition",
    "Criterion",
    "DifferenceError",
    "ExplorerError",
    "Facet",
    "Group",
    "Report",
    "Snapshot",
    "Within",
    "__version__",
    "contact_sheet",
    "export_notebook",
    "reopen",
    "view",
]

_HOME_OF = {
    "Cohort": "explorer.counts",
    "CohortBuilder": "explorer.views.builder",
    "CohortDefinition": "explorer.cohort",
    "Criterion": "explorer.facets",
    "DifferenceError": "explorer.errors",
    "ExplorerError": "explorer.errors",
    "Facet": "explorer.facets",
    "Group": "explorer.cohort",
    "Report": "explorer.export",
    "Snapshot": "explorer.snapshot",
    "Within": "explorer.cohort",
    "contact_sheet": "explorer.views.contact_sheet",
    "export_notebook": "explorer.export",
    "reopen": "explorer.export",
    "view": "explorer.views.viewer",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("cohort-explorer")
    elif name in _HOME_OF:
        value = getattr(import_module(_HOME_OF[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it offers {', '.join(__all__)}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _show_in_notebooks() -> None:
    """Teach IPython, where it is running already, how definitions, cohorts and snapshots look."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        import_module("explorer.views.displays").register(shell)


_show_in_notebooks()
