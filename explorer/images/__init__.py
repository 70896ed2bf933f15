"""Find, read and draw the images of a cohort's series, from local files."""

from explorer.images.find import ImageFolder, LocalSeries, Unreadable, index_folder, index_folders
from explorer.images.png import png, slice_count
from explorer.images.pyramid import Pyramid
from explorer.images.stack import Irregularity
from explorer.images.volume import Plane, Volume, read_series, to_lps

__all__ = [
    "ImageFolder",
    "Irregularity",
    "LocalSeries",
    "Plane",
    "Pyramid",
    "Unreadable",
    "Volume",
    "index_folder",
    "index_folders",
    "png",
    "read_series",
    "slice_count",
    "to_lps",
]
