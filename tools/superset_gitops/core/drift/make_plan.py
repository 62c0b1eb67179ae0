"""Owns making the plan of one environment out of its three sides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from superset_gitops.core.drift.compare import compare_fields, state_of
from superset_gitops.core.normal_form import digest, project, with_ui_defaults
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import Edited, PlanItem, State


@dataclass(frozen=True, slots=True)
class Named:
    """One side's normal form of an asset, with what people call it and where it comes from."""

    normal: Document = field(repr=False)
    name: str = ""
    template: str = ""


def make_plan(
    base: Mapping[AssetId, Named],
    desired: Mapping[AssetId, Named],
    live: Mapping[AssetId, Named],
    edits: Mapping[AssetId, Edited],
) -> tuple[PlanItem, ...]:
    """One item for each asset that Git or the ledger names, in the order of apply; unmanaged assets have none."""
    named = base.keys() | desired.keys()
    items = [_item(asset, _Sides(base, desired, live), edits) for asset in named]
    return tuple(sorted(items, key=lambda item: (item.id.kind.order, item.name, item.id.uuid)))


def drift_digest(items: Iterable[PlanItem]) -> str:
    """Identifies exactly the drift of these items, 12 hex digits; anything newer has another digest."""
    lines = sorted(item.digest for item in items if item.digest)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12] if lines else ""


@dataclass(frozen=True, slots=True)
class _Sides:
    """The three sides that a plan is made of."""

    base: Mapping[AssetId, Named]
    desired: Mapping[AssetId, Named]
    live: Mapping[AssetId, Named]

    def dataset_of(self, normal: Document) -> Document | None:
        """The dataset of a chart, as Git says it, or else as it is live."""
        key = AssetId(Kind.DATASET, str(normal.get("dataset_uuid")))
        named = self.desired.get(key) or self.live.get(key)
        return named.normal if named else None


def _item(asset: AssetId, sides: _Sides, edits: Mapping[AssetId, Edited]) -> PlanItem:
    base, desired, live = sides.base.get(asset), sides.desired.get(asset), sides.live.get(asset)
    wanted = desired.normal if desired else None
    old, now = _projected(asset, base, wanted, sides), _projected(asset, live, wanted, sides)
    if asset.kind is Kind.CHART and old is not None and now is not None:
        old = with_ui_defaults(old, now, sides.dataset_of(now))
    state = state_of(old, wanted, now)
    known = desired or live or base
    differs = state.is_drift or state in {State.PENDING, State.PRUNE_DRIFT}
    return PlanItem(
        id=asset,
        name=known.name if known else "",
        state=state,
        fields=compare_fields(old, wanted, now) if wanted is not None and now is not None and differs else (),
        template=desired.template if desired else (base.template if base else ""),
        digest=_digest(asset, now) if state.is_drift or state is State.PRUNE_DRIFT else "",
        edited=edits.get(asset, Edited()) if now is not None else Edited(),
        base=old,
        desired=wanted,
        live=now,
    )


def _projected(asset: AssetId, side: Named | None, desired: Document | None, sides: _Sides) -> Document | None:
    if side is None or desired is None:
        return side.normal if side else None
    return project(asset.kind, side.normal, desired, sides.dataset_of(side.normal))


def _digest(asset: AssetId, live: Document | None) -> str:
    return f"{asset.kind} {asset.uuid} {digest(live) if live is not None else 'deleted'}"
