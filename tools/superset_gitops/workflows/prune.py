"""Owns prune: after an apply, delete what we once applied and Git no longer names, and nothing that others need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from superset_gitops.core.drift.dependents import Runtime, choose, users_of
from superset_gitops.core.drift.limits import deletions
from superset_gitops.core.ignore import NOTHING
from superset_gitops.core.normal_form import digest
from superset_gitops.edges.superset.delete_assets import StillUsed
from superset_gitops.errors import HybridError, PartlyApplied
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.consent import Consent
from superset_gitops.model.plan import PlanItem, State
from superset_gitops.model.policy import EnvironmentPolicy
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.apply import named
from superset_gitops.workflows.note_edits import note_meanwhile
from superset_gitops.workflows.survey import Survey

if TYPE_CHECKING:
    from superset_gitops.edges.superset import SupersetClient
    from superset_gitops.edges.superset.live import LiveState
    from superset_gitops.model.pruning import Pruning
    from superset_gitops.workflows.apply import Applying

# Fields by which an asset refers to others.
_REFERRING = ("database_uuid", "dataset_uuid", "params", "position", "metadata")
_PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a prune did: what it deleted, the numbers of the copies saved before, and what it kept for whom."""

    deleted: tuple[PlanItem, ...] = ()
    saved: tuple[int, ...] = ()
    kept: Mapping[AssetId, tuple[str, ...]] = field(default_factory=dict)


def prunes(policy: EnvironmentPolicy, consent: Consent, environ: Mapping[str, str], progress: Progress) -> bool:
    """Whether this run prunes; where policy would and this run does not, it is said why."""
    if not policy.prune:
        return False
    reason = _switched_off(consent, environ)
    if reason:
        progress(f"prune is off for this run: {reason}")
    return not reason


def with_pruning(found: Survey, client: SupersetClient) -> Survey:
    """The survey with what a prune would delete in its plan, and what it would keep for whom.

    What this run writes is not asked: the apply, which comes first, leaves it with nothing that Git does not name,
    unless policy leaves to Superset what it refers to. What policy ignores wholly is no candidate.

    Raises:
        Unavailable: what depends on the assets cannot be read.
    """
    candidates = {item.id for item in found.plan.select(State.PRUNE, State.PRUNE_DRIFT) if not item.ignored_by}
    managed = (item for item in found.plan.items if item.desired is not None)
    rewritten = {item.id for item in managed if not found.ignoring.get(item.id, NOTHING).touches(*_REFERRING)}
    pruning = _choose(candidates, found.live, client, ignored=rewritten)
    return replace(found, plan=replace(found.plan, pruning=pruning))


def prune(found: Survey, work: Applying) -> Pruned:
    """Delete what the plan says, dashboards first and databases last, and nothing else.

    Before each kind everything is read anew: an asset that somebody uses or changed meanwhile is kept, and said so.
    Each asset's raw YAML is in the ledger before it is deleted; afterwards it is looked up that it is gone.

    Raises:
        PartlyApplied: some of it is not deleted; a re-run goes on.
        Unavailable: nothing could be deleted.
    """
    plan = found.plan
    todo = {item.id: item for item in deletions(plan)}
    run = _Run(work, found, todo)
    try:
        for kind in reversed(Kind):
            if any(key.kind is kind for key in todo):
                run.delete_kind(kind)
    except HybridError as error:
        if not run.deleted:
            raise
        raise PartlyApplied(
            f"{len(run.deleted)} of {len(todo)} assets were deleted before it failed: {error.what}",
            where=error.where,
            remedy="run it again: what was written and deleted stays so, the rest follows",
            deleted=named(run.deleted),
        ) from error
    if run.deleted:
        run.forget_what_is_gone()
    ignored = (item for item in plan.select(State.PRUNE, State.PRUNE_DRIFT) if item.ignored_by)
    kept: dict[AssetId, tuple[str, ...]] = {item.id: (f"{item.ignored_by} ignores it",) for item in ignored}
    kept |= dict(plan.pruning.kept if plan.pruning else {}) | run.kept
    for key, reasons in kept.items():
        work.progress(f"kept {key.kind} {run.names.get(key, key.uuid)!r}, no longer in Git: {'; '.join(reasons)}")
    return Pruned(tuple(run.deleted), tuple(run.saved), kept)


