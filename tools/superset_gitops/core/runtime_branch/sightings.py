"""Owns what counts as changed in Superset: what it shows is not what was applied, whatever Git says by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from superset_gitops.core.drift import edit_digest
from superset_gitops.core.normal_form import digest
from superset_gitops.core.same import same
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import PlanItem
from superset_gitops.model.runtime_branch import Change
from superset_gitops.model.runtime_edit import Sighting

_DIGITS = 12  # as `drift_digest` has


def is_edited(item: PlanItem) -> bool:
    """Whether an asset that was applied is not what it was. What Git says does not count: it may say the same by now.

    What was never applied has no base: nobody knows whether Git or Superset changed it.
    """
    return item.base is not None and (item.live is None or not same(item.base, item.live))


def sighted(item: PlanItem, base: Document, live: Document | None, document: Document | None) -> Sighting:
    """An edit of an asset that was applied.

    Args:
        item: of the plan.
        base: its normal form in full, as it was applied; the plan's is without what it does not compare.
        live: its normal form in full, as Superset shows it.
        document: as exported.
    """
    change = Change.DELETED if live is None else Change.CHANGED
    return Sighting(
        item.id, change, item.name, base, live, document, edit_digest(item.id, item.live), edited=item.edited
    )


def added(asset: AssetId, name: str, live: Document, document: Document) -> Sighting:
    """An asset that only Superset has, and that something managed needs."""
    return Sighting(asset, Change.ADDED, name, None, live, document, digest(live)[:_DIGITS])


def needed(items: Iterable[PlanItem], live: Mapping[AssetId, Document]) -> tuple[AssetId, ...]:
    """Unmanaged charts that people put on managed dashboards, with the datasets and databases that those need.

    Args:
        items: of the plan: what Git names, or was applied.
        live: normal forms of all that Superset has.
    """
    known, found = set(), dict[AssetId, None]()
    shown: list[AssetId] = []
    for item in items:
        known.add(item.id)
        if item.id.kind is Kind.DASHBOARD and is_edited(item) and item.live is not None and item.desired is not None:
            shown += [AssetId(Kind.CHART, str(uuid)) for uuid in item.live.get("charts") or ()]
    waiting = [asset for asset in shown if asset not in known]
    while waiting:
        asset = waiting.pop(0)
        if asset in live and asset not in known and asset not in found:
            found[asset] = None
            waiting += _parents(asset.kind, live[asset])
    return tuple(sorted(found, key=lambda asset: (asset.kind.order, asset.uuid)))


def _parents(kind: Kind, normal: Document) -> Iterator[AssetId]:
    if kind is Kind.CHART:
        yield AssetId(Kind.DATASET, str(normal.get("dataset_uuid")))
    if kind is Kind.DATASET:
        yield AssetId(Kind.DATABASE, str(normal.get("database_uuid")))
