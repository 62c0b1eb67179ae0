"""Owns bringing the runtime to what Git says: save what was drifted, write what differs, read it back, note it down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from superset_gitops.core.connection_secrets import without_kept
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.ignore import NOTHING, recorded
from superset_gitops.core.normal_form import digest
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.errors import DriftRefused, HybridError, LeaseLost, PartlyApplied
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import PlanItem, State
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.connection_secrets import (
    form_fields,
    refuse_unsendable,
    rotated,
    told,
    with_due_secrets,
)
from superset_gitops.workflows.note_edits import note_meanwhile
from superset_gitops.workflows.survey import Survey, live_normal, survey
from superset_gitops.workflows.wanted import Wanted

if TYPE_CHECKING:
    from superset_gitops.edges.postgres.lease import Lease
    from superset_gitops.edges.postgres.ledger import Ledger
    from superset_gitops.edges.superset import SupersetClient


@dataclass(frozen=True, slots=True)
class Applying:
    """What an apply works with.

    Attributes:
        deployment: the ledger's number of this deployment.
        commit: what is deployed; None outside a repository, and from a tree with changes that no commit has.
        git_wins: whether what a person saves while we write is saved and overwritten, rather than stopping us.
        keep_query_context: leave a chart's stale query context where its params change, instead of clearing it.
        rotate: send the databases in scope again with the environment's secrets, also where nothing differs.
    """

    client: SupersetClient
    ledger: Ledger
    lease: Lease
    deployment: int
    commit: str | None
    git_wins: bool
    keep_query_context: bool
    progress: Progress
    rotate: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did.

    Attributes:
        written: the items that it wrote.
        saved: the numbers of the copies saved before.
        secrets: for people, each database to which secrets were sent, and which.
    """

    written: tuple[PlanItem, ...]
    saved: tuple[int, ...]
    secrets: tuple[str, ...] = ()


def named(items: Iterable[PlanItem]) -> tuple[str, ...]:
    """Assets as the ledger's summary names them."""
    return tuple(f"{item.id.kind} {item.name}" for item in items)


def apply_survey(found: Survey, work: Applying) -> Applied:
    """Write what differs, kind by kind, and record each asset's verified live form as its new base.

    Drifted assets are saved to the ledger before the first write; what cannot be saved is not overwritten. An importer
    that answers 200 and did nothing is caught by reading everything back.

    Raises:
        DriftRefused: a natural key is live under another uuid.
        ConfigurationError: a secret that has to be sent is not set.
        PartlyApplied: some of it was written, or the runtime does not match afterwards.
        Unavailable: nothing could be written.
    """
    refuse_collisions(found)
    refuse_unsendable(found, rotate=work.rotate)
    # An import is preceded by reads of its own: a pause in one of them may outlast the lease.
    work.client.guard_writes(work.lease.check)
    items = (*rotated(found, rotate=work.rotate), *found.plan.written)
    saved = list(_save_drifted(items, found, work))
    sent: dict[AssetId, str] = {}
    if items:
        found = _write_and_read(items, found, work, saved, sent)
        uncovered = _uncovered(found.plan.items, items)
        if uncovered:
            found = _write_and_read(uncovered, found, work, saved, sent)
            items = (*items, *uncovered)
    _record(found, work, items)
    unequal = [item for item in found.plan.items if item.state.is_written]
    if unequal:
        raise _mismatch(unequal, items)
    return Applied(items, tuple(saved), tuple(sent.values()))


def _write_and_read(
    items: Sequence[PlanItem], found: Survey, work: Applying, saved: list[int], sent: dict[AssetId, str]
) -> Survey:
    arrived: list[PlanItem] = []
    try:
        for batch in _write_by_kind(items, found, work, saved, sent):
            arrived += batch
    except LeaseLost as error:
        if not arrived:
            raise
        # Not recorded: that is now for whoever took over to find.
        raise PartlyApplied(
            f"{len(arrived)} of {len(items)} assets were sent before the lease was lost: {error.what}",
            where=error.where,
            remedy=error.remedy,
            written=named(arrived),
        ) from error
    except HybridError as error:
        raise _after_failure(error, items, found, work, sent) from error
    return _again(found, work)


