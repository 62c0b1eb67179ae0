"""Owns what an asset needs to be there before it: read from its normal form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from superset_gitops.model.asset import AssetId, Document, Kind


def needs(key: AssetId, normal: Document) -> Iterator[AssetId]:
    """The assets that this one names: a dataset its database, a chart its dataset, a dashboard charts and datasets.

    A dashboard's charts are those of its layout (`charts` in its normal form), its datasets those that its native
    filters and customizations take their values from. One may be named more than once. What
    policy leaves to Superset is not in the normal form; what it names is there.
    """
    if key.kind is Kind.DATASET and "database_uuid" in normal:
        yield AssetId(Kind.DATABASE, str(normal["database_uuid"]))
    elif key.kind is Kind.CHART and "dataset_uuid" in normal:
        yield AssetId(Kind.DATASET, str(normal["dataset_uuid"]))
    elif key.kind is Kind.DASHBOARD:
        yield from (AssetId(Kind.CHART, str(uuid)) for uuid in normal.get("charts", ()))
        for name in ("native_filters", "customizations"):
            filters: Document = normal.get("metadata", {}).get(name, {})
            yield from (AssetId(Kind.DATASET, uuid) for uuid in _datasets(filters))


def _datasets(filters: Document) -> Iterator[str]:
    entries: dict[str, Any] = filters.get("by_id", {})
    for entry in entries.values():
        for target in entry.get("targets") or ():
            if isinstance(target, dict) and target.get("datasetUuid"):
                yield str(target["datasetUuid"])
