"""Owns reading an environment's three sides (ledger, bundle, runtime) and making the plan out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from superset_gitops.core.drift import EVERYTHING, Kept, Named, Scope, choose_scope, find_collisions, make_plan
from superset_gitops.core.ignore import NOTHING, Ignoring, ignoring_of, watched
from superset_gitops.core.normal_form import normalize, without_inherited
from superset_gitops.edges.superset.live import Change, LiveState
from superset_gitops.errors import Unavailable
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import Edited, Plan
from superset_gitops.model.policy import IgnoreRule
from superset_gitops.workflows.wanted import Wanted, sent_over

if TYPE_CHECKING:
    from superset_gitops.edges.postgres.ledger import Ledger
    from superset_gitops.edges.superset import SupersetClient
    from superset_gitops.model.ledger import Applied


@dataclass(frozen=True, slots=True)
class Survey:
    """The three sides, read at one time, and the plan that follows from them.

    Attributes:
        wanted: everything that Git names, also what is out of scope; see `sent` for what would be written.
        base: what the ledger holds of each asset, in full.
        ignore: policy's rules.
        ignoring: what they say of each asset that Git or the ledger names; without those of which they say nothing.
    """

    plan: Plan
    wanted: Mapping[AssetId, Wanted]
    live: LiveState
    ledger_digests: Mapping[AssetId, str]
    base: Mapping[AssetId, Document] = field(repr=False)
    ignore: Sequence[IgnoreRule]
    ignoring: Mapping[AssetId, Ignoring]
    scope: Scope = EVERYTHING

    def sent(self, key: AssetId, live: LiveState) -> Wanted:
        """What an apply writes over this live state."""
        return sent_over(self.wanted[key], live, self.ignoring.get(key, NOTHING), self.wanted.keys())

    def watched(self, key: AssetId, live: LiveState) -> Document | None:
        """What counts of an asset in this live state, without ignored fields; None where it is not there."""
        return watched(live_normal(live, key), self.ignoring.get(key, NOTHING)) if key in live.assets else None


def survey(
    environment: str,
    wanted: Mapping[AssetId, Wanted],
    ledger: Ledger,
    client: SupersetClient,
    scope: Scope = EVERYTHING,
    *,
    ignore: Sequence[IgnoreRule],
) -> Survey:
    """Read the ledger and the runtime, and compare them with what Git wants; nothing is written.

    Differences that policy's rules (`ignore`) leave to Superset do not count.

    Raises:
        ConfigurationError: the scope names something that is not there.
        Unavailable: one side cannot be read, or the runtime looks emptier than it can be.
    """
    applied = ledger.applied()
    live = client.export_assets()
    _refuse_empty(len(applied), live)
    base = applied_bases(applied, live)
    desired = {key: Named(want.normal, want.asset.name, want.asset.template) for key, want in wanted.items()}
    lives = {key: Named(live_normal(live, key), asset.name) for key, asset in live.assets.items()}
    named = base.keys() | desired.keys()
    ignoring = ignored_by(ignore, {**base, **desired})
    kept = kept_sides(ignoring, wanted, live)
    compared = {key: _laid_out(key, each, kept) for key, each in base.items()}
    items = make_plan(compared, desired, lives, {}, kept, client.release)
    if any(item.state.is_drift for item in items):
        items = make_plan(compared, desired, lives, last_saved(client, applied), kept, client.release)
    sent = {key: _sent(each, kept[key], lives[key]) if key in kept else each for key, each in desired.items()}
    unmanaged = [(str(key.kind), asset.name) for key, asset in live.assets.items() if key not in named]
    chosen = named if scope.everything else choose_scope(scope, desired, base)
    plan = Plan(
        environment=environment,
        items=tuple(item for item in items if item.id in chosen),
        collisions=tuple(hit for hit in find_collisions(sent, lives) if hit.id in chosen),
        unmanaged=tuple(sorted(unmanaged)),
        based=len(base),
        scope=str(scope),
        outside=tuple(item for item in items if item.id not in chosen),
    )
    return Survey(
        plan=plan,
        wanted=wanted,
        live=live,
        ledger_digests={key: entry.digest for key, entry in applied.items()},
        base={key: entry.normal_form for key, entry in applied.items()},
        ignore=ignore,
        ignoring=ignoring,
        scope=scope,
    )


def live_normal(live: LiveState, key: AssetId) -> Document:
    """The normal form of a live asset; a dashboard's has the charts that are really linked to it, as `charts`."""
    normal = normalize(key.kind, live.assets[key].document)
    if key.kind is Kind.DASHBOARD:
        normal["charts"] = sorted(live.charts_on.get(key.uuid, ()))
    if key.kind is Kind.DATASET:
        normal = without_inherited(normal, live_database(live, normal))
    return normal


