"""Owns the normal form of a dashboard's native filters and customizations."""

from __future__ import annotations

from typing import Any

from superset_gitops.core.normal_form.chart_ids import ChartIds
from superset_gitops.core.normal_form.fields import parsed_object
from superset_gitops.model.asset import Document

_NOISE = frozenset({"chartsInScope", "tabsInScope"})
# What a filter does that does not say it: the filters' dialog writes all of it on save (measured on 6.1.0). Which of
# it a filter has depends on its type; filled in alike on both sides, what it has not does not matter.
_CONTROL_DEFAULTS: Document = {
    "enableEmptyFilter": False,
    "defaultToFirstItem": False,
    "inverseSelection": False,
    "searchAllOptions": False,
    "multiSelect": True,
    "creatable": True,
}
_MASK_DEFAULTS: Document = {"extraFormData": {}, "filterState": {}, "ownState": {}}


def normalize_filters(filters: Any, ids: ChartIds) -> Document:
    """`{"order": [id, …], "by_id": {id: filter}}`: an edit of one filter is then an edit of that filter alone."""
    entries = [entry for entry in filters if isinstance(entry, dict)] if isinstance(filters, list) else []
    return {
        "order": [str(entry.get("id")) for entry in entries],
        "by_id": {str(entry.get("id")): _filter(entry, ids) for entry in entries},
    }


def scope_in_uuids(scope: Any, ids: ChartIds) -> Any:
    """A scope whose `excluded` names charts by uuid, sorted; anything that is no mapping stays as it is."""
    if not isinstance(scope, dict):
        return scope
    return {**scope, "excluded": sorted(ids.to_uuids(scope.get("excluded")))}


def _filter(entry: Document, ids: ChartIds) -> Document:
    normal = {name: value for name, value in entry.items() if name not in _NOISE and name != "id"}
    if "scope" in normal:
        normal["scope"] = scope_in_uuids(normal["scope"], ids)
    targets = normal.get("targets")
    if isinstance(targets, list):
        normal["targets"] = [_target(target) for target in targets]
    normal["controlValues"] = _CONTROL_DEFAULTS | _stated(normal.get("controlValues"))
    mask = _MASK_DEFAULTS | _stated(normal.get("defaultDataMask"))
    normal["defaultDataMask"] = {n: _stated(value) if isinstance(value, dict) else value for n, value in mask.items()}
    return {"description": "", "cascadeParentIds": [], **_stated(normal)}


def _stated(value: Any) -> Document:
    return {name: entry for name, entry in parsed_object(value).items() if entry is not None}


def _target(target: Any) -> Any:
    return {k: v for k, v in target.items() if k != "datasetId"} if isinstance(target, dict) else target
