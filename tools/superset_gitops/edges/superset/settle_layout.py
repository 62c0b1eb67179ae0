"""Owns making an exported dashboard's layout the same at every export.

Measured on 6.1.0: charts that a dashboard links but does not lay out (somebody saved a chart to it, and nobody
opened it since) are appended at each export, in any order, in a row `ROW-N-` and nodes `CHART-` with random endings.
"""

from __future__ import annotations

import re
from typing import Any

from superset_gitops.model.asset import Document

_APPENDED_ROW = re.compile(r"ROW-N-[A-Za-z0-9_-]{8}")


def settle_layout(dashboard: Document) -> Document:
    """The dashboard with its appended charts ordered and named by their uuids; the same object where it has none."""
    position = dashboard.get("position")
    if not isinstance(position, dict) or not any(_APPENDED_ROW.fullmatch(str(key)) for key in position):
        return dashboard
    names = _settled_names(position)
    laid_out = {key: _renamed(node, names) for key, node in position.items() if key not in names}
    appended = {names[key]: _renamed(position[key], names) for key in sorted(names, key=names.__getitem__)}
    return {**dashboard, "position": laid_out | appended}


def _settled_names(position: dict[str, Any]) -> dict[str, str]:
    """Old node key to new one: rows are numbered from the top, their charts named by uuid."""
    grid = position.get("GRID_ID") or {}
    rows = [key for key in grid.get("children") or [] if _APPENDED_ROW.fullmatch(key) and key in position]
    names = {row: f"ROW-N-{number}" for number, row in enumerate(rows, 1)}
    for row in rows:
        for key in position[row].get("children") or []:
            uuid = ((position.get(key) or {}).get("meta") or {}).get("uuid")
            if uuid:
                names[key] = f"CHART-{uuid}"
    return names


def _renamed(node: Any, names: dict[str, str]) -> Any:
    if not isinstance(node, dict):
        return node
    children = [names.get(key, key) for key in node.get("children") or []]
    renamed = {**node, "id": names.get(node.get("id", ""), node.get("id")), "children": children}
    if node.get("id") in names and node.get("type") == "ROW":
        renamed["children"] = sorted(children)
    if node.get("parents"):
        renamed["parents"] = [names.get(key, key) for key in node["parents"]]
    return renamed