def _uncovered(now: Iterable[PlanItem], written: Sequence[PlanItem]) -> tuple[PlanItem, ...]:
    """Datasets whose own cache timeout repeated their database's, and shows only now that this one was written."""
    before = {item.id for item in written}
    databases = {key.uuid for key in before if key.kind is Kind.DATABASE}
    return tuple(
        item
        for item in now
        if item.state.is_written and item.id not in before and [c.dotted for c in item.fields] == ["cache_timeout"]
        if item.id.kind is Kind.DATASET and item.desired is not None and item.desired["database_uuid"] in databases
    )


def refuse_collisions(found: Survey) -> None:
    """Stop where the importer would silently adopt somebody else's row.

    Raises:
        DriftRefused: names both sides of each collision.
    """
    if not found.plan.collisions:
        return
    lines = "; ".join(
        f"{hit.id.kind} {hit.name!r} ({hit.key}): Git has uuid {hit.id.uuid} in {hit.template}, "
        f"Superset has {hit.live_uuid}"
        for hit in found.plan.collisions
    )
    raise DriftRefused(
        f"the same name under another uuid: {lines}",
        remedy="rename or delete the asset in Superset, or put its uuid into the template to manage that very asset",
    )


def _save_drifted(items: Iterable[PlanItem], found: Survey, work: Applying) -> Iterable[int]:
    for item in items:
        live = found.live.assets.get(item.id)
        if item.state.is_drift and live is not None:
            yield work.ledger.save_copy(item.id, live.name, live.raw_yaml, item.state.value, work.deployment)
            work.progress(f"saved the live {item.id.kind} {live.name!r} to the ledger before Git overwrites it")


def _again(found: Survey, work: Applying) -> Survey:
    environment, scope = found.plan.environment, found.scope
    return survey(environment, found.wanted, work.ledger, work.client, scope, ignore=found.ignore)


def _read_again(batch: Sequence[PlanItem], found: Survey, work: Applying) -> LiveState:
    """What is live now: a person may have saved something since the gate looked."""
    if all(item.state is State.CREATE for item in batch):
        return found.live  # there was nothing that anybody could have saved
    return work.client.export_assets()


def _save_meanwhile(batch: Sequence[PlanItem], found: Survey, now: LiveState, work: Applying) -> Iterable[int]:
    """Keep what was saved in Superset since the gate looked; an ignored field keeps its newest value anyway.

    Raises:
        DriftRefused: somebody did save, and policy does not let Git win.
    """
    moved = [item for item in batch if found.watched(item.id, now) != found.watched(item.id, found.live)]
    if moved and not work.git_wins:
        names = ", ".join(f"{item.id.kind} {item.name!r}" for item in moved)
        raise DriftRefused(
            f"saved in Superset while this deployment ran: {names}",
            remedy="deploy again: the change is now seen as drift, with who and when; it was not overwritten",
        )
    if moved:
        note_meanwhile(found, now, [item.id for item in moved], work.ledger, work.client, work.deployment)
    for item in moved:
        live = now.assets.get(item.id)
        if live is not None:
            yield work.ledger.save_copy(item.id, live.name, live.raw_yaml, "saved while deploying", work.deployment)
            work.progress(f"{item.id.kind} {live.name!r} was saved in Superset at this moment: kept in the ledger")


def _write_by_kind(
    items: Sequence[PlanItem], found: Survey, work: Applying, saved: list[int], sent: dict[AssetId, str]
) -> Iterator[Sequence[PlanItem]]:
    """Each batch after Superset took it."""
    for kind in Kind:
        batch = [item for item in items if item.id.kind is kind]
        if not batch:
            continue
        now = _read_again(batch, found, work)
        saved.extend(_save_meanwhile(batch, found, now, work))
        work.lease.check()
        names = ", ".join(repr(item.name) for item in batch[:4]) + (" …" if len(batch) > 4 else "")
        work.progress(f"writing {len(batch)} {kind}{'' if len(batch) == 1 else 's'}: {names}")
        wants = [with_due_secrets(found, item.id, now, rotate=work.rotate) for item in batch]
        files = {
            want.asset.path: write_yaml(_importable(item, want, found, work)).encode()
            for item, want in zip(batch, wants, strict=True)
        }
        send = work.client.import_databases if kind is Kind.DATABASE else work.client.import_assets
        send(files, form_fields(wants))
        for item, want in zip(batch, wants, strict=True):
            if want.secrets.parts:
                sent[item.id] = told(item, want.secrets)
                work.progress(f"sent the secrets of {sent[item.id]}")
        yield batch


