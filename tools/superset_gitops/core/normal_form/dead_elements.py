"""Owns which elements of a layout show nothing: Superset keeps those of deleted charts when the layout is saved.

Saving blanks `meta.uuid` of an element whose chart is gone (measured in 6.1.0). As long as the layout is not saved the
uuid stays, and the element is compared as it is.
"""

from __future__ import annotations

from typing import Any

from superset_gitops.model.asset import Document

_GO_WHEN_EMPTY = ("ROW", "COLUMN")


def without_dead_elements(position: Document) -> Document:
    """The layout without elements for no chart, their mention among children, and rows that only had such ones."""
    living = dict(position)
    dead = [key for key, node in position.items() if _shows_no_chart(node)]
    while dead:
        key = dead.pop()
        living.pop(key, None)
        for name, node in list(living.items()):
            children = node.get("children") if isinstance(node, dict) else None
            if isinstance(children, list) and key in children:
                left = [child for child in children if child != key]
                living[name] = {**node, "children": left}
                if not left and node.get("type") in _GO_WHEN_EMPTY:
                    dead.append(name)
    return living


def _shows_no_chart(node: Any) -> bool:
    """Whether it is an element for a chart, and says with null that there is none."""
    meta = node.get("meta") if isinstance(node, dict) and node.get("type") == "CHART" else None
    return isinstance(meta, dict) and "uuid" in meta and meta["uuid"] is None
