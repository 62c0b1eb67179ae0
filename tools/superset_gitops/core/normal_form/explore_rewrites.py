"""Owns undoing what Superset's Explore page takes out of a chart's `params`, or writes otherwise, on every save.

Explore keeps only parameters that the chart's type has a control for, and of those not the ones that it hides because
others make them pointless. Charts of older releases have more: some of it has no effect any more, and a time column
with a time range becomes a filter (measured on 6.1.0 with Superset's own examples).
"""

from __future__ import annotations

import functools
from typing import Any

from superset_gitops.core.same import same
from superset_gitops.model.asset import Document
from superset_gitops.schemas import control_defaults

_COLUMN, _RANGE, _GRAIN, _FILTERS, _X_AXIS = (
    "granularity_sqla", "time_range", "time_grain_sqla", "adhoc_filters", "x_axis"
)  # fmt: skip
_TIME = (_COLUMN, _RANGE, "since", "until")
_NO_RANGE = ("No filter", " : ")


def without_explore_rewrites(live: Document, base: Document, desired: Document, version: str) -> Document:
    """A live chart with the parameters back that Explore dropped although nobody touched them.

    Only what was applied and what Git still names comes back, as it was applied: a change of it in Git is then pending.
    All three are normal forms, of which `live` is one that `is_saved_by_explore`; charts whose type changed are left
    as they are.
    """
    viz_type = live.get("viz_type")
    if not viz_type == base.get("viz_type") == desired.get("viz_type"):
        return live
    now, before, declared = (side.get("params", {}) for side in (live, base, desired))
    dropped = {
        name: value
        for name, value in before.items()
        if name in declared and name not in now and may_be_dropped(str(viz_type), name, version)
    }
    if _is_time_filter_gone(now, dropped):
        dropped = {name: value for name, value in dropped.items() if name not in _TIME}
    return {**live, "params": _without_time_filter(now, before, dropped) | dropped} if dropped else live


def is_saved_by_explore(chart: Document) -> bool:
    """Whether Explore wrote a chart's parameters, by what it adds to all that it saves: others drop nothing."""
    return "extra_form_data" in chart.get("params", {})


def may_be_dropped(viz_type: str, name: str, version: str) -> bool:
    """Whether Explore drops a parameter by itself: there is no control for it, or one that may be hidden.

    A control that is shown and is a check box, or the time grain, always has a value. Of an unknown type nothing is.
    """
    names = _names(viz_type, version)
    if names is None or name.startswith("matrixify_"):
        return False
    return name not in names or name == _GRAIN or isinstance(_default(viz_type, name, version), bool)


def _is_time_filter_gone(now: Document, dropped: Document) -> bool:
    """Whether a time range that filtered something became no filter: somebody took that out."""
    ranges = [text for text in _ranges(dropped) if text not in _NO_RANGE]
    filters = now.get(_FILTERS) or []
    return bool(ranges) and not any(_is_made(entry, dropped.get(_COLUMN), tuple(ranges)) for entry in filters)


def _without_time_filter(now: Document, before: Document, dropped: Document) -> Document:
    """The parameters without the filter, and the x axis, that a dropped time column and time range became."""
    column = dropped.get(_COLUMN)
    if column is None:
        return now
    kept = dict(now)
    rest = [entry for entry in now.get(_FILTERS) or [] if not _is_made(entry, column, _ranges(dropped))]
    if same(rest, before.get(_FILTERS) or []):
        kept.pop(_FILTERS, None)
        kept |= {_FILTERS: before[_FILTERS]} if _FILTERS in before else {}
    if _X_AXIS not in before and same(now.get(_X_AXIS), column):
        kept.pop(_X_AXIS, None)
    return kept


def _ranges(dropped: Document) -> tuple[Any, ...]:
    """The time ranges that the filter may have: older ones are said as a beginning and an end."""
    since, until = (dropped.get(name) or "" for name in ("since", "until"))
    return dropped.get(_RANGE) or "No filter", f"{since} : {until}"


def _is_made(entry: Any, column: Any, ranges: tuple[Any, ...]) -> bool:
    return (
        isinstance(entry, dict)
        and entry.get("operator") == "TEMPORAL_RANGE"
        and entry.get("expressionType") == "SIMPLE"
        and same(entry.get("subject"), column)
        and entry.get("comparator") in ranges
    )


@functools.cache
def _names(viz_type: str, version: str) -> frozenset[str] | None:
    table = control_defaults(version)
    others = table.get("others", {}).get(viz_type)
    return None if others is None else frozenset((*table["every"], *table["by_viz_type"].get(viz_type, {}), *others))


def _default(viz_type: str, name: str, version: str) -> Any:
    table = control_defaults(version)
    return table["by_viz_type"].get(viz_type, {}).get(name, table["every"].get(name))
