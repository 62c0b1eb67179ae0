"""Owns putting a saved copy back into the running Superset, as drift: what Git says and the ledger's base stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from superset_gitops.core.compile.bundle_files import bundle_paths
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.core.drift import Named, find_collisions
from superset_gitops.core.normal_form import layout_charts
from superset_gitops.core.normal_form.uri import MASK
from superset_gitops.edges.superset.bundle_document import parents_of
from superset_gitops.edges.who import actor
from superset_gitops.errors import DriftRefused, PartlyApplied, Unavailable
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.workflows.keep_in_git import keep_in_git
from superset_gitops.workflows.runtime import Runtime
from superset_gitops.workflows.saved_copies import Restorable, changed_fields, pick_saved, restorable, shown
from superset_gitops.workflows.survey import live_normal

if TYPE_CHECKING:
    from superset_gitops.edges.postgres.ledger import Ledger
    from superset_gitops.edges.superset import SupersetClient
    from superset_gitops.edges.superset.live import LiveState


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        kind, name: of the asset.
        written: False where Superset showed that version already.
        replaced: the number of the copy that was saved of the version that it replaced; None where there was none.
        awaited_on: dashboards that have a place for this chart and do not show it: its deletion cut the link.
    """

    kind: Kind
    name: str
    written: bool
    replaced: int | None
    awaited_on: tuple[str, ...] = ()


def restore_copy(runtime: Runtime, number: int, lease_wait: float | None) -> Restored:
    """Write a saved copy to Superset, holding the lease; the live version is saved first.

    Secrets are masked in a copy: a database keeps the ones that Superset has stored.

    Raises:
        ConfigurationError: there is no such copy, or BASE_URL is another Superset's.
        DriftRefused: its natural key is live under another uuid.
        Unavailable: what it refers to is not in Superset, a side cannot be reached, or the lease is held.
        PartlyApplied: Superset took it, but shows something else.
    """
    target, who = runtime.target, actor(runtime.target.variables)
    with runtime.ledger() as ledger:
        pick_saved(ledger, number)
        ledger.check_stamp(target.base_url, beside_data=target.ledger_beside_data)
    with runtime.lease(lease_wait) as lease, runtime.ledger(lease) as ledger, runtime.client() as client:
        wanted = restorable(pick_saved(ledger, number))
        live = client.export_assets()
        key, name = wanted.copy.asset, wanted.copy.name
        if not _differs(wanted, live):
            return Restored(key.kind, name, written=False, replaced=None)
        _refuse_collision(wanted, live)
        _refuse_missing(wanted, live, ledger)
        replaced = _save_live(wanted, live, ledger, who)
        if replaced is not None:
            copies, by = [pick_saved(ledger, replaced)], f"a restore of copy {number}"
            keep_in_git(runtime.project.root, ledger.environment, by, copies, who, runtime.progress)
        client.guard_writes(lease.check)
        _write(wanted, client)
        after = client.export_assets()
        _prove(wanted, after, runtime.environment)
    return Restored(key.kind, name, written=True, replaced=replaced, awaited_on=_awaited_on(key, after))


def _differs(wanted: Restorable, live: LiveState) -> tuple[str, ...]:
    """The fields in which Superset shows something else; one empty name where it has no such asset."""
    key = wanted.copy.asset
    if key not in live.assets:
        return ("",)
    return tuple(change.dotted for change in changed_fields(key.kind, shown(live, key), wanted.normal))


def _refuse_collision(wanted: Restorable, live: LiveState) -> None:
    key = wanted.copy.asset
    lives = {other: Named(live_normal(live, other), asset.name) for other, asset in live.assets.items()}
    for hit in find_collisions({key: Named(wanted.normal, wanted.copy.name)}, lives):
        raise DriftRefused(
            f"{key.kind} {hit.name!r} ({hit.key}) is live under another uuid, {hit.live_uuid}, "
            f"which Superset's importer would take over for {key.uuid}",
            remedy="rename or delete the other one in Superset, then restore again",
        )


def _refuse_missing(wanted: Restorable, live: LiveState, ledger: Ledger) -> None:
    copy = wanted.copy
    if copy.asset.kind is Kind.DATABASE and copy.asset not in live.assets and MASK in copy.raw_yaml:
        raise Unavailable(
            f"database {copy.name!r} is not in Superset any more, and its password went with it: copies hold none",
            remedy=f"tools/deploy {ledger.environment} makes it from its template; then restore this copy",
        )
    missing = {parent for _, parent in parents_of(f"{copy.asset.kind.folder}/x.yaml", wanted.document)}
    missing -= live.assets.keys()
    if missing:
        lines = "; ".join(_told(parent, ledger) for parent in sorted(missing, key=lambda p: (p.kind.order, p.uuid)))
        raise Unavailable(
            f"{copy.asset.kind} {copy.name!r} needs what is not in Superset: {lines}",
            remedy=f"restore or deploy these first (tools/deploy {ledger.environment}), then restore this copy; "
            "or take its YAML with --out FILE. Nothing was written",
        )


def _told(missing: AssetId, ledger: Ledger) -> str:
    copies = ledger.saved_copies(missing)
    if copies:
        return f"{missing.kind} {copies[0].name!r} ({missing.uuid}), of which copy {copies[0].id} is saved"
    base = ledger.applied().get(missing)
    name = f" {base.normal_form.get(missing.kind.title_field)!r}" if base else ""
    return f"{missing.kind}{name} ({missing.uuid})"


def _save_live(wanted: Restorable, live: LiveState, ledger: Ledger, who: str) -> int | None:
    current = live.assets.get(wanted.copy.asset)
    if current is None:
        return None
    reason = f"replaced by copy {wanted.copy.id}, which {who} restored"
    return ledger.save_copy(wanted.copy.asset, current.name, current.raw_yaml, reason, None)


def _write(wanted: Restorable, client: SupersetClient) -> None:
    key = wanted.copy.asset
    files = {bundle_paths({key: wanted.document})[key]: write_yaml(wanted.document).encode()}
    send = client.import_databases if key.kind is Kind.DATABASE else client.import_assets
    send(files)


def _awaited_on(key: AssetId, live: LiveState) -> tuple[str, ...]:
    """Only a dashboard's own import puts a chart's new number into its layout, so linking the chart would not do."""
    boards = ((board.uuid, asset) for board, asset in live.assets.items() if board.kind is Kind.DASHBOARD)
    return tuple(
        sorted(
            asset.name
            for uuid, asset in boards
            if key.uuid in layout_charts(asset.document.get("position") or {})
            and key.uuid not in live.charts_on.get(uuid, ())
        )
    )


def _prove(wanted: Restorable, live: LiveState, environment: str) -> None:
    left = _differs(wanted, live)
    if left:
        fields = ", ".join(left[:5]) if any(left) else "there is no such asset"
        raise PartlyApplied(
            f"Superset took {wanted.copy.asset.kind} {wanted.copy.name!r}, but shows something else: {fields}",
            remedy="somebody may have saved it at this moment, or this version of Superset reads the copy differently: "
            f"tools/hybrid saved diff {wanted.copy.id} --env {environment} shows the fields",
        )
