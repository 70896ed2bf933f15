"""Find, read and draw the images of a cohort's series, from local files."""

from explorer.images.contours import read_rtstruct
from explorer.images.find import ImageFolder, LocalSeries, Unreadable, index_folder, index_folders
from explorer.images.linked import LinkedObject, linked_objects, read_linked
from explorer.images.mask_kinds import drawn_on, read_masks, which_images
from explorer.images.masks import Code, Mask, Segment
from explorer.images.nifti import to_nifti
from explorer.images.overlay import overlay_png
from explorer.images.png import png, slice_count
from explorer.images.presets import Preset, window_presets
from explorer.images.pyramid import Pyramid
from explorer.images.report_context import Context
from explorer.images.reports import Measurement, read_measurements, table
from explorer.images.seg import read_seg
from explorer.images.series import Survey, read_series, survey_series
from explorer.images.stack import Irregularity
from explorer.images.thumbnails import thumbnail
from explorer.images.volume import Plane, Volume, to_lps

__all__ = [
    "Code",
    "Context",
    "ImageFolder",
    "Irregularity",
    "LinkedObject",
    "LocalSeries",
    "Mask",
    "Measurement",
    "Plane",
    "Preset",
    "Pyramid",
    "Segment",
    "Survey",
    "Unreadable",
    "Volume",
    "drawn_on",
    "index_folder",
    "index_folders",
    "linked_objects",
    "overlay_png",
    "png",
    "read_linked",
    "read_masks",
    "read_measurements",
    "read_rtstruct",
    "read_seg",
    "read_series",
    "slice_count",
    "survey_series",
    "table",
    "thumbnail",
    "to_lps",
    "to_nifti",
    "which_images",
    "window_presets",
]
