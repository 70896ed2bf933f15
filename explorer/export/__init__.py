"""What one takes away: the notebook that shows a cohort and checks its own numbers."""

from explorer.export.chart import Chart
from explorer.export.compose import export_notebook, notebook
from explorer.export.rebuild import reopen
from explorer.export.report import Report
from explorer.export.table import Table

__all__ = ["Chart", "Report", "Table", "export_notebook", "notebook", "reopen"]
