"""The command line: one command per question, the same answers as in Python."""

from explorer.cli.main import main

__all__ = ["main"]
