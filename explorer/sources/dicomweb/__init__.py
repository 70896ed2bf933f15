"""A DICOMweb archive: its studies and series by QIDO-RS."""

from __future__ import annotations

from explorer.sources.dicomweb.address import Address, Credentials
from explorer.sources.dicomweb.client import Archive, Refused, Unreached
from explorer.sources.dicomweb.patience import Cancelled, Patience
from explorer.sources.dicomweb.qido import Questions

__all__ = ["Address", "Archive", "Cancelled", "Credentials", "Patience", "Questions", "Refused", "Unreached"]
