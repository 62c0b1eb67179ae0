"""Owns a plan as text for people: dashboard by dashboard, one line an asset, below it what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from superset_gitops.core.drift import drift_digest
from superset_gitops.core.drift.limits import plan_digest, suspicion
from superset_gitops.core.report.asset_diff import asset_diff
from superset_gitops.core.report.group_plan import group_plan
from superset_gitops.core.report.ignored_text import ignored_lines
from superset_gitops.core.report.paint import Ink, Paint, paint_change, paint_diff, plain
from superset_gitops.core.report.printable import printable
from superset_gitops.core.report.saved_by import saved_by
from superset_gitops.core.report.scope_text import scope_text
from superset_gitops.core.report.value_text import difference, shown
from superset_gitops.model.plan import FieldChange, Plan, PlanItem, Side, State

_SIGNS = {
    State.CREATE: ("+", Ink.ADDED),
    State.PENDING: ("~", Ink.CHANGED),
    State.DRIFT: ("!", Ink.DRIFTED),
    State.CONFLICT: ("!", Ink.DRIFTED),
    State.UNADOPTED: ("!", Ink.DRIFTED),
    State.DELETED: ("!", Ink.DRIFTED),
    State.DELETED_CONFLICT: ("!", Ink.DRIFTED),
    State.PRUNE: ("-", Ink.GONE),
    State.PRUNE_DRIFT: ("-", Ink.GONE),
    State.FORGET: ("-", Ink.GONE),
}
_FIELDS_SHOWN = 12
_UNMANAGED_SHOWN = 8


def plan_lines(plan: Plan, *, verbose: bool = False, paint: Paint = plain) -> Iterator[str]:
    """The plan, a line at a time: what is in sync is only counted, unmanaged assets only named.

    Args:
        plan: what to tell.
        verbose: every asset's unified diff instead of its first differing fields.
        paint: colours the marks of a line.
    """
    yield f"{paint(f'Plan for {plan.environment}:', Ink.TITLE)} {plan_counts(plan)}"
    if plan.scope:
        yield f"  {printable(scope_text(plan))}"
    yield from (f"  {paint(f'! {notice}', Ink.DRIFTED)}" for notice in _notices(plan))
    told = _Telling({item.id.uuid: printable(item.name) for item in plan.everything}, paint, verbose=verbose)
    groups = group_plan(plan)
    titled = any(group.dashboards for group in groups)
    for group in groups:
        items = [item for item in group.items if verbose or not _told_at_once(plan, item)]
        if items and titled:
            yield ""
            yield paint(group.title(repr), Ink.TITLE)
        for item in items:
            yield from told.item(item, _fate(plan, item))
    yield from _end(plan, paint, apart=titled, verbose=verbose)


def plan_counts(plan: Plan) -> str:
    """`1 to create, 2 pending, 1 drifted, 8 in sync`: only what there is."""
    counts = [
        (sum(item.state is State.CREATE for item in plan.items), "to create"),
        (sum(item.state is State.PENDING for item in plan.items), "pending"),
        (len(plan.drifted), "drifted"),
        (len(plan.collisions), "collision" if len(plan.collisions) == 1 else "collisions"),
        (sum(item.state in {State.PRUNE, State.PRUNE_DRIFT} for item in plan.items), "no longer in Git"),
        (sum(item.state is State.IN_SYNC for item in plan.items), "in sync"),
    ]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing is managed"


def baseless_text(plan: Plan) -> str:
    """What an empty ledger beside live managed assets means, and the two ways on."""
    live = sum(item.state in {State.UNADOPTED, State.IN_SYNC} for item in plan.items)
    return (
        f"the ledger of {plan.environment} is empty, but {live} managed assets are live and "
        f"{len(plan.drifted)} of them differ from Git: restore the lost base (tools/hybrid ledger rebuild --env "
        f"{plan.environment} --commit SHA), or let Git take them over (--adopt)"
    )


def _notices(plan: Plan) -> Iterator[str]:
    for collision in plan.collisions:
        yield (
            f"collision: {collision.id.kind} {collision.name!r}: {printable(collision.key)} is live under another "
            f"uuid, {printable(collision.live_uuid)} (Git has {collision.id.uuid}, in {printable(collision.template)})"
        )
    if plan.baseless:
        yield baseless_text(plan)
    if (doubt := suspicion(plan)) is not None:
        yield doubt


def _told_at_once(plan: Plan, item: PlanItem) -> bool:
    return plan.baseless and item.state is State.UNADOPTED


def _fate(plan: Plan, item: PlanItem) -> str:
    """What prune does with an asset that Git no longer names."""
    if plan.pruning is None:
        return ""
    if item.id in plan.pruning.deletes:
        return " (would be deleted)"
    if item.ignored_by:
        return f" (kept, ignored by {item.ignored_by})"
    users = plan.pruning.kept.get(item.id)
    return f" (kept, used by {printable(', '.join(users))})" if users else ""


def _end(plan: Plan, paint: Paint, *, apart: bool, verbose: bool) -> Iterator[str]:
    lines = [line.removeprefix("  ") for line in ignored_lines(plan, every_field=verbose)]
    if plan.unmanaged:
        named = ", ".join(f"{kind} {name!r}" for kind, name in plan.unmanaged[:_UNMANAGED_SHOWN])
        more = len(plan.unmanaged) - _UNMANAGED_SHOWN
        rest = f" and {more} more" if more > 0 else ""
        lines.append(paint(f"unmanaged ({len(plan.unmanaged)}, never touched): {named}{rest}", Ink.ASIDE))
    if plan.drifted:
        lines.append(f"drift digest: {drift_digest(plan.drifted)}")
    if plan.pruning is not None and plan_digest(plan):
        lines.append(f"plan digest: {plan_digest(plan)}")
    if lines and apart:
        yield ""
    yield from (f"  {line}" for line in lines)


@dataclass(frozen=True, slots=True)
class _Telling:
    """How the assets of one plan are told: the names of all of them by uuid, the colours, in full or not."""

    names: Mapping[str, str]
    paint: Paint
    verbose: bool

    def item(self, item: PlanItem, fate: str) -> Iterator[str]:
        sign, ink = _SIGNS[item.state]
        state = self.paint(f"{sign} {item.state.value}{fate}:", ink)
        source = self.paint(f"  [{printable(item.template)}]", Ink.ASIDE) if item.template else ""
        yield f"  {state} {item.id.kind} {self.paint(repr(item.name), Ink.TITLE)}{_edited(item)}{source}"
        if self.verbose:
            yield from (f"      {paint_diff(line, self.paint)}" for line in asset_diff(item, self.names))
            return
        for change in item.fields[:_FIELDS_SHOWN]:
            yield from self._field(change)
        if len(item.fields) > _FIELDS_SHOWN:
            yield f"      … and {len(item.fields) - _FIELDS_SHOWN} more fields (-v shows them)"

    def _field(self, change: FieldChange) -> Iterator[str]:
        before, after, words = _direction(change)
        told = difference(before, after, self.names)
        path = self.paint(printable(change.dotted), Ink.PLACE)
        if isinstance(told, str):
            yield f"      {path}: {printable(told)} ({words})"
        else:
            yield f"      {path} ({words}):"
            yield from (f"        {paint_change(printable(line), self.paint)}" for line in told)
        if change.side is Side.BOTH:
            yield f"        Git: {printable(shown(change.base))} → {printable(shown(change.desired))}"


def _edited(item: PlanItem) -> str:
    if not item.state.is_drift or not (item.edited.by or item.edited.at):
        return ""
    return f" ({saved_by(item.edited)})"


def _direction(change: FieldChange) -> tuple[Any, Any, str]:
    if change.side is Side.GIT:
        return change.live, change.desired, "pending in Git"
    if change.side is Side.BOTH:
        return change.base, change.live, "changed in Superset, and in Git"
    if change.side is Side.AGREED:
        return change.base, change.live, "changed on both sides alike"
    return change.base, change.live, "changed in Superset"
