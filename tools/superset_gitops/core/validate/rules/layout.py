"""A dashboard's layout is a tree from ROOT_ID, in which everything has one place and fits.

Every child exists and is nobody else's, nothing but HEADER_ID and GRID_ID stands outside the tree, elements stand in
elements that can hold them, and the widths of a row's elements add up to the 12 columns (or to its column's width) at
most. Superset takes such a layout and then shows a part of it, or answers every later edit with an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from superset_gitops.core.compile.complete_layout import VERSION_KEY
from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.validate.project_view import View
from superset_gitops.model.asset import Asset, Kind

ID = "layout"
COLUMNS = 12
_CONTENT = frozenset({"CHART", "MARKDOWN", "DYNAMIC", "COLUMN", "DIVIDER", "HEADER", "ROW", "TABS"})
# What may stand in what, as Superset's editor allows it.
HOLDS: Mapping[str, frozenset[str]] = {
    "ROOT": frozenset({"GRID", "TABS"}),
    "GRID": _CONTENT,
    "TABS": frozenset({"TAB"}),
    "TAB": _CONTENT,
    "ROW": frozenset({"CHART", "MARKDOWN", "DYNAMIC", "COLUMN"}),
    "COLUMN": frozenset({"CHART", "MARKDOWN", "DYNAMIC", "DIVIDER", "HEADER", "ROW", "TABS"}),
}
_MAY_STAND_ALONE = frozenset({"ROOT_ID", "GRID_ID", "HEADER_ID"})


def check(view: View) -> Iterator[Finding]:
    """Layouts that are no tree, or do not fit."""
    for dashboard in view.of_kind(Kind.DASHBOARD):
        elements = {k: v for k, v in dashboard.document["position"].items() if k != VERSION_KEY}
        yield from _own(view, dashboard, elements)
        yield from _tree(view, dashboard, elements)
        yield from _widths(view, dashboard, elements)


def _own(view: View, dashboard: Asset, elements: Mapping[str, Any]) -> Iterator[Finding]:
    source = view.source(dashboard)["position"]
    for key, element in elements.items():
        at = ("position", key)
        declared = source.get(key, {}).get("id", key)
        if declared != key:
            yield view.finding(dashboard, (*at, "id"), f"the id {declared!r} is not its key, {key!r}", ID)
        if element["type"] not in HOLDS and element["type"] not in _CONTENT:
            message = f"{key!r} has no type: write one, or start its key with one, such as CHART-"
            yield view.finding(dashboard, at, message, ID, on_key=True)


def _tree(view: View, dashboard: Asset, elements: Mapping[str, Any]) -> Iterator[Finding]:
    parents: dict[str, str] = {}
    for key, element in elements.items():
        for index, child in enumerate(element.get("children", [])):
            at = ("position", key, "children", index)
            if child not in elements:
                yield view.finding(dashboard, at, f"there is no {child!r} in this layout", ID)
                continue
            if child in parents:
                message = f"{child!r} stands in {parents[child]!r} already: everything has one place"
                yield view.finding(dashboard, at, message, ID)
            parents.setdefault(child, key)
            kind = elements[child]["type"]
            if kind in _CONTENT | HOLDS.keys() and kind not in HOLDS.get(element["type"], frozenset()):
                yield view.finding(dashboard, at, f"a {element['type']} cannot hold a {kind}", ID)
    reached = {key for key, element in elements.items() if element.get("parents")} | _MAY_STAND_ALONE
    for key in elements.keys() - reached:
        message = f"{key!r} cannot be reached from ROOT_ID: it would not be shown"
        yield view.finding(dashboard, ("position", key), message, ID, on_key=True)


def _widths(view: View, dashboard: Asset, elements: Mapping[str, Any]) -> Iterator[Finding]:
    for key, element in elements.items():
        if element["type"] != "ROW":
            continue
        room = _room(elements, element)
        used = sum(_width(elements[child]) for child in element["children"] if child in elements)
        if used > room:
            message = f"its elements are {used} columns wide together, and there are {room}"
            yield view.finding(dashboard, ("position", key), message, ID, on_key=True)


def _room(elements: Mapping[str, Any], row: Mapping[str, Any]) -> int:
    """The columns that a row has: those of the innermost column around it, or all."""
    for parent in reversed(row.get("parents", [])):
        if elements[parent]["type"] == "COLUMN":
            return _width(elements[parent])
    return COLUMNS


def _width(element: Mapping[str, Any]) -> int:
    width = element.get("meta", {}).get("width", 1)
    return width if isinstance(width, int) else 1
