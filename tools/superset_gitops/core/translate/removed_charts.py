"""Owns what a dashboard's layout becomes when one of its charts was deleted: Superset itself keeps the dead element."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from superset_gitops.model.plan import ABSENT, FieldPath


def without_removed_charts(
    goal: dict[FieldPath, Any], leaves: Mapping[FieldPath, Any]
) -> tuple[dict[FieldPath, Any], frozenset[FieldPath]]:
    """The goal, in which charts that are no longer linked have no element, and rows without children are gone too.

    Also returns the paths that belong to the layout's change: what this adds, and all else that loses such a chart.

    Args:
        goal: path → what Superset shows, of what was changed there.
        leaves: what the template says.
    """
    linked = goal.get(("charts",))
    if not isinstance(linked, list):
        return goal, frozenset()
    before = dict(goal)
    removed = {uuid for uuid in leaves.get(("charts",), []) if uuid not in linked}
    after = {path: value for path, value in {**leaves, **goal}.items() if value is not ABSENT}
    charts = [path[1] for path, value in after.items() if path[::3] == ("position", "uuid") and value in removed]
    changed = dict(goal)
    for key in charts:
        _remove_element(key, after, changed)
    for path, value in list(after.items()):
        if path[0] == "metadata" and removed.intersection(path):
            changed[path] = ABSENT
            del after[path]
            if not any(each[:2] == path[:2] for each in after):
                changed[path[:2]] = after[path[:2]] = {}
        elif path[0] == "metadata" and _mentions(removed, path, value):
            changed[path] = [item for item in value if item not in removed]
    told = {path: value for path, value in changed.items() if value is not ABSENT or path in leaves}
    # A layout that was saved since has lost its mentions itself, also those that mean nothing once the element is gone.
    elements = {path: value for path, value in leaves.items() if path[::3] == ("position", "uuid") and value in removed}
    gone = {uuid for path, uuid in elements.items() if told.get(path) is ABSENT}
    lost = {path for path in told if path[0] == "metadata" and _mentions(gone, path, leaves.get(path))}
    return told, frozenset(p for p in told if p in lost or p not in before or before[p] is not told[p])


def _mentions(removed: set[str], path: FieldPath, value: Any) -> bool:
    return bool(removed.intersection(path)) or (isinstance(value, list) and any(uuid in value for uuid in removed))


def _remove_element(key: str, after: dict[FieldPath, Any], changed: dict[FieldPath, Any]) -> None:
    for path in [path for path in after if path[:2] == ("position", key)]:
        del after[path]
        changed[path] = ABSENT
    for path, value in list(after.items()):
        if path[0] == "position" and path[-1] == "children" and isinstance(value, list) and key in value:
            after[path] = changed[path] = [child for child in value if child != key]
            if not after[path] and after.get((*path[:2], "type")) in ("ROW", "COLUMN"):
                _remove_element(path[1], after, changed)
