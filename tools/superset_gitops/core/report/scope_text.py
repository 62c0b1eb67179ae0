"""Owns telling what a plan of partial scope is not about."""

from __future__ import annotations

from collections import Counter

from superset_gitops.model.plan import Plan, PlanItem, State


def scope_text(plan: Plan) -> str:
    """`only chart 'Births by state'; out of scope, neither gated nor written: 15 assets (1 drifted, 14 in sync)`.

    Empty for a plan of everything.
    """
    if not plan.scope:
        return ""
    counts = Counter(_word(item) for item in plan.outside)
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    count = len(plan.outside)
    outside = f"{count} asset{'' if count == 1 else 's'} ({told})" if count else "nothing"
    return f"only {plan.scope}; out of scope, neither gated nor written: {outside}"


def _word(item: PlanItem) -> str:
    if item.state.is_drift:
        return "drifted"
    return "in sync" if item.state is State.IN_SYNC else item.state.value
