"""Owns a dashboard's metadata opened: charts by uuid instead of by number, filters by id instead of in a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from superset_gitops.core.normal_form.chart_ids import ChartIds
from superset_gitops.model.asset import Document

_FILTERS = "native_filter_configuration"
_CUSTOMIZATIONS = "chart_customization_config"


def open_metadata(metadata: Document, ids: ChartIds) -> Document:
    """The metadata as comparisons name its parts; references to charts that the layout does not have vanish."""
    named = {name: value for name, value in metadata.items() if value is not None}
    opened = _converted(named, ids.to_uuids, ids.keys_to_uuids)
    filters, customizations = opened.pop(_FILTERS, []), opened.pop(_CUSTOMIZATIONS, None)
    opened["native_filters"] = _by_id([_with_scope(each, ids.to_uuids) for each in _dicts(filters)])
    if customizations is not None:
        # Their numbers are those of the server that they came from: the importer leaves them as they are.
        opened["customizations"] = _by_id(_dicts(customizations))
    return opened


def close_metadata(opened: Document, numbers: Mapping[str, int]) -> Document:
    """The metadata as the importer takes it.

    Args:
        opened: see `open_metadata`.
        numbers: chart's uuid → the number that the layout gives it.
    """

    def to_numbers(uuids: Any) -> list[int]:
        return [numbers[uuid] for uuid in uuids if uuid in numbers] if isinstance(uuids, list) else []

    def keys_to_numbers(mapping: Any) -> Document:
        found = mapping if isinstance(mapping, dict) else {}
        return {str(numbers[uuid]): value for uuid, value in found.items() if uuid in numbers}

    closed = _converted(opened, to_numbers, keys_to_numbers)
    for number, entry in closed.get("chart_configuration", {}).items():
        if isinstance(entry, dict):
            entry["id"] = int(number)
    filters = _in_order(closed.pop("native_filters", {}))
    closed[_FILTERS] = [_with_scope(each, to_numbers) for each in filters]
    if "customizations" in closed:
        closed[_CUSTOMIZATIONS] = _in_order(closed.pop("customizations"))
    return closed


def _converted(metadata: Document, references: Callable[[Any], list[Any]], keys: Callable[[Any], Document]) -> Document:
    """The metadata with what is common to both ways converted: lists of charts, and mappings by chart."""
    found = dict(metadata)
    if "timed_refresh_immune_slices" in found:
        found["timed_refresh_immune_slices"] = references(found["timed_refresh_immune_slices"])
    if "expanded_slices" in found:
        found["expanded_slices"] = keys(found["expanded_slices"])
    if "chart_configuration" in found:
        entries = keys(found["chart_configuration"]).items()
        found["chart_configuration"] = {key: _configuration(entry, references) for key, entry in entries}
    if "global_chart_configuration" in found:
        found["global_chart_configuration"] = _with_scope(found["global_chart_configuration"], references)
    return found


def _configuration(entry: Any, references: Callable[[Any], list[Any]]) -> Any:
    if not isinstance(entry, dict):
        return entry
    kept = {name: value for name, value in entry.items() if name != "id"}
    if "crossFilters" in kept:
        kept["crossFilters"] = _with_scope(kept["crossFilters"], references)
    return kept


def _with_scope(value: Any, references: Callable[[Any], list[Any]]) -> Any:
    """A mapping whose `scope.excluded` names charts the other way; anything else stays as it is."""
    scope = value.get("scope") if isinstance(value, dict) else None
    if not isinstance(scope, dict):
        return value
    return {**value, "scope": {**scope, "excluded": references(scope.get("excluded"))}}


def _by_id(entries: list[Document]) -> Document:
    return {
        "order": [str(entry.get("id")) for entry in entries],
        "by_id": {str(entry.get("id")): entry for entry in entries},
    }


def _in_order(opened: Any) -> list[Document]:
    entries = opened.get("by_id", {}) if isinstance(opened, dict) else {}
    order = [key for key in opened.get("order", []) if key in entries] if entries else []
    return [entries[key] for key in dict.fromkeys((*order, *entries))]


def _dicts(value: Any) -> list[Document]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
