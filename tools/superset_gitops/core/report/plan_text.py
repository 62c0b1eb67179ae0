"""Owns a plan as text for people: one line an asset, the differing fields below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from superset_gitops.core.drift import drift_digest
from superset_gitops.core.drift.limits import plan_digest, suspicion
from superset_gitops.core.report.ignored_text import ignored_lines
from superset_gitops.core.report.scope_text import scope_text
from superset_gitops.core.report.value_text import difference, shown
from superset_gitops.model.plan import Edited, FieldChange, Plan, PlanItem, Side, State

_SIGNS = {
    State.CREATE: "+",
    State.PENDING: "~",
    State.DRIFT: "!",
    State.CONFLICT: "!",
    State.UNADOPTED: "!",
    State.DELETED: "!",
    State.DELETED_CONFLICT: "!",
    State.PRUNE: "-",
    State.PRUNE_DRIFT: "-",
    State.FORGET: "-",
}
_FIELDS_SHOWN = 12


def plan_lines(plan: Plan, *, every_field: bool = False) -> Iterator[str]:
    """The plan, a line at a time: what is in sync is only counted, unmanaged assets only named."""
    yield f"Plan for {plan.environment}: {plan_counts(plan)}"
    if plan.scope:
        yield f"  {scope_text(plan)}"
    for collision in plan.collisions:
        yield (
            f"  ! collision  {collision.id.kind} {collision.name!r}: {collision.key} is live under another uuid, "
            f"{collision.live_uuid} (Git has {collision.id.uuid}, in {collision.template})"
        )
    if plan.baseless:
        yield f"  ! {baseless_text(plan)}"
    if (doubt := suspicion(plan)) is not None:
        yield f"  ! {doubt}"
    names = {item.id.uuid: item.name for item in plan.items}
    for item in plan.items:
        if item.state is not State.IN_SYNC and (every_field or not _told_at_once(plan, item)):
            yield from _item_lines(item, _fate(plan, item), names, every_field=every_field)
    yield from ignored_lines(plan, every_field=every_field)
    if plan.unmanaged:
        shown = ", ".join(f"{kind} {name!r}" for kind, name in plan.unmanaged[:8])
        more = len(plan.unmanaged) - 8
        yield f"  unmanaged ({len(plan.unmanaged)}, never touched): {shown}{f' and {more} more' if more > 0 else ''}"
    if plan.drifted:
        yield f"  drift digest: {drift_digest(plan.drifted)}"
    if plan.pruning is not None and plan_digest(plan):
        yield f"  plan digest: {plan_digest(plan)}"


def plan_counts(plan: Plan) -> str:
    """`1 to create, 2 pending, 1 drifted, 8 in sync`: only what there is."""
    counts = [
        (sum(item.state is State.CREATE for item in plan.items), "to create"),
        (sum(item.state is State.PENDING for item in plan.items), "pending"),
        (len(plan.drifted), "drifted"),
        (len(plan.collisions), "collisions"),
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
    return f" (kept, used by {', '.join(users)})" if users else ""


def _item_lines(item: PlanItem, fate: str, names: Mapping[str, str], *, every_field: bool) -> Iterator[str]:
    source = f"  [{item.template}]" if item.template else ""
    yield f"  {_SIGNS[item.state]} {item.state.value}{fate}: {item.id.kind} {item.name!r}{_edited(item)}{source}"
    fields = item.fields if every_field else item.fields[:_FIELDS_SHOWN]
    for change in fields:
        yield from _field_lines(change, names)
    if len(fields) < len(item.fields):
        yield f"      … and {len(item.fields) - len(fields)} more fields (-v shows them)"


def saved_text(edited: Edited) -> str:
    """`saved by Ann Lee at 2026-01-31 09:30 UTC`, as far as it is known."""
    by = f" by {edited.by}" if edited.by else ""
    return f"saved{by}{f' at {_clock(edited.at)}' if edited.at else ''}"


def _clock(moment: str) -> str:
    """An ISO 8601 moment as people write it; what cannot be read stays as it is."""
    try:
        return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M %Z}".strip()
    except ValueError:
        return moment


def _edited(item: PlanItem) -> str:
    if not item.state.is_drift or not (item.edited.by or item.edited.at):
        return ""
    return f" ({saved_text(item.edited)})"


def _field_lines(change: FieldChange, names: Mapping[str, str]) -> Iterator[str]:
    before, after, words = _direction(change)
    told = difference(before, after, names)
    if isinstance(told, str):
        yield f"      {change.dotted}: {told} ({words})"
    else:
        yield f"      {change.dotted} ({words}):"
        yield from (f"        {line}" for line in told)
    if change.side is Side.BOTH:
        yield f"        Git: {shown(change.base)} → {shown(change.desired)}"


def _direction(change: FieldChange) -> tuple[Any, Any, str]:
    if change.side is Side.GIT:
        return change.live, change.desired, "pending in Git"
    if change.side is Side.BOTH:
        return change.base, change.live, "changed in Superset, and in Git"
    if change.side is Side.AGREED:
        return change.base, change.live, "changed on both sides alike"
    return change.base, change.live, "changed in Superset"
