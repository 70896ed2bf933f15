"""Find, read and draw the images of a cohort's series, from local files."""

from explorer.images.contours import read_rtstruct
from explorer.images.find import ImageFolder, LocalSeries, Unreadable, index_folder, index_folders
from explorer.images.mask_kinds import read_masks, which_images
from explorer.images.masks import Code, Mask, Segment
from explorer.images.nifti import to_nifti
from explorer.images.overlay import overlay_png
from explorer.images.png import png, slice_count
from explorer.images.pyramid import Pyramid
from explorer.images.seg import read_seg
from explorer.images.series import Survey, read_series, survey_series
from explorer.images.stack import Irregularity
from explorer.images.volume import Plane, Volume, to_lps

__all__ = [
    "Code",
    "ImageFolder",
    "Irregularity",
    "LocalSeries",
    "Mask",
    "Plane",
    "Pyramid",
    "Segment",
    "Survey",
    "Unreadable",
    "Volume",
    "index_folder",
    "index_folders",
    "overlay_png",
    "png",
    "read_masks",
    "read_rtstruct",
    "read_seg",
    "read_series",
    "slice_count",
    "survey_series",
    "to_lps",
    "to_nifti",
    "which_images",
]
