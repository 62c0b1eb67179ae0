"""Owns the drift gates: what a plan's drift does, under the environment's policy, before and after apply."""

from __future__ import annotations

from collections.abc import Callable

from superset_gitops.core.drift import drift_digest
from superset_gitops.core.report.plan_text import plan_lines
from superset_gitops.errors import DriftRefused, PartlyApplied
from superset_gitops.model.plan import Plan
from superset_gitops.model.policy import Gate
from superset_gitops.model.progress import Progress

Say = Callable[[str], None]


def pre_gate(plan: Plan, gate: Gate, say: Say, progress: Progress) -> None:
    """Say whether the runtime moved on; pending changes are not drift.

    Raises:
        DriftRefused: it did, and policy says fail.
    """
    if not plan.drifted:
        say(f"✅ No drift detected (policy: {gate})")
        return
    for line in plan_lines(plan):
        progress(line)
    if gate is Gate.FAIL:
        say(f"❌ Drift detected: {_count(len(plan.drifted))} (policy: {gate})")
        raise drift_refused(plan)
    say(f"⚠️ Drift detected: {_count(len(plan.drifted))} (policy: {gate})")


def post_gate(plan: Plan, gate: Gate, say: Say, progress: Progress) -> None:
    """Say whether Superset shows what Git says, for everything managed.

    Raises:
        PartlyApplied: it does not, and policy says fail.
    """
    unequal = plan.written
    if not unequal:
        say(f"✅ No drift detected (policy: {gate})")
        return
    for line in plan_lines(plan):
        progress(line)
    if gate is Gate.WARN:
        say(f"⚠️ Drift detected: {_count(len(unequal))} (policy: {gate})")
        return
    say(f"❌ Drift detected: {_count(len(unequal))} (policy: {gate})")
    raise PartlyApplied(
        f"Superset does not show what Git says for {_count(len(unequal))}",
        remedy="somebody may be saving at this moment: run it again, and it converges or says why not",
    )


def drift_refused(plan: Plan) -> DriftRefused:
    """The refusal of a strict environment: what drifted, by whom, and the ways on."""
    lines = [
        f"{item.id.kind} {item.name!r} ({item.state.value}"
        + (f", saved by {item.edited.by} at {item.edited.at}" if item.edited.by else "")
        + ")"
        for item in plan.drifted
    ]
    return DriftRefused(
        f"{_count(len(lines))} changed in Superset since the last deployment (drift {drift_digest(plan.drifted)}): "
        + "; ".join(lines),
        where=plan.environment,
        remedy=f"bring the change into the templates (tools/hybrid drift-plan --env {plan.environment} -v shows it), "
        "or undo it in Superset; then deploy again. Nothing was written",
    )


def _count(number: int) -> str:
    return f"{number} asset{'' if number == 1 else 's'}"
