"""Owns the drift gates: what a plan's drift does, under policy and consent, before and after apply."""

from __future__ import annotations

from collections.abc import Callable

from superset_gitops.core.drift import drift_digest
from superset_gitops.core.report.ignored_text import ignored_lines
from superset_gitops.core.report.paint import in_colour
from superset_gitops.core.report.plan_text import baseless_text, plan_lines
from superset_gitops.core.report.saved_by import saved_by
from superset_gitops.errors import DriftRefused, PartlyApplied
from superset_gitops.model.consent import Consent
from superset_gitops.model.plan import Plan, PlanItem, State
from superset_gitops.model.policy import Gate
from superset_gitops.model.progress import Progress

Say = Callable[[str], None]

_NAMED = 5  # assets in one message; the plan has them all


def pre_gate(plan: Plan, gate: Gate, consent: Consent, say: Say, progress: Progress, *, branch: str) -> None:
    """Say whether the runtime moved on; pending changes are not drift. `branch` as for `refuse_drift`.

    Raises:
        DriftRefused: it did, policy says fail, and nobody consented to this very drift.
    """
    drifted = standing_drift(plan, consent)
    if not drifted:
        for line in ignored_lines(plan):
            progress(line.strip())
        say(f"✅ No drift detected (policy: {gate})")
        return
    if gate is Gate.WARN:
        tell_plan(plan, progress)
        say(f"⚠️ Drift detected: {_count(len(drifted))} (policy: {gate})")
        return
    if unallowed(drifted, consent):
        say(f"❌ Drift detected: {_count(len(drifted))} (policy: {gate})")
    refuse_drift(plan, gate, consent, progress, branch=branch)
    tell_plan(plan, progress)
    allowed = " ".join(f"--overwrite-drift {digest}" for digest in consent.overwrite_drift)
    say(f"⚠️ Drift detected: {_count(len(drifted))}, to be overwritten ({allowed})")


def standing_drift(plan: Plan, consent: Consent) -> tuple[PlanItem, ...]:
    """The drift that somebody has to decide on: without what this run adopts."""
    return tuple(item for item in plan.drifted if not (consent.adopt and item.state is State.UNADOPTED))


def unallowed(drifted: tuple[PlanItem, ...], consent: Consent) -> tuple[PlanItem, ...]:
    """The drift over which nobody let Git win: neither over all that was shown, nor over this very asset.

    What is left after single assets has a digest of its own, which is shown with them and counts beside theirs.
    """
    if drift_digest(drifted) in consent.overwrite_drift:
        return ()
    left = tuple(item for item in drifted if drift_digest([item]) not in consent.overwrite_drift)
    return () if drift_digest(left) in consent.overwrite_drift else left


def refuse_drift(plan: Plan, gate: Gate, consent: Consent, progress: Progress, *, branch: str) -> None:
    """Stop at drift under a `fail` gate, unless exactly this drift was consented to.

    Args:
        plan: all three sides.
        gate: what policy says.
        consent: what was given.
        progress: shown the plan.
        branch: the one that what was changed in Superset is brought on; empty where policy wants none.

    Raises:
        DriftRefused: what drifted, by whom, and the ways on.
    """
    drifted = standing_drift(plan, consent)
    left = unallowed(drifted, consent)
    if gate is not Gate.FAIL or not left:
        return
    tell_plan(plan, progress)
    if plan.baseless and all(item.state is State.UNADOPTED for item in drifted):
        raise DriftRefused(baseless_text(plan), where=plan.environment, remedy="nothing was written")
    names = {drift_digest([item]) for item in drifted}
    others = [each for each in consent.overwrite_drift if each not in names]
    given = [each for each in consent.overwrite_drift if each in names]
    offer = " ".join(f"--overwrite-drift {digest}" for digest in (*given, drift_digest(left)))
    name = plan.environment
    keep = (
        f"merge the branch {branch} (tools/hybrid drift-branch --env {name} shows it and any beside it)"
        if branch
        else f"bring the change into the templates (tools/hybrid translate --env {name})"
    )
    newer = f" ({', '.join(others)} name{'s' if len(others) == 1 else ''} another drift)" if others else ""
    raise DriftRefused(
        f"{_count(len(left))} changed in Superset since the last deployment{newer}: "
        + "; ".join(map(_named, left[:_NAMED]))
        + (" …" if len(left) > _NAMED else ""),
        where=plan.environment,
        remedy=f"{keep}, or undo it in Superset, or let Git win over exactly this: {offer}. Nothing was written",
    )


def post_gate(plan: Plan, gate: Gate, say: Say, progress: Progress) -> None:
    """Say whether Superset shows what Git says, for everything managed.

    Raises:
        PartlyApplied: it does not, and policy says fail.
    """
    unequal = plan.written
    if not unequal:
        say(f"✅ No drift detected (policy: {gate})")
        return
    tell_plan(plan, progress)
    if gate is Gate.WARN:
        say(f"⚠️ Drift detected: {_count(len(unequal))} (policy: {gate})")
        return
    say(f"❌ Drift detected: {_count(len(unequal))} (policy: {gate})")
    raise PartlyApplied(
        f"Superset does not show what Git says for {_count(len(unequal))}",
        remedy="somebody may be saving at this moment: run it again, and it converges or says why not",
    )


def tell_plan(plan: Plan, progress: Progress) -> None:
    """Show the plan that a decision is about, coloured; what prints it takes the colours out where there are none."""
    for line in plan_lines(plan, paint=in_colour):
        progress(line)


def _named(item: PlanItem) -> str:
    saved = f", {saved_by(item.edited)}" if item.edited.by else ""
    live = item.live.get(item.id.kind.title_field) if item.live else None
    known_as = f", in Superset {live!r}" if live and live != item.name else ""
    return f"{item.id.kind} {item.name!r} ({item.state.value}{known_as}{saved})"


def _count(number: int) -> str:
    return f"{number} asset{'' if number == 1 else 's'}"
