"""Owns a dashboard's complete form: its fields, layout and metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from superset_gitops.core.compile.chart_ids import ChartIds
from superset_gitops.core.compile.complete_fields import DASHBOARD, complete_fields
from superset_gitops.core.compile.complete_layout import complete_layout
from superset_gitops.core.compile.complete_metadata import complete_metadata
from superset_gitops.model.asset import Document


def complete_dashboard(source: Document, chart_names: Mapping[str, str]) -> Document:
    """The complete document; a reference to a chart that is not in the layout is dropped here and found by a rule."""
    document = complete_fields(source, DASHBOARD)
    chart_ids = ChartIds.of(document["position"])
    title: str = document.get("dashboard_title", "")
    document["position"] = complete_layout(document["position"], title, chart_ids, chart_names)
    document["metadata"] = complete_metadata(document["metadata"] or {}, chart_ids)
    return document


def layout_charts(position: Mapping[str, Any]) -> dict[str, str]:
    """The key of each CHART element in a layout → the uuid of its chart."""
    return {
        key: element["meta"]["uuid"]
        for key, element in position.items()
        if isinstance(element, dict) and element.get("type", key.split("-")[0]) == "CHART"
        if isinstance(element.get("meta"), dict) and isinstance(element["meta"].get("uuid"), str)
    }
