"""Owns what counts of both sides, as a plan compares them: a runtime's documents, and what templates render to."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from superset_gitops.core.compile.complete_asset import complete_asset
from superset_gitops.core.normal_form import layout_charts, normalize, without_inherited
from superset_gitops.model.asset import AssetId, Document, Kind

ChartsOn = Mapping[str, frozenset[str]]


def live_normals(
    live: Mapping[AssetId, Document], keys: Collection[AssetId], charts_on: ChartsOn | None = None
) -> dict[AssetId, Document]:
    """The normal forms of some live assets, as a plan compares them.

    Args:
        live: everything, as exported.
        keys: which; those that are not live have none.
        charts_on: dashboard's uuid → uuids of the charts that are linked to it; None for those of the layouts.
    """
    databases: dict[AssetId, Document | None] = {}
    normals = {}
    for key in keys:
        if key not in live:
            continue
        normal = normalize(key.kind, live[key])
        if key.kind is Kind.DASHBOARD:
            shown = layout_charts(live[key].get("position") or {})
            normal["charts"] = sorted(shown if charts_on is None else charts_on.get(key.uuid, ()))
        if key.kind is Kind.DATASET:
            parent = AssetId(Kind.DATABASE, str(normal.get("database_uuid")))
            if parent not in databases:
                databases[parent] = normalize(parent.kind, live[parent]) if parent in live else None
            normal = without_inherited(normal, databases[parent])
        normals[key] = normal
    return normals


def normal_of(kind: Kind, document: Document) -> Document:
    """The normal form of a rendered document; a dashboard's has the charts of its layout."""
    complete = complete_asset(kind, document, {})
    normal = normalize(kind, complete)
    if kind is Kind.DASHBOARD:
        normal["charts"] = sorted(layout_charts(complete["position"]))
    return normal


def comparable(said: Document, live: Document) -> Document:
    """What a template says without what no export of this runtime has: releases before 6.1 keep it to themselves."""
    return {name: value for name, value in said.items() if name != "configuration_method" or name in live}
