"""Owns what stops a plan that changes or deletes too much, unless a person confirmed exactly that plan."""

from __future__ import annotations

from superset_gitops.core.drift.limits import deletions, excess, plan_digest, suspicion
from superset_gitops.errors import ConfigurationError, DriftRefused, HybridError, Unavailable
from superset_gitops.model.consent import Consent
from superset_gitops.model.plan import Plan, PlanItem, State
from superset_gitops.model.policy import EnvironmentPolicy, Gate
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.gate import tell_plan

_NAMED = 20  # assets in one message; the plan has them all


def refuse_suspicious(plan: Plan, consent: Consent, progress: Progress) -> None:
    """Stop where Superset shows too little for it to be true.

    Raises:
        Unavailable: fewer than half of what was applied is there, and nobody confirmed this very plan.
    """
    reason = suspicion(plan)
    if reason is None or _confirmed(plan, consent):
        return
    tell_plan(plan, progress)
    raise Unavailable(
        reason,
        where=plan.environment,
        remedy="check BASE_URL and the rights of the user; if they were really deleted there, deploy this very plan: "
        f"--confirm {plan_digest(plan)}. Nothing was written",
    )


def check_limits(plan: Plan, policy: EnvironmentPolicy, consent: Consent, progress: Progress) -> None:
    """Stop a plan that policy does not let pass unseen, unless a person confirmed exactly this one.

    Raises:
        DriftRefused: an asset to be deleted was changed in Superset, and the gate is `fail`.
        ConfigurationError: a confirmation is missing, or is of another plan.
    """
    if _confirmed(plan, consent) or not plan_digest(plan):
        return
    refusal = _refusal(plan, policy, consent)
    if refusal is not None:
        tell_plan(plan, progress)
        raise refusal


def _refusal(plan: Plan, policy: EnvironmentPolicy, consent: Consent) -> HybridError | None:
    digest, deleted = plan_digest(plan), deletions(plan)
    changed = [item for item in deleted if item.state is State.PRUNE_DRIFT]
    confirm = f"let exactly this plan pass: --confirm {digest}"
    if changed and policy.drift_gate is Gate.FAIL:
        return DriftRefused(
            f"to be deleted, but changed in Superset since the last deployment: {_names(changed)}",
            where=plan.environment,
            remedy=f"put them back into Git, or leave them for now (--no-prune), or {confirm}. Nothing was written",
        )
    if consent.confirm:
        return ConfigurationError(
            f"--confirm {consent.confirm} is of another plan: something changed since it was shown",
            where=plan.environment,
            remedy=f"read the plan above; if it is right, {confirm}. Nothing was written",
        )
    reason = excess(plan, policy.limits, adopts=consent.adopt)
    if reason is not None:
        return ConfigurationError(
            reason, where=plan.environment, remedy=f"if that is meant, {confirm}. Nothing was written"
        )
    if deleted and policy.strict:
        return ConfigurationError(
            f"{policy.mode} deletes nothing unconfirmed, and this plan deletes {_names(deleted)}",
            where=plan.environment,
            remedy=f"if that is meant, {confirm}; or leave them for now: --no-prune. Nothing was written",
        )
    return None


def _confirmed(plan: Plan, consent: Consent) -> bool:
    return bool(consent.confirm) and consent.confirm == plan_digest(plan)


def _names(items: tuple[PlanItem, ...] | list[PlanItem]) -> str:
    names = [f"{item.id.kind} {item.name!r}" for item in items[:_NAMED]]
    return ", ".join(names) + (" …" if len(items) > _NAMED else "")