def live_database(live: LiveState, dataset: Document) -> Document | None:
    """The normal form of a dataset's database as it is live; None where it is not there."""
    key = AssetId(Kind.DATABASE, str(dataset.get("database_uuid")))
    return normalize(key.kind, live.assets[key].document) if key in live.assets else None


def ignored_by(rules: Sequence[IgnoreRule], named: Mapping[AssetId, Named]) -> dict[AssetId, Ignoring]:
    """What policy's rules say of each asset that they say something of.

    By Git's name, or the one last applied: nobody moves an asset in or out of a rule by renaming it in Superset.
    """
    found = {key: ignoring_of(rules, key, each.name) for key, each in named.items()} if rules else {}
    return {key: ignoring for key, ignoring in found.items() if ignoring}


def kept_sides(
    ignoring: Mapping[AssetId, Ignoring], wanted: Mapping[AssetId, Wanted], live: LiveState
) -> dict[AssetId, Kept]:
    """What policy leaves to Superset of each live asset, with what an apply would send."""
    return {
        key: Kept(each, sent_over(wanted[key], live, each, wanted.keys()).normal if key in wanted else None)
        for key, each in ignoring.items()
        if key in live.assets
    }


def _laid_out(key: AssetId, base: Named, kept: Mapping[AssetId, Kept]) -> Named:
    """A dashboard whose layout is ignored was applied with the charts of the live one.

    So one of them that is not linked any more is drift: deleting a chart takes its links, and the dashboard has to be
    written to get them back.
    """
    keeping = kept.get(key)
    if keeping is None or keeping.sent is None or not keeping.ignoring.keeps("position"):
        return base
    return replace(base, normal={**base.normal, "charts": keeping.sent["charts"]})


def _sent(desired: Named, kept: Kept, live: Named) -> Named:
    """What Superset would show after an apply: the natural keys in it are those that may collide."""
    return replace(desired, normal=kept.sent if kept.sent and not kept.ignoring.whole else live.normal)


def applied_bases(applied: Mapping[AssetId, Applied], live: LiveState) -> dict[AssetId, Named]:
    """The base of each asset that was applied."""
    return {
        key: Named(
            base_of(key, entry.normal_form, applied, live),
            str(entry.normal_form.get(key.kind.title_field, "")),
            entry.template,
        )
        for key, entry in applied.items()
    }


def base_of(key: AssetId, normal: Document, applied: Mapping[AssetId, Applied], live: LiveState) -> Document:
    """An asset's base as it is compared, out of the normal form that was applied."""
    if key.kind is not Kind.DATASET:
        return normal
    database = applied.get(AssetId(Kind.DATABASE, str(normal.get("database_uuid"))))
    return without_inherited(normal, database.normal_form if database else live_database(live, normal))


def last_saved(client: SupersetClient, applied: Mapping[AssetId, Applied]) -> dict[AssetId, Edited]:
    """Who saved what last. Where that still is our own write, Superset does not record who changed it since.

    Measured on 6.1.0: deleting a chart, or syncing a dataset's columns, leaves the mark of the save before.
    """
    moments = {key: entry.changed_on for key, entry in applied.items()}
    return {key: _edited(change, moments.get(key), key in applied) for key, change in client.changes().items()}


def _edited(change: Change, ours: str | None, applied: bool) -> Edited:  # noqa: FBT001 - it is no option
    if change.saved_on_utc and (_is_later(change.saved_on_utc, ours) if ours else not applied):
        return Edited(change.saved_by, change.saved_on_utc, change.url)
    if ours == change.changed_on_utc:
        return Edited(url=change.url)
    return Edited(change.changed_by, change.changed_on_utc, change.url)


def _is_later(moment: str, other: str) -> bool:
    try:
        return datetime.fromisoformat(moment) > datetime.fromisoformat(other)
    except (ValueError, TypeError):  # one of them has no offset
        return False


def _refuse_empty(applied: int, live: LiveState) -> None:
    """No asset at all, where we applied several, is a wrong answer or a wrong Superset: never a deletion."""
    if applied > 1 and not live.assets:
        raise Unavailable(
            f"Superset shows no asset at all, though {applied} were applied to it",
            remedy="check BASE_URL and the user's rights; if Superset was really emptied, restore its metadata "
            "database, or give it a new ledger",
        )
