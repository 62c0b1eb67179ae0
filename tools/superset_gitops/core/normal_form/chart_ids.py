"""Owns the translation of a dashboard's numeric chart ids, which mean something in one installation only, to uuids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from superset_gitops.model.asset import Document


@dataclass(frozen=True, slots=True)
class ChartIds:
    """Chart id (as text) → chart uuid, read from the layout: there `chartId` and `uuid` stand side by side."""

    by_id: Mapping[str, str]

    @classmethod
    def of_position(cls, position: Mapping[str, Any]) -> ChartIds:
        """Read the CHART nodes of a layout."""
        by_id = {}
        for meta in _chart_metas(position):
            by_id[str(meta["uuid"])] = str(meta["uuid"])
            if meta.get("chartId") is not None:
                by_id[str(meta["chartId"])] = str(meta["uuid"])
        return cls(by_id)

    def to_uuids(self, ids: Any) -> list[str]:
        """The uuids of these ids; ids of charts that are not on the dashboard are stale and vanish."""
        return [self.by_id[str(item)] for item in ids if str(item) in self.by_id] if isinstance(ids, list) else []

    def keys_to_uuids(self, mapping: Any) -> Document:
        """A mapping by chart id, made one by chart uuid; stale ids vanish."""
        if not isinstance(mapping, Mapping):
            return {}
        return {self.by_id[str(key)]: value for key, value in mapping.items() if str(key) in self.by_id}


def layout_charts(position: Mapping[str, Any]) -> set[str]:
    """The uuids of the charts that a layout names."""
    return {str(meta["uuid"]) for meta in _chart_metas(position)}


def _chart_metas(position: Mapping[str, Any]) -> Iterator[Document]:
    for node in position.values():
        meta = node.get("meta") if isinstance(node, dict) and node.get("type") == "CHART" else None
        if isinstance(meta, dict) and meta.get("uuid"):
            yield meta
