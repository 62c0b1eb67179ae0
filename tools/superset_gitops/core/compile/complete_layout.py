"""Owns a dashboard's layout: what every element needs that a template need not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from superset_gitops.core.compile.chart_ids import ChartIds, element_type

VERSION_KEY = "DASHBOARD_VERSION_KEY"
DEFAULT_META: Mapping[str, Mapping[str, Any]] = {
    "ROW": {"background": "BACKGROUND_TRANSPARENT"},
    "COLUMN": {"background": "BACKGROUND_TRANSPARENT", "width": 4},
    "CHART": {"width": 4, "height": 50},
    "MARKDOWN": {"width": 4, "height": 50},
}
# The one element without children of its own in what Superset writes.
_CHILDLESS = frozenset({"HEADER"})

Layout = dict[str, Any]


def complete_layout(position: Layout, title: str, chart_ids: ChartIds, chart_names: Mapping[str, str]) -> Layout:
    """The layout with ids, parents, chartIds and names; `ROOT_ID`, `GRID_ID` and `HEADER_ID` where they are missing."""
    elements = {key: value for key, value in position.items() if key != VERSION_KEY}
    grid_children = [] if "ROOT_ID" in elements else top_elements(elements)
    elements.setdefault("ROOT_ID", {"children": ["GRID_ID"]})
    elements.setdefault("GRID_ID", {"children": grid_children})
    elements.setdefault("HEADER_ID", {"meta": {"text": title}})
    parents = _paths(elements)
    complete: Layout = {VERSION_KEY: position.get(VERSION_KEY, "v2")}
    for key, element in elements.items():
        complete[key] = _complete_element(key, element, parents.get(key), chart_ids, chart_names)
    return complete


def _complete_element(
    key: str, element: Layout, parents: list[str] | None, chart_ids: ChartIds, chart_names: Mapping[str, str]
) -> Layout:
    kind = element_type(key, element)
    complete: Layout = {"type": kind, "id": key}
    if kind not in _CHILDLESS or element.get("children"):
        complete["children"] = list(element.get("children") or [])
    if parents:
        complete["parents"] = parents
    meta = {**DEFAULT_META.get(kind, {}), **(element.get("meta") or {})}
    if kind == "CHART":
        uuid = str(meta.get("uuid", ""))
        meta = {**meta, "chartId": chart_ids.by_uuid.get(uuid, 0), "sliceName": chart_names.get(uuid, "")}
    if meta or kind not in ("ROOT", "GRID"):
        complete["meta"] = meta
    known = {"type", "id", "children", "parents", "meta"}
    return {**complete, **{name: value for name, value in element.items() if name not in known}}


def top_elements(elements: Layout) -> list[str]:
    """Where a template gives no root: what is nobody's child, in the template's order."""
    children = {child for element in elements.values() for child in element.get("children") or []}
    return [key for key in elements if key not in children and key not in ("GRID_ID", "HEADER_ID")]


def _paths(elements: Layout) -> dict[str, list[str]]:
    """Each element's ancestors from `ROOT_ID` down; an element that cannot be reached has none."""
    paths: dict[str, list[str]] = {"ROOT_ID": []}
    waiting = ["ROOT_ID"]
    while waiting:
        parent = waiting.pop()
        for child in elements.get(parent, {}).get("children") or []:
            if child in elements and child not in paths:
                paths[child] = [*paths[parent], parent]
                waiting.append(child)
    paths.setdefault("GRID_ID", ["ROOT_ID"])
    return paths
