"""Owns noting in the ledger what people changed in Superset, before Git overwrites it and whenever somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from superset_gitops.core.drift import Kept, Named, plan_item
from superset_gitops.core.runtime_branch.note import note
from superset_gitops.core.runtime_branch.sightings import added, is_edited, needed, sighted
from superset_gitops.core.same import same
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.plan import Edited, PlanItem, State
from superset_gitops.model.runtime_branch import Change
from superset_gitops.model.runtime_edit import EditState, RuntimeEdit, Sighting
from superset_gitops.workflows.survey import Survey, applied_bases, kept_sides, last_saved, live_normal

if TYPE_CHECKING:
    from superset_gitops.edges.postgres.ledger import Ledger
    from superset_gitops.edges.superset import SupersetClient
    from superset_gitops.edges.superset.live import LiveState


_AGREED = frozenset({State.IN_SYNC, State.FORGET})


def note_edits(found: Survey, ledger: Ledger, client: SupersetClient, overwriting: int | None = None) -> None:
    """Bring the ledger's edits to what Superset shows.

    Args:
        found: all three sides, read under the lease.
        ledger: opened under the lease.
        client: asked who changed what, where the plan does not say it.
        overwriting: the deployment that is about to write all that is in scope; None where none does.

    Raises:
        LeaseLost: somebody else deploys by now.
        Unavailable: the ledger cannot be written. What cannot be noted is not to be overwritten.
    """
    edits = ledger.edits.kept()
    seen = list(_sightings(found, found.plan.everything, ledger, edits))
    if not edits and not seen:
        return
    about = {edit.asset for edit in edits} - _named_additions(edits, found)
    noted = note(edits, _with_origins(seen, ledger, client), about=about)
    writing = _written(found, seen, overwriting)
    ledger.edits.note(noted.new, writing)
    ledger.edits.note_again(noted.again, writing)
    ledger.edits.close(noted.undone, EditState.UNDONE)


def note_meanwhile(
    found: Survey, now: LiveState, assets: Iterable[AssetId], ledger: Ledger, client: SupersetClient, overwriting: int
) -> None:
    """Note what somebody saved between the gate's look and the write: `now` is what Superset shows at this moment."""
    items = [_item_now(found, key, now, ledger, client) for key in assets]
    then = replace(found, live=now)
    seen = list(_sightings(then, items, ledger, ()))
    noted = note(ledger.edits.kept(), _with_origins(seen, ledger, client), about=())
    writing = {sighting.asset: overwriting for sighting in seen}
    ledger.edits.note(noted.new, writing)
    ledger.edits.note_again(noted.again, writing)


def _sightings(
    found: Survey, items: Iterable[PlanItem], ledger: Ledger, edits: Iterable[RuntimeEdit]
) -> Iterator[Sighting]:
    items, known = tuple(items), {edit.asset for edit in edits}
    unbased = any(item.base is None and item.live is not None for item in items)
    additions = _additions(ledger, edits) if unbased else {}
    for item in items:
        base = found.base[item.id] if item.id in found.base else additions.get(item.id)
        if base is None or not (is_edited(item) or item.base is None):
            continue
        if item.state in _AGREED and item.id not in known:
            continue  # what is deployed says the same by itself: there is nothing to bring back
        live = live_normal(found.live, item.id) if item.id in found.live.assets else None
        if item.base is not None or (live is not None and not same(base, live)):
            yield sighted(item, base, live, found.live.assets[item.id].document if live is not None else None)
    if any(is_edited(item) for item in items):
        lives = {key: live_normal(found.live, key) for key in found.live.assets}
        for key in needed(items, lives):
            asset = found.live.assets[key]
            yield added(key, asset.name, lives[key], asset.document)


def _additions(ledger: Ledger, edits: Iterable[RuntimeEdit]) -> dict[AssetId, Document]:
    """What assets were that people added and that Git names by now: of those Superset's side is known to be later."""
    still = {e.asset: e.seen.live for e in edits if e.seen.change is Change.ADDED and e.seen.live is not None}
    return ledger.edits.additions() | still


def _named_additions(edits: Iterable[RuntimeEdit], found: Survey) -> set[AssetId]:
    """Additions that Git names by now: whether main does is another question, and nobody undid them."""
    return {edit.asset for edit in edits if edit.seen.change is Change.ADDED and edit.asset in found.wanted}


def _with_origins(seen: Iterable[Sighting], ledger: Ledger, client: SupersetClient) -> list[Sighting]:
    """The sightings with who saved them last, and what their base was deployed from."""
    seen = list(seen)
    if not seen:
        return []
    origins, nobody = ledger.applied_from(), Edited()
    unknown = any(each.edited == nobody and each.live is not None for each in seen)
    saved = last_saved(client, ledger.applied()) if unknown else {}
    told = []
    for each in seen:
        edited = saved.get(each.asset, nobody) if each.edited == nobody and each.live is not None else each.edited
        commit, branch = origins.get(each.asset, ("", ""))
        told.append(replace(each, edited=edited, commit=commit, branch=branch))
    return _as_their_dashboards(told)


def _as_their_dashboards(seen: list[Sighting]) -> list[Sighting]:
    """What only Superset has goes where the dashboard goes that shows it."""
    shown: dict[str, Sighting] = {}
    for each in seen:
        for uuid in (each.live or {}).get("charts") or ():
            shown.setdefault(uuid, each)
    additions = [each for each in seen if each.change is Change.ADDED]
    for chart in additions:  # charts come before what they need only in name: uuids are unique
        if chart.asset.uuid in shown and chart.live is not None:
            shown.setdefault(str(chart.live.get("dataset_uuid")), shown[chart.asset.uuid])
    for dataset in additions:
        if dataset.asset.uuid in shown and dataset.live is not None:
            shown.setdefault(str(dataset.live.get("database_uuid")), shown[dataset.asset.uuid])
    return [
        replace(each, commit=shown[each.asset.uuid].commit, branch=shown[each.asset.uuid].branch)
        if each.change is Change.ADDED and each.asset.uuid in shown
        else each
        for each in seen
    ]


def _written(found: Survey, seen: Iterable[Sighting], overwriting: int | None) -> Mapping[AssetId, int]:
    """What a deployment writes, or records as applied; after that Superset says nothing about these edits."""
    if overwriting is None:
        return {}
    ours = {item.id for item in found.plan.items if item.state.is_written or item.state in _AGREED}
    ours |= set(found.plan.pruning.deletes) if found.plan.pruning else set()
    return {each.asset: overwriting for each in seen if each.change is Change.ADDED or each.asset in ours}


def _item_now(found: Survey, key: AssetId, now: LiveState, ledger: Ledger, client: SupersetClient) -> PlanItem:
    wanted = {k: Named(want.normal, want.asset.name, want.asset.template) for k, want in found.wanted.items()}
    lives = {k: Named(live_normal(now, k), asset.name) for k, asset in now.assets.items()}
    ignoring = {key: found.ignoring[key]} if key in found.ignoring else {}
    kept: dict[AssetId, Kept] = kept_sides(ignoring, found.wanted, now)
    return plan_item(key, applied_bases(ledger.applied(), now), wanted, lives, kept, client.release)
