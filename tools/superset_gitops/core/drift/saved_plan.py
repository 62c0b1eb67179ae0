"""Owns a saved plan: what identifies it, side by side, and what has moved on since it was saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from superset_gitops.core.drift.limits import deletions, plan_digest
from superset_gitops.core.drift.scope import Scope
from superset_gitops.core.normal_form import digest
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.plan import Plan, PlanItem


@dataclass(frozen=True, slots=True)
class Sides:
    """The digests of one asset's three normal forms; None on a side that does not have the asset."""

    name: str
    base: str | None
    desired: str | None
    live: str | None


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as it was shown, for applying exactly that later.

    Attributes:
        base_url: the Superset that it was made for.
        commit: what was checked out; None outside a repository. For people: what counts are the sides.
        scope: what it is about.
        sides: of every asset in scope.
        deletes: what prune would delete; None where prune was off.
        digest: the plan's, as `--confirm` takes it; empty where there is nothing to do.
    """

    environment: str
    base_url: str
    commit: str | None
    scope: Scope
    sides: Mapping[AssetId, Sides] = field(repr=False)
    deletes: frozenset[AssetId] | None
    digest: str


def save_plan(plan: Plan, scope: Scope, base_url: str, commit: str | None) -> SavedPlan:
    """The plan, ready to be written to a file."""
    return SavedPlan(
        environment=plan.environment,
        base_url=base_url,
        commit=commit,
        scope=scope,
        sides={item.id: _sides(item) for item in plan.items},
        deletes=None if plan.pruning is None else frozenset(item.id for item in deletions(plan)),
        digest=plan_digest(plan),
    )


def moved_on(saved: SavedPlan, plan: Plan) -> Iterator[str]:
    """What is not any more as it was when the plan was saved: `Superset moved on: chart 'Births'`; nothing if all is.

    `plan` is the same comparison, made now.
    """
    now = {item.id: _sides(item) for item in plan.items}
    nothing = Sides("", None, None, None)
    for key in sorted(saved.sides.keys() | now.keys(), key=lambda key: (key.kind.order, key.uuid)):
        then, current = saved.sides.get(key, nothing), now.get(key, nothing)
        who = [
            name
            for name, one, other in (
                ("Git", then.desired, current.desired),
                ("Superset", then.live, current.live),
                ("the ledger", then.base, current.base),
            )
            if one != other
        ]
        if who:
            yield f"{' and '.join(who)} moved on: {key.kind} {(current.name or then.name)!r}"
    deletes = None if plan.pruning is None else frozenset(item.id for item in deletions(plan))
    if deletes != saved.deletes:
        yield "what prune would delete is another"


def _sides(item: PlanItem) -> Sides:
    return Sides(item.name, _digest(item.base), _digest(item.desired), _digest(item.live))


def _digest(document: Document | None) -> str | None:
    return None if document is None else digest(document)
