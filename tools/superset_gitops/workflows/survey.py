"""Owns reading an environment's three sides (ledger, bundle, runtime) and making the plan out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from superset_gitops.core.drift import EVERYTHING, Named, Scope, choose_scope, find_collisions, make_plan
from superset_gitops.core.normal_form import layout_charts, normalize
from superset_gitops.core.placeholders import DatabaseSecrets, Lookup, resolve_database
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.errors import Unavailable
from superset_gitops.model.asset import Asset, AssetId, Bundle, Document, Kind
from superset_gitops.model.plan import Edited, Plan

if TYPE_CHECKING:
    from superset_gitops.edges.postgres.ledger import Ledger
    from superset_gitops.edges.superset import SupersetClient
    from superset_gitops.model.ledger import Applied


@dataclass(frozen=True, slots=True)
class Wanted:
    """One asset as Git wants it in this environment: placeholders resolved, secrets apart."""

    asset: Asset
    document: Document = field(repr=False)
    normal: Document = field(repr=False)
    secrets: DatabaseSecrets


@dataclass(frozen=True, slots=True)
class Survey:
    """The three sides, read at one time, and the plan that follows from them.

    Attributes:
        wanted: everything that Git names, also what is out of scope.
    """

    plan: Plan
    wanted: Mapping[AssetId, Wanted]
    live: LiveState
    ledger_digests: Mapping[AssetId, str]
    scope: Scope = EVERYTHING


def resolve_bundle(bundle: Bundle, lookup: Lookup) -> dict[AssetId, Wanted]:
    """Resolve the bundle's placeholders.

    Raises:
        ConfigurationError: a variable that a placeholder names is not set.
    """
    return {key: _wanted(asset, lookup) for key, asset in bundle.assets.items()}


def survey(
    environment: str,
    wanted: Mapping[AssetId, Wanted],
    ledger: Ledger,
    client: SupersetClient,
    scope: Scope = EVERYTHING,
) -> Survey:
    """Read the ledger and the runtime, and compare them with what Git wants; nothing is written.

    Raises:
        ConfigurationError: the scope names something that is not there.
        Unavailable: one side cannot be read, or the runtime looks emptier than it can be.
    """
    applied = ledger.applied()
    live = client.export_assets()
    _refuse_empty(len(applied), live)
    base = {key: _base(key, entry) for key, entry in applied.items()}
    desired = {key: Named(want.normal, want.asset.name, want.asset.template) for key, want in wanted.items()}
    lives = {key: Named(live_normal(live, key), asset.name) for key, asset in live.assets.items()}
    items = make_plan(base, desired, lives, {})
    if any(item.state.is_drift for item in items):
        items = make_plan(base, desired, lives, _edits(client, applied))
    named = base.keys() | desired.keys()
    unmanaged = [(str(key.kind), asset.name) for key, asset in live.assets.items() if key not in named]
    chosen = named if scope.everything else choose_scope(scope, desired, base)
    plan = Plan(
        environment=environment,
        items=tuple(item for item in items if item.id in chosen),
        collisions=tuple(hit for hit in find_collisions(desired, lives) if hit.id in chosen),
        unmanaged=tuple(sorted(unmanaged)),
        based=len(base),
        scope=str(scope),
        outside=tuple(item for item in items if item.id not in chosen),
    )
    return Survey(plan, wanted, live, {key: entry.digest for key, entry in applied.items()}, scope)


def live_normal(live: LiveState, key: AssetId) -> Document:
    """The normal form of a live asset; a dashboard's has the charts that are really linked to it, as `charts`."""
    normal = normalize(key.kind, live.assets[key].document)
    if key.kind is Kind.DASHBOARD:
        normal["charts"] = sorted(live.charts_on.get(key.uuid, ()))
    return normal


def _wanted(asset: Asset, lookup: Lookup) -> Wanted:
    if asset.id.kind is not Kind.DATABASE:
        normal = normalize(asset.id.kind, asset.document)
        if asset.id.kind is Kind.DASHBOARD:
            normal["charts"] = sorted(layout_charts(asset.document["position"]))
        return Wanted(asset, asset.document, normal, DatabaseSecrets())
    resolved = resolve_database(asset.document, lookup, where=asset.template)
    return Wanted(asset, resolved.document, normalize(Kind.DATABASE, resolved.document), resolved.secrets)


def _base(key: AssetId, entry: Applied) -> Named:
    return Named(entry.normal_form, str(entry.normal_form.get(key.kind.title_field, "")), entry.template)


def _edits(client: SupersetClient, applied: Mapping[AssetId, Applied]) -> dict[AssetId, Edited]:
    """Who saved what last. Where that still is our own write, Superset does not record who changed it since.

    Measured on 6.1.0: deleting a chart, or syncing a dataset's columns, leaves the mark of the save before.
    """
    return {
        key: Edited(url=change.url)
        if key in applied and applied[key].changed_on == change.changed_on_utc
        else Edited(change.changed_by, change.changed_on_utc, change.url)
        for key, change in client.changes().items()
    }


def _refuse_empty(applied: int, live: LiveState) -> None:
    """No asset at all, where we applied several, is a wrong answer or a wrong Superset: never a deletion."""
    if applied > 1 and not live.assets:
        raise Unavailable(
            f"Superset shows no asset at all, though {applied} were applied to it",
            remedy="check BASE_URL and the user's rights; if Superset was really emptied, restore its metadata "
            "database, or give it a new ledger",
        )
