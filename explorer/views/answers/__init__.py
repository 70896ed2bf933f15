"""What the explorer's process answers to the Jupyter server: the side panel's column, counts, cells, notebooks."""

from explorer.views.answers.routes import patterns

__all__ = ["patterns"]
