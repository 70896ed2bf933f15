"""DICOM headers become a snapshot: files are scanned, series collected, people taken out."""

from __future__ import annotations

from explorer.sources.dicom.folder import Found, Unread, scan_folder
from explorer.sources.dicom.header import KEYWORDS, Header, UnreadError
from explorer.sources.dicom.scan import scan_file, scan_with_pydicom

__all__ = ["KEYWORDS", "Found", "Header", "Unread", "UnreadError", "scan_file", "scan_folder", "scan_with_pydicom"]
