"""Owns the normal form of a chart."""

from __future__ import annotations

from typing import Any

from superset_gitops.core.normal_form.fields import filled, parsed_object
from superset_gitops.model.asset import Document

DEFAULTS: Document = {
    "slice_name": "",
    "viz_type": "",
    "dataset_uuid": "",
    "description": None,
    "certified_by": None,
    "certification_details": None,
    "cache_timeout": None,
}
# Numeric ids of one installation, and the page that the chart was saved from.
PARAMS_NOISE = ("datasource", "slice_id", "dashboards", "dashboardId", "url_params", "viz_type")
_FORM_DATA_NOISE = ("datasource", "slice_id", "dashboards", "dashboardId", "url_params")


def normalize_chart(document: Document) -> Document:
    """`params` without ids; annotation layers other than formulas vanish, as on import (apache/superset#32722)."""
    normal = filled(document, DEFAULTS)
    params = parsed_object(document.get("params"))
    normal["params"] = {name: value for name, value in params.items() if name not in PARAMS_NOISE}
    normal["params"]["annotation_layers"] = _formulas(params.get("annotation_layers"))
    query_context = _query_context(document.get("query_context"))
    if query_context:
        normal["query_context"] = query_context
    return normal


def _formulas(layers: Any) -> list[Any]:
    if not isinstance(layers, list):
        return []
    return [layer for layer in layers if isinstance(layer, dict) and layer.get("annotationType") == "FORMULA"]


def _query_context(value: Any) -> Document:
    context = parsed_object(value)
    context.pop("datasource", None)
    queries = context.get("queries")
    if isinstance(queries, list):
        context["queries"] = [_without(query, ("datasource", "url_params")) for query in queries]
    if isinstance(context.get("form_data"), dict):
        context["form_data"] = _without(context["form_data"], _FORM_DATA_NOISE)
    return context


def _without(value: Any, names: tuple[str, ...]) -> Any:
    return {name: entry for name, entry in value.items() if name not in names} if isinstance(value, dict) else value
