"""Owns a dashboard's metadata: defaults, and references to charts turned into the layout's chartIds."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from superset_gitops.core.compile.chart_ids import ChartIds

# Superset's importer removes these, or recomputes them from the scopes; numbers in them would be another runtime's.
DROPPED = frozenset({"show_native_filters", "default_filters", "filter_scopes"})
_DEFAULTS: Mapping[str, Any] = {
    "color_scheme": "",
    "label_colors": {},
    "refresh_frequency": 0,
    "timed_refresh_immune_slices": [],
    "expanded_slices": {},
    "cross_filters_enabled": True,
    "chart_configuration": {},
    "native_filter_configuration": [],
}
FILTER_DEFAULTS: Mapping[str, Any] = {
    "targets": [{}],
    "defaultDataMask": {"extraFormData": {}, "filterState": {}},
    "controlValues": {},
    "cascadeParentIds": [],
    "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
    "type": "NATIVE_FILTER",
    "description": "",
}

Metadata = dict[str, Any]


def complete_metadata(source: Metadata, chart_ids: ChartIds) -> Metadata:
    """The metadata, in the source's order and then the defaults; unknown references are left out."""
    metadata = {key: value for key, value in source.items() if key not in DROPPED}
    for key, default in _DEFAULTS.items():
        if metadata.get(key) is None:
            metadata[key] = copy.deepcopy(default)
    metadata["timed_refresh_immune_slices"] = chart_ids.resolve_all(metadata["timed_refresh_immune_slices"])
    metadata["expanded_slices"] = {
        str(number): value
        for key, value in metadata["expanded_slices"].items()
        if (number := chart_ids.resolve(key)) is not None
    }
    metadata["chart_configuration"] = _chart_configuration(metadata["chart_configuration"], chart_ids)
    metadata["native_filter_configuration"] = [
        _complete_filter(each, chart_ids) for each in metadata["native_filter_configuration"]
    ]
    if isinstance(metadata.get("global_chart_configuration"), dict):
        metadata["global_chart_configuration"] = _scoped(metadata["global_chart_configuration"], chart_ids)
    return metadata


def _chart_configuration(source: Metadata, chart_ids: ChartIds) -> Metadata:
    complete: Metadata = {}
    for key, value in source.items():
        number = chart_ids.resolve(key)
        if number is None:
            continue
        entry = {**value, "id": number}
        if isinstance(entry.get("crossFilters"), dict):
            entry["crossFilters"] = _scoped(entry["crossFilters"], chart_ids)
        complete[str(number)] = entry
    return complete


def _complete_filter(source: Metadata, chart_ids: ChartIds) -> Metadata:
    complete = dict(source)
    for key, default in FILTER_DEFAULTS.items():
        complete.setdefault(key, copy.deepcopy(default))
    return _scoped(complete, chart_ids)


def _scoped(source: Metadata, chart_ids: ChartIds) -> Metadata:
    """The same with `scope.excluded` in chartIds and without the lists that the browser computes from it."""
    complete = {key: value for key, value in source.items() if key not in ("chartsInScope", "tabsInScope")}
    scope = complete.get("scope")
    if isinstance(scope, dict):
        excluded = chart_ids.resolve_all(scope.get("excluded"))
        complete["scope"] = {"rootPath": ["ROOT_ID"], **scope, "excluded": excluded}
    return complete
