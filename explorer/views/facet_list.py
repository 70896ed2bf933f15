"""The facet list, rule and filters: one front end (``static/left.js``), three hosts.

:class:`FacetList` is the app's, :class:`FacetListWidget` the notebook's; JupyterLab's side panel draws the same without
Python. All are thin: Python sets the traits below and answers requests, the browser draws.
``widgets/src/left/wire.ts`` is the same contract in TypeScript.

============= =========================================================================================================
trait         holds
============= =========================================================================================================
facets        the facets in display order: name, title, level, kind, unit, recorded, description, caution, missing, ...
all           counts of the whole snapshot by facet, `ValueCounts` or `RangeCounts`, with cautions, spellings; JSON text
now           ``{"id", "by": {facet: counts}, "groups": {facet: group}}`` of the definition with that id, as JSON text,
              packed as `explorer.views.numbers` says; the group is that which the counts belong to and a click edits;
              ``"protected": {"threshold", "rounding"}`` where small counts are, of `all` too
definition    the cohort definition, as JSON
definition_id of the definition: numbers of another one are late, and are not drawn
revision      grows with each change that Python accepts
levels        ``{"include": [{"series": n, "study": n, "patient": n, "alone": n, "without": n}, ...], "exclude": [...],
              "within": [{"alone": n, "without": n}, ...]}``, patients: if the group had that level, if it were the only
              rule, and members gained without it
drafts        ``{"include": n, "exclude": n}``, empty cards shown after the real groups
group         the active group, ``"include:0"``, or None
pending       whether new counts are being computed
measure       what the numbers show, ``"patients"`` or ``"series"``
locale        language of texts and numbers: ``"es"``, ``"en"``, or ``""`` where the page decides
theme         ``"light"``, ``"dark"``, or ``""`` where the page decides
page_keys     whether ``/``, ``l``, Ctrl+Z work wherever the focus is on the page
seen          the last request that was answered, so that clicks drawn in advance can yield
shape         ``"column"`` in the app, ``"panel"`` in JupyterLab's side panel, ``"grid"`` in the output of a cell
sentence      the definition in words, as a head line; empty in the column, whose page has its own head
totals        totals as head lines, each ``{"label", "value", "unit", "of", "share"}``; empty in the column
problem       what went wrong, in one sentence; empty where nothing did
took          milliseconds that `now` took: ``{"waiting", "counting", "writing"}``
tried         what a text that is being typed would give (`explorer.views.text_trials`); never set in the side panel
============= =========================================================================================================
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal, NotRequired, TypedDict

import anywidget
import param
import traitlets

from explorer.counts.cautions import Caution
from explorer.counts.small_counts import Count
from explorer.facets import Scalar
from explorer.snapshot.spellings import Spellings
from explorer.views.component import STATIC, Built, Listener, Request, require_static

__all__ = ["LEFT", "FacetInfo", "FacetList", "FacetListWidget", "RangeCounts", "Request", "ValueCounts"]

LEFT = STATIC / "left.js"


class FacetInfo(TypedDict):
    """A facet as the browser needs it."""

    name: str
    title: str
    level: Literal["series", "study", "patient", "dataset"]
    kind: Literal["category", "many-valued", "text", "number", "date"]
    unit: str | None
    recorded: bool
    description: str
    caution: str | None
    missing: str
    code: str | None
    recorded_in: str | None
    apart: NotRequired[list[Scalar]]


class ValueCounts(TypedDict):
    """Counts by value: ``[value, patients, series]``, None for missing; zeros may be left out of `now`.

    A count that is protected is None.

    `whole` is patients and series over all values with the facet's own criterion left out: what shares are of.
    Of the whole snapshot there are also `spellings`, the recorded ones that a normalised value holds, and `cautions`,
    where the facet lies.
    """

    values: list[tuple[Scalar, Count, Count]]
    distinct: NotRequired[int]
    whole: NotRequired[tuple[Count, Count]]
    spellings: NotRequired[Spellings]
    cautions: NotRequired[list[Caution]]


class RangeCounts(TypedDict):
    """Counts by bin: ``[low, high, patients, series]``, both ends inside the bin; dates as ISO text."""

    bins: list[tuple[float | str, float | str, Count, Count]]
    missing: tuple[Count, Count]
    min: NotRequired[float | str | None]
    max: NotRequired[float | str | None]
    whole: NotRequired[tuple[Count, Count]]
    cautions: NotRequired[list[Caution]]


_EMPTY_DRAFTS = {"include": 0, "exclude": 0}


def _answer_to(request: Request) -> str:
    return f"{request.get('client', '')}:{request.get('n', 0)}"


class FacetList(Built):
    """The rule and the filters in the Panel app."""

    facets = param.List(default=[], item_type=dict)
    all = param.String(default="")
    now = param.String(default="")
    definition = param.Dict(default={})
    definition_id = param.String(default="")
    revision = param.Integer(default=0)
    levels = param.Dict(default={})
    drafts = param.Dict(default=_EMPTY_DRAFTS)
    group = param.String(default=None, allow_None=True)
    pending = param.Boolean(default=False)
    measure: Any = param.Selector(default="patients", objects=["patients", "series"])
    locale = param.String(default="")
    theme = param.String(default="")
    page_keys = param.Boolean(default=True)
    seen = param.String(default="")
    shape: Any = param.Selector(default="column", objects=["column", "panel", "grid"])
    sentence = param.String(default="")
    totals = param.List(default=[], item_type=dict)
    problem = param.String(default="")
    took = param.Dict(default={})
    tried = param.Dict(default={})

    _esm: ClassVar[Path] = LEFT

    def answer(self, request: Request, **changes: Any) -> None:
        """Set traits in answer to `request`, also when nothing changed: the browser then draws what Python says."""
        self.param.update(seen=_answer_to(request), **changes)


class FacetListWidget(anywidget.AnyWidget):
    """The rule and the filters in a notebook."""

    _esm: ClassVar[Path | str] = LEFT if LEFT.is_file() else ""

    facets = traitlets.List(traitlets.Dict()).tag(sync=True)
    all = traitlets.Unicode("").tag(sync=True)
    now = traitlets.Unicode("").tag(sync=True)
    definition = traitlets.Dict().tag(sync=True)
    definition_id = traitlets.Unicode("").tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)
    levels = traitlets.Dict().tag(sync=True)
    drafts = traitlets.Dict(default_value=_EMPTY_DRAFTS).tag(sync=True)
    group = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    pending = traitlets.Bool(False).tag(sync=True)
    measure = traitlets.Enum(["patients", "series"], "patients").tag(sync=True)
    locale = traitlets.Unicode("").tag(sync=True)
    theme = traitlets.Unicode("").tag(sync=True)
    page_keys = traitlets.Bool(False).tag(sync=True)
    seen = traitlets.Unicode("").tag(sync=True)
    shape = traitlets.Enum(["column", "panel", "grid"], "grid").tag(sync=True)
    sentence = traitlets.Unicode("").tag(sync=True)
    totals = traitlets.List(traitlets.Dict()).tag(sync=True)
    problem = traitlets.Unicode("").tag(sync=True)
    took = traitlets.Dict().tag(sync=True)
    tried = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        require_static(LEFT)
        super().__init__(**traits)
        self._listeners: list[Listener] = []
        self.on_msg(self._heard)

    def on_request(self, listener: Listener) -> None:
        """Call `listener` with everything that the user asks for."""
        self._listeners.append(listener)

    def answer(self, request: Request, **changes: Any) -> None:
        """Set traits in answer to `request`, also when nothing changed: the browser then draws what Python says."""
        with self.hold_sync():
            for name, value in {**changes, "seen": _answer_to(request)}.items():
                self.set_trait(name, value)

    def _heard(self, _widget: object, content: Any, _buffers: list[bytes]) -> None:
        if isinstance(content, dict) and isinstance(content.get("kind"), str):
            for listener in list(self._listeners):
                listener(content)