class _Run:
    """One prune under way."""

    def __init__(self, work: Applying, found: Survey, todo: Mapping[AssetId, PlanItem]) -> None:
        self.work = work
        self.found = found
        self.todo = todo
        self.names = {item.id: item.name for item in found.plan.items}
        self.deleted: list[PlanItem] = []
        self.saved: list[int] = []
        self.kept: dict[AssetId, tuple[str, ...]] = {}

    def delete_kind(self, kind: Kind) -> None:
        gone = {item.id for item in self.deleted}
        live = self.work.client.export_assets()
        left = {key for key in self.todo if key in live.assets and key not in gone and key not in self.kept}
        pruning = _choose(left, live, self.work.client)
        self.kept |= pruning.kept
        ids = self.work.client.changes()
        for key in sorted((key for key in pruning.deletes if key.kind is kind), key=lambda key: self.names[key]):
            if key in ids:
                self._delete(self.todo[key], live, ids[key].id)

    def forget_what_is_gone(self) -> None:
        there = self.work.client.changes()
        for item in self.deleted:
            if item.id not in there:
                self.work.ledger.forget(item.id)
        still = [f"{item.id.kind} {item.name!r}" for item in self.deleted if item.id in there]
        if still:
            raise PartlyApplied(
                f"Superset said that it deleted {', '.join(still)}, but still has it", remedy="run it again"
            )

    def _delete(self, item: PlanItem, live: LiveState, number: int) -> None:
        """By number, which the lists gave a moment ago for this very uuid."""
        watched = self.found.watched(item.id, live)
        changed = item.live is None or watched is None or digest(watched) != digest(item.live)
        if changed and not self.work.git_wins:
            self.kept[item.id] = ("somebody changed it while this ran",)
            return
        if changed:
            note_meanwhile(self.found, live, [item.id], self.work.ledger, self.work.client, self.work.deployment)
        if item.id.kind is Kind.DATASET:
            # The server asks nothing before it deletes a dataset: this is the last look.
            charts = self.work.client.related_objects(Kind.DATASET, number).get("charts") or {}
            if charts.get("count"):
                self.kept[item.id] = (f"{charts['count']} charts that were made while this ran",)
                return
        asset = live.assets[item.id]
        self.saved.append(
            self.work.ledger.save_copy(item.id, asset.name, asset.raw_yaml, item.state.value, self.work.deployment)
        )
        self.work.progress(f"deleting {item.id.kind} {asset.name!r}, no longer in Git; a copy is in the ledger")
        self.work.lease.check()
        try:
            self.work.client.delete(item.id.kind, number)
        except StillUsed as error:
            self.kept[item.id] = (f"Superset refuses: {error.what}",)
        else:
            self.deleted.append(item)


def _choose(
    candidates: Collection[AssetId], live: LiveState, client: SupersetClient, *, ignored: Collection[AssetId] = ()
) -> Pruning:
    ids = {key: change.id for key, change in client.changes().items()} if candidates else {}
    runtime = Runtime(
        documents={key: asset.document for key, asset in live.assets.items()},
        charts_on=live.charts_on,
        chart_ids={number: key.uuid for key, number in ids.items() if key.kind is Kind.CHART},
    )
    others = client.uses({key: ids[key] for key in candidates if key in ids}) if candidates else {}
    names = {key: asset.name for key, asset in live.assets.items()}
    return choose(candidates, users_of(runtime), names, others, ignored=ignored)


def _switched_off(consent: Consent, environ: Mapping[str, str]) -> str:
    if consent.no_prune:
        return "--no-prune"
    if environ.get("GITHUB_EVENT_NAME") in _PULL_REQUESTS:
        return f"this deploys a pull request (GITHUB_EVENT_NAME is {environ['GITHUB_EVENT_NAME']})"
    if environ.get("CI_MERGE_REQUEST_IID"):
        return "this deploys a merge request (CI_MERGE_REQUEST_IID is set)"
    return ""
