"""Owns `Pruning`: which assets that Git no longer names would be deleted, and which are kept for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from superset_gitops.model.asset import AssetId


@dataclass(frozen=True, slots=True)
class Pruning:
    """What a prune does with the assets that we applied and Git no longer names.

    Attributes:
        deletes: nothing depends on these, or only others of them.
        kept: the others, each with those that depend on it, as people know them: `chart 'Births by state'`.
    """

    deletes: frozenset[AssetId] = frozenset()
    kept: Mapping[AssetId, tuple[str, ...]] = field(default_factory=dict)
