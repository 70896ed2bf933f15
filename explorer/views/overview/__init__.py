"""The overview: linked charts of the cohort, which filter when they are clicked or brushed."""

from explorer.views.overview.board import Overview

__all__ = ["Overview"]
