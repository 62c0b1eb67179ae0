"""Owns what identifies a plan, and when one changes or deletes too much to pass unseen."""

from __future__ import annotations

import hashlib

from superset_gitops.core.normal_form import digest
from superset_gitops.model.asset import Document
from superset_gitops.model.plan import Plan, PlanItem, State
from superset_gitops.model.policy import Limits

# Of fewer assets, losing half is an ordinary day.
_SUSPICIOUS_FROM = 10


def plan_digest(plan: Plan) -> str:
    """Identifies exactly what this plan writes and deletes, over which live assets: 12 hex digits; empty for nothing.

    Whatever changes in Git, in the runtime or in what prune would delete has another digest.
    """
    lines = [_line("write", item) for item in plan.written] + [_line("delete", item) for item in deletions(plan)]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12] if lines else ""


def deletions(plan: Plan) -> tuple[PlanItem, ...]:
    """What prune would delete, in its order: dashboards first, databases last."""
    if plan.pruning is None:
        return ()
    chosen = [item for item in plan.items if item.id in plan.pruning.deletes]
    return tuple(sorted(chosen, key=lambda item: -item.id.kind.order))


def excess(plan: Plan, limits: Limits, *, adopts: bool = False) -> str | None:
    """Why this plan is too large to pass unseen; None where it is not.

    Overwriting, restoring and deleting count; what is only created does not, so a first deployment has no limit. With
    `adopts`, what was never applied by us does not count either: somebody asked for it.
    """
    managed = [item for item in plan.everything if item.state not in {State.CREATE, State.FORGET}]
    uncounted = {State.CREATE, State.UNADOPTED} if adopts else {State.CREATE}
    changed = [item for item in plan.written if item.state not in uncounted]
    deleted = deletions(plan)
    if deleted and all(item.desired is None for item in plan.everything):
        return f"Git names no asset at all, and the plan deletes {len(deleted)}"
    touched = len(changed) + len(deleted)
    if touched < limits.at_least or touched <= limits.share * len(managed):
        return None
    return (
        f"the plan changes {len(changed)} and deletes {len(deleted)} of {len(managed)} managed assets, "
        f"more than policy's limit ({limits.share:.0%}, and at least {limits.at_least})"
    )


def suspicion(plan: Plan) -> str | None:
    """Why the runtime looks emptier than it can be; None where it does not.

    Fewer than half of what we applied being there means a wrong server, a user who sees little or an old backup.
    """
    applied = [item for item in plan.everything if item.base is not None]
    live = sum(item.live is not None for item in applied)
    if len(applied) < _SUSPICIOUS_FROM or 2 * live >= len(applied):
        return None
    return f"Superset shows only {live} of the {len(applied)} assets that were applied to it"


def _line(what: str, item: PlanItem) -> str:
    return f"{what} {item.id} {_side(item.desired)} {_side(item.live)}"


def _side(document: Document | None) -> str:
    return "none" if document is None else digest(document)
