"""Fetch the files of a cohort's series: from a public bucket into a folder or the cache.

Nothing here asks a network but `fetch`.
"""

from explorer.images.fetch.cache import cache_folder, cache_limit
from explorer.images.fetch.claims import reading
from explorer.images.fetch.fetching import Fetched, fetch, fetch_plan
from explorer.images.fetch.folder import FetchFolder
from explorer.images.fetch.plan import Plan, plan_fetch
from explorer.images.fetch.wanted import COLUMNS, Elsewhere, Wanted

__all__ = [
    "COLUMNS",
    "Elsewhere",
    "FetchFolder",
    "Fetched",
    "Plan",
    "Wanted",
    "cache_folder",
    "cache_limit",
    "fetch",
    "fetch_plan",
    "plan_fetch",
    "reading",
]