def _importable(item: PlanItem, want: Wanted, found: Survey, work: Applying) -> Document:
    """The document to send.

    A database keeps its stored secrets, unless they are due. A chart that declares no query context loses the stale one
    when its params change.
    """
    document = want.document
    if item.id.kind is Kind.DATABASE:
        return without_kept(document, want.secrets)
    if item.id.kind is not Kind.CHART or item.live is None or item.desired is None or "query_context" in want.normal:
        return document
    ignored = found.ignoring.get(item.id, NOTHING).keeps("query_context")
    if work.keep_query_context or ignored or item.live.get("params") == item.desired.get("params"):
        return document
    return {**document, "query_context": None}


def _record(found: Survey, work: Applying, written: Sequence[PlanItem]) -> None:
    """Advance the ledger to the live form of each asset that is in sync, and forget what is gone on both sides."""
    ours = {item.id for item in written}
    made = {item.id for item in written if item.live is None}
    changes = None
    for item in found.plan.items:
        if item.state is State.FORGET:
            work.ledger.forget(item.id)
        elif item.state is State.IN_SYNC:
            ignoring, base = found.ignoring.get(item.id, NOTHING), found.base.get(item.id)
            normal = _with_what_explore_dropped(live_normal(found.live, item.id), item)
            if ignoring and item.id not in made:
                if ignoring.whole and base is None:
                    continue  # there before us, and none of it was ever applied
                normal = recorded(normal, found.wanted[item.id].normal, base, ignoring)
            if item.id in ours or found.ledger_digests.get(item.id) != digest(normal):
                changes = work.client.changes() if changes is None else changes
                moment = changes[item.id].changed_on_utc if item.id in changes else None
                work.ledger.record(
                    item.id, normal, digest(normal), work.commit, item.template, work.deployment, changed_on=moment
                )


def _with_what_explore_dropped(normal: Document, item: PlanItem) -> Document:
    """A chart's base keeps the parameters that a comparison put back: Git may still change them."""
    if item.id.kind is not Kind.CHART or item.live is None:
        return normal
    return {**normal, "params": item.live.get("params", {}) | normal["params"]}


def _after_failure(
    error: HybridError, items: Sequence[PlanItem], found: Survey, work: Applying, sent: Mapping[AssetId, str]
) -> HybridError:
    """An import is not atomic (measured on 6.1.0): what did arrive is read back and recorded, then the error stands."""
    now = _again(found, work)
    _record(now, work, items)
    left = {item.id for item in now.plan.items if item.state.is_written}
    # A rotation does not show: what was sent, arrived.
    arrived = [item for item in items if item.id not in left and (item.state.is_written or item.id in sent)]
    if not arrived:
        return error
    return PartlyApplied(
        f"{len(arrived)} of {len(items)} assets were written before it failed: {error.what}",
        where=error.where,
        remedy=f"{error.remedy}; then run it again: what was written stays, the rest follows".lstrip("; "),
        written=named(arrived),
    )


def _mismatch(unequal: Sequence[PlanItem], written: Sequence[PlanItem]) -> PartlyApplied:
    lines = [
        f"{item.id.kind} {item.name!r}: " + (", ".join(c.dotted for c in item.fields[:5]) or item.state.value)
        for item in unequal
    ]
    return PartlyApplied(
        "Superset took the import, but does not show what Git says for " + "; ".join(lines),
        remedy="run it again; if the same fields stay, this version of Superset changes them on import: "
        "write them in the template as Superset shows them (tools/hybrid drift-plan -v)",
        written=named(written),
    )
