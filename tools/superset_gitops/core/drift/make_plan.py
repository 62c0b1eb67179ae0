"""Owns making the plan of one environment out of its three sides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from superset_gitops.core.drift.compare import compare_fields, state_of
from superset_gitops.core.ignore import Ignoring, watched
from superset_gitops.core.normal_form import (
    digest,
    is_saved_by_explore,
    project,
    with_ui_defaults,
    without_explore_rewrites,
)
from superset_gitops.core.versions import NEWEST, Release
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import Edited, FieldChange, IgnoredField, PlanItem, Side, State


@dataclass(frozen=True, slots=True)
class Named:
    """One side's normal form of an asset, with what people call it and where it comes from."""

    normal: Document = field(repr=False)
    name: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What policy leaves to Superset of one asset.

    Attributes:
        ignoring: which fields.
        sent: the normal form of what an apply would send, with the live values in those fields; None exactly where
            Git does not name the asset.
    """

    ignoring: Ignoring
    sent: Document | None = field(default=None, repr=False)


# Base, desired, live.
_Three = tuple[Document | None, Document | None, Document | None]
_NOTHING_KEPT: Mapping[AssetId, Kept] = {}


def make_plan(
    base: Mapping[AssetId, Named],
    desired: Mapping[AssetId, Named],
    live: Mapping[AssetId, Named],
    edits: Mapping[AssetId, Edited],
    kept: Mapping[AssetId, Kept] = _NOTHING_KEPT,
    release: Release = NEWEST,
) -> tuple[PlanItem, ...]:
    """One item for each asset that Git or the ledger names, in the order of apply; unmanaged assets have none.

    Ignored fields (`kept`) count on no side; where an asset is not live there is nothing to keep, and Git says it all.
    What the release's Explore fills in by itself is nobody's change.
    """
    named = base.keys() | desired.keys()
    items = [_item(asset, _Sides(base, desired, live, release), edits, kept) for asset in named]
    return tuple(sorted(items, key=lambda item: (item.id.kind.order, item.name, item.id.uuid)))


def drift_digest(items: Iterable[PlanItem]) -> str:
    """Identifies exactly the drift of these items, 12 hex digits; anything newer has another digest."""
    lines = sorted(item.digest for item in items if item.digest)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12] if lines else ""


def edit_digest(asset: AssetId, live: Document | None) -> str:
    """Identifies one asset's drift, 12 hex digits: `drift_digest` of an item that has it; None for a deletion."""
    return hashlib.sha256(_digest(asset, live).encode()).hexdigest()[:12]


def plan_item(
    asset: AssetId,
    base: Mapping[AssetId, Named],
    desired: Mapping[AssetId, Named],
    live: Mapping[AssetId, Named],
    kept: Mapping[AssetId, Kept] = _NOTHING_KEPT,
    release: Release = NEWEST,
) -> PlanItem:
    """What `make_plan` says of one asset, without the others; nobody is named."""
    return _item(asset, _Sides(base, desired, live, release), {}, kept)


@dataclass(frozen=True, slots=True)
class _Sides:
    """The three sides that a plan is made of."""

    base: Mapping[AssetId, Named]
    desired: Mapping[AssetId, Named]
    live: Mapping[AssetId, Named]
    release: Release

    def compared(self, asset: AssetId, desired: Document | None) -> _Three:
        """One asset's normal forms as they compare with a desired one: base, desired, live."""
        old, now = (self._projected(asset, side, desired) for side in (self.base, self.live))
        if asset.kind is Kind.CHART and old is not None and now is not None:
            if desired is not None and is_saved_by_explore(self.live[asset].normal):
                now = without_explore_rewrites(now, old, desired, self.release.version)
            old = with_ui_defaults(old, now, self._dataset_of(now), self.release.version)
        return old, desired, now

    def _projected(self, asset: AssetId, side: Mapping[AssetId, Named], desired: Document | None) -> Document | None:
        named = side.get(asset)
        if named is None or desired is None:
            return named.normal if named else None
        is_dataset = asset.kind is Kind.DATASET
        parent = self._database_of(named.normal, side) if is_dataset else self._dataset_of(named.normal)
        return project(asset.kind, named.normal, desired, parent, self.release.version)

    def _dataset_of(self, normal: Document) -> Document | None:
        """The dataset of a chart, as Git says it, or else as it is live."""
        return _first(AssetId(Kind.DATASET, str(normal.get("dataset_uuid"))), self.desired, self.live)

    def _database_of(self, normal: Document, side: Mapping[AssetId, Named]) -> Document | None:
        """The database of a dataset on the same side, or else as it is live: Git may not name it."""
        return _first(AssetId(Kind.DATABASE, str(normal.get("database_uuid"))), side, self.live)


def _first(key: AssetId, *sides: Mapping[AssetId, Named]) -> Document | None:
    return next((side[key].normal for side in sides if key in side), None)


def _item(asset: AssetId, sides: _Sides, edits: Mapping[AssetId, Edited], kept: Mapping[AssetId, Kept]) -> PlanItem:
    base, desired, live = sides.base.get(asset), sides.desired.get(asset), sides.live.get(asset)
    old, wanted, now = sides.compared(asset, desired.normal if desired else None)
    keeping = kept.get(asset) if live is not None else None
    ignored: tuple[IgnoredField, ...] = ()
    if keeping is not None:
        full = _changes(old, wanted, now)
        three = sides.compared(asset, keeping.sent)
        old, wanted, now = (None if side is None else watched(side, keeping.ignoring) for side in three)
        ignored = _hidden(full, _changes(old, wanted, now), keeping.ignoring)
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
        ignored=ignored,
        ignored_by=keeping.ignoring.whole if keeping else "",
    )


def _changes(base: Document | None, desired: Document | None, live: Document | None) -> tuple[FieldChange, ...]:
    """What differs on a live asset; of one that Git does not name, what moved since it was applied."""
    if live is None or (desired is None and base is None):
        return ()
    return compare_fields(base, desired if desired is not None else base or {}, live)


def _hidden(
    whole: tuple[FieldChange, ...], seen: tuple[FieldChange, ...], ignoring: Ignoring
) -> tuple[IgnoredField, ...]:
    """What differs in full and does not where only the watched fields count."""
    shown = {change.path for change in seen}
    hidden = (change for change in whole if change.path not in shown and change.side is not Side.AGREED)
    return tuple(IgnoredField(change, ignoring.rule_of(change.path)) for change in hidden)


def _digest(asset: AssetId, live: Document | None) -> str:
    return f"{asset.kind} {asset.uuid} {digest(live) if live is not None else 'deleted'}"
