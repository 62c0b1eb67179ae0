"""Owns finding natural keys that are live under another uuid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from superset_gitops.core.drift.make_plan import Named
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import Collision


def find_collisions(desired: Mapping[AssetId, Named], live: Mapping[AssetId, Named]) -> tuple[Collision, ...]:
    """Desired assets that are not live while another live asset has their natural key.

    Superset's importer matches on any unique constraint and would rewrite that row's uuid. Of such a key it leaves out
    what is null: a new dataset without a schema is any one of its name in its database (measured on 6.1.0).
    """
    taken = {key: asset for asset, named in live.items() for key in _keys(asset.kind, named.normal)}
    tables = {_loose(key): asset for key, asset in taken.items() if asset.kind is Kind.DATASET}
    hits = [
        (asset, named, key, taken.get(key) or (tables.get(_loose(key)) if _is_loose(asset, key, live) else None))
        for asset, named in desired.items()
        for key in _keys(asset.kind, named.normal)
    ]
    return tuple(
        Collision(asset, named.name, named.template, " / ".join(filter(None, key[1:])), other.uuid)
        for asset, named, key, other in hits
        if other is not None and other.uuid != asset.uuid
    )


def _loose(key: tuple[str, ...]) -> tuple[str, ...]:
    """A dataset's key without its schema."""
    return (*key[:-2], key[-1])


def _is_loose(asset: AssetId, key: tuple[str, ...], live: Mapping[AssetId, Named]) -> bool:
    """Whether the importer would look for this dataset without a schema, because there is none by its uuid."""
    return asset.kind is Kind.DATASET and not key[-2] and asset not in live


def _keys(kind: Kind, normal: Document) -> Iterator[tuple[str, ...]]:
    if kind is Kind.DATABASE:
        yield str(kind), str(normal["database_name"])
    elif kind is Kind.DATASET:
        yield str(kind), str(normal["database_uuid"]), str(normal["schema"] or ""), str(normal["table_name"])
    elif kind is Kind.DASHBOARD and normal["slug"]:
        yield str(kind), str(normal["slug"])
