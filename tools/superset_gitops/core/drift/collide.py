"""Owns finding natural keys that are live under another uuid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from superset_gitops.core.drift.make_plan import Named
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import Collision


def find_collisions(desired: Mapping[AssetId, Named], live: Mapping[AssetId, Named]) -> tuple[Collision, ...]:
    """Desired assets that are not live while another live asset has their natural key.

    Superset's importer matches on any unique constraint and would rewrite that row's uuid (measured on 6.1.0).
    """
    taken = {key: asset for asset, named in live.items() for key in _keys(asset.kind, named.normal)}
    return tuple(
        Collision(asset, named.name, named.template, " / ".join(key[1:]), taken[key].uuid)
        for asset, named in desired.items()
        for key in _keys(asset.kind, named.normal)
        if key in taken and taken[key].uuid != asset.uuid
    )


def _keys(kind: Kind, normal: Document) -> Iterator[tuple[str, ...]]:
    if kind is Kind.DATABASE:
        yield str(kind), str(normal["database_name"])
    elif kind is Kind.DATASET:
        yield str(kind), str(normal["database_uuid"]), str(normal["schema"] or ""), str(normal["table_name"])
    elif kind is Kind.DASHBOARD and normal["slug"]:
        yield str(kind), str(normal["slug"])
