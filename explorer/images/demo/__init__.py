"""A small study set of nobody: synthetic DICOM files for lessons and tests, the same on every machine."""

from explorer.images.demo.source import DemoSource
from explorer.images.demo.write import StudySet, read_study_set, write_study_set

__all__ = ["DemoSource", "StudySet", "read_study_set", "write_study_set"]
