"""Owns the normal form of a dashboard."""

from __future__ import annotations

from typing import Any

from superset_gitops.core.normal_form.chart_ids import ChartIds
from superset_gitops.core.normal_form.dead_elements import without_dead_elements
from superset_gitops.core.normal_form.fields import filled, parsed_object
from superset_gitops.core.normal_form.filters import normalize_filters, scope_in_uuids
from superset_gitops.model.asset import Document

DEFAULTS: Document = {
    "dashboard_title": "",
    "description": None,
    "css": None,
    "slug": None,
    "certified_by": None,
    "certification_details": None,
    "published": False,
}
# What the UI fills in on save, or derives anew on load (measured: none of it survives an import with its meaning).
METADATA_NOISE = frozenset(
    {
        "default_filters", "filter_scopes", "show_native_filters", "positions", "import_time", "remote_id",
        "color_scheme_domain", "map_label_colors", "shared_label_colors",
    }
)  # fmt: skip
METADATA_DEFAULTS: Document = {
    "refresh_frequency": 0,
    "label_colors": {},
    "color_scheme": "",
    "cross_filters_enabled": True,
    # The properties dialog writes it, also when nothing was changed there.
    "show_chart_timestamps": False,
}
_NODE_NOISE = frozenset({"id", "parents"})
_META_NOISE = frozenset({"chartId", "sliceName", "0", "1"})


def normalize_dashboard(document: Document) -> Document:
    """Chart ids become chart uuids wherever they stand; what the server or the UI derives vanishes."""
    normal = filled(document, DEFAULTS)
    position = without_dead_elements(parsed_object(document.get("position")))
    ids = ChartIds.of_position(position)
    normal["position"] = {key: _node(key, node) for key, node in position.items()}
    normal["metadata"] = _metadata(parsed_object(document.get("metadata")), ids)
    return normal


def _node(key: str, node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    kept = {name: value for name, value in node.items() if name not in _NODE_NOISE}
    meta = node.get("meta")
    if isinstance(meta, dict):
        kept["meta"] = {name: value for name, value in meta.items() if str(name) not in _META_NOISE}
        if key == "HEADER_ID":
            # The header repeats the dashboard's title, which is what people edit.
            kept["meta"].pop("text", None)
    if not kept.get("meta"):
        kept.pop("meta", None)
    kept.setdefault("children", [])
    return kept


def _metadata(metadata: Document, ids: ChartIds) -> Document:
    converted = {"native_filter_configuration", "chart_configuration", "global_chart_configuration",
                 "expanded_slices", "timed_refresh_immune_slices", "chart_customization_config"}  # fmt: skip
    normal = {k: v for k, v in metadata.items() if k not in METADATA_NOISE | converted and v is not None}
    normal |= filled(metadata, METADATA_DEFAULTS)
    normal["expanded_slices"] = ids.keys_to_uuids(metadata.get("expanded_slices"))
    normal["timed_refresh_immune_slices"] = sorted(ids.to_uuids(metadata.get("timed_refresh_immune_slices")))
    normal["chart_configuration"] = _chart_configuration(metadata.get("chart_configuration"), ids)
    normal["global_chart_configuration"] = _global_configuration(metadata.get("global_chart_configuration"), ids)
    normal["native_filters"] = normalize_filters(metadata.get("native_filter_configuration"), ids)
    normal["customizations"] = normalize_filters(metadata.get("chart_customization_config"), ids)
    return normal


def _chart_configuration(value: Any, ids: ChartIds) -> Document:
    """Cross-filter settings by chart uuid; the UI's entry for every chart (scope: global) says nothing."""
    normal: Document = {}
    for uuid, entry in ids.keys_to_uuids(value).items():
        if not isinstance(entry, dict):
            continue
        filters = dict(entry.get("crossFilters") or {})
        filters.pop("chartsInScope", None)
        filters["scope"] = scope_in_uuids(filters.get("scope", "global"), ids)
        others = {name: value for name, value in entry.items() if name not in ("id", "crossFilters")}
        if others or filters != {"scope": "global"}:
            normal[uuid] = {**others, "crossFilters": filters}
    return normal


def _global_configuration(value: Any, ids: ChartIds) -> Document:
    configuration = parsed_object(value)
    configuration.pop("chartsInScope", None)
    scope = configuration.get("scope") or {"rootPath": ["ROOT_ID"], "excluded": []}
    return {**configuration, "scope": scope_in_uuids(scope, ids)}
