"""Owns what a plan comes down to for a script: in sync, pending, or drifted, as an exit code."""

from __future__ import annotations

from superset_gitops.core.drift.limits import deletions
from superset_gitops.errors import EXIT_DONE, EXIT_DRIFT, EXIT_PENDING
from superset_gitops.model.plan import Plan, State


def verdict(plan: Plan) -> int:
    """4 where a person has to decide, else 6 where a deployment would change something, else 0.

    Drift wins over pending: a script that asks for drift must hear of it also while Git moves on. An asset that Git no
    longer names counts only where prune would delete it.
    """
    deleted = deletions(plan)
    if plan.drifted or plan.collisions or any(item.state is State.PRUNE_DRIFT for item in deleted):
        return EXIT_DRIFT
    return EXIT_PENDING if plan.pending or deleted else EXIT_DONE
