"""Owns which of a chart's params name a column or a metric of its dataset."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from superset_gitops.core.documents.read_yaml import DocumentPath


class Use(StrEnum):
    """What a name is used as; the value is the word for people."""

    COLUMN = "column"
    METRIC = "metric"
    EITHER = "column or metric"


Name = tuple[DocumentPath, str, Use]

# Params of Superset's own chart plugins, 6.1.0, that mean the same in every plugin that has them.
_COLUMNS = (
    *("groupby", "groupby_b", "columns", "all_columns", "all_columns_x", "all_columns_y", "x_axis", "granularity_sqla"),
    *("entity", "series", "series_columns", "groupbyRows", "groupbyColumns", "latitude", "longitude"),
    *("source", "target", "line_column", "js_columns", "tooltip_columns"),
)
_METRICS = (
    *("metric", "metrics", "metrics_b", "metric_2", "percent_metrics", "secondary_metric"),
    *("timeseries_limit_metric", "timeseries_limit_metric_b", "series_limit_metric"),
)
_PARAMS: Mapping[str, Use] = {
    **dict.fromkeys(_COLUMNS, Use.COLUMN),
    **dict.fromkeys(_METRICS, Use.METRIC),
    **dict.fromkeys(("size", "x", "y"), Use.EITHER),
}
_OF_ONE_TYPE: Mapping[str, tuple[str, ...]] = {
    "gantt_chart": ("start_time", "end_time", "y_axis"),
    "histogram_v2": ("column",),
    "tree_chart": ("id", "name", "parent"),
}
_SPATIAL = ("spatial", "start_spatial", "end_spatial")
_FILTERS = ("adhoc_filters", "adhoc_filters_b")


def names_used(params: Mapping[str, Any], viz_type: str) -> Iterator[Name]:
    """The path inside `params`, the name, and what it is used as, of every name that is certain to be one."""
    for key, use in (*_PARAMS.items(), *((key, Use.COLUMN) for key in _OF_ONE_TYPE.get(viz_type, ()))):
        yield from _names((key,), params.get(key), use)
    for key in _SPATIAL:
        place = params.get(key)
        for part in ("lonCol", "latCol", "lonlatCol", "geohashCol"):
            if isinstance(place, dict):
                yield from _names((key, part), place.get(part), Use.COLUMN)
    for key in _FILTERS:
        for index, each in enumerate(_listed(params.get(key))):
            yield from _filter_name((key, index), each)
    for index, each in enumerate(_listed(params.get("order_by_cols"))):
        yield from _ordering(("order_by_cols", index), each)
    radius = params.get("point_radius_fixed")
    if isinstance(radius, dict) and radius.get("type") == "metric":
        yield from _names(("point_radius_fixed", "value"), radius.get("value"), Use.METRIC)


def _names(at: DocumentPath, value: object, use: Use) -> Iterator[Name]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _names((*at, index), each, use)
    elif isinstance(value, dict):
        column = value.get("column")
        if value.get("expressionType") == "SIMPLE" and isinstance(column, dict):
            yield from _names((*at, "column", "column_name"), column.get("column_name"), Use.COLUMN)
    elif isinstance(value, str) and _is_plain(value):
        yield at, value, use


def _filter_name(at: DocumentPath, value: object) -> Iterator[Name]:
    if isinstance(value, dict) and value.get("expressionType") == "SIMPLE":
        use = Use.EITHER if value.get("clause") == "HAVING" else Use.COLUMN
        yield from _names((*at, "subject"), value.get("subject"), use)


def _ordering(at: DocumentPath, value: object) -> Iterator[Name]:
    """An entry such as `'["year", true]'`: JSON as text, or the list itself."""
    try:
        pair = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return
    if isinstance(pair, list) and pair and isinstance(pair[0], str) and _is_plain(pair[0]):
        yield at, pair[0], Use.EITHER


def _is_plain(name: str) -> bool:
    # Superset's own names for computed columns start with __; {{ is its own Jinja, which only the server can render.
    return name != "" and not name.startswith("__") and "{{" not in name


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
