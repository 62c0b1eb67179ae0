"""Owns the comparison alone: the plan of one environment, and nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from superset_gitops.core.drift import EVERYTHING, Scope
from superset_gitops.core.drift.limits import excess, plan_digest
from superset_gitops.core.drift.saved_plan import SavedPlan, save_plan
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.model.consent import Consent
from superset_gitops.model.plan import Plan
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.prepare import prepare
from superset_gitops.workflows.prune import prunes, with_pruning
from superset_gitops.workflows.settle_release import settle_release
from superset_gitops.workflows.survey import survey


@dataclass(frozen=True, slots=True)
class Comparison:
    """A plan, and what it takes to save it.

    Attributes:
        commit: what is checked out, with nothing changed since; None where there is no such commit.
        excess: why a deployment would stop at a plan of this size; None where it would not.
    """

    plan: Plan
    scope: Scope
    base_url: str
    commit: str | None
    excess: str | None

    @property
    def warning(self) -> str:
        """What a deployment of this very plan needs; empty where it needs nothing."""
        return f"{self.excess}: a deployment asks for --confirm {plan_digest(self.plan)}" if self.excess else ""

    def saved(self) -> SavedPlan:
        """The plan, ready to be written to a file."""
        return save_plan(self.plan, self.scope, self.base_url, self.commit)


def compare(
    root: Path, environment: str, environ: Mapping[str, str], progress: Progress, scope: Scope = EVERYTHING
) -> Comparison:
    """The three-way plan of one environment; a sandbox is used when it is up, and never started.

    Raises:
        HybridError: the sources have errors, or one side cannot be read.
    """
    ready = prepare(root, environment, environ, progress, start_sandbox=False)
    retries = Retries(attempts=ready.policy.attempts, report=progress)
    pruning = prunes(ready.environment, Consent(), ready.target.variables, progress)
    with (
        SupersetClient(ready.target.base_url, ready.target.credentials, retries=retries) as client,
        Ledger.open(ready.target.ledger_url, environment, create=False) as ledger,
    ):
        ledger.check_stamp(client.base_url, beside_data=ready.target.ledger_beside_data)
        ready = settle_release(ready, client.release, client.probe().version, progress)
        found = survey(environment, ready.wanted, ledger, client, scope, ignore=ready.environment.ignore)
        plan = (with_pruning(found, client) if pruning else found).plan
        kinds = client.unmanaged_kinds()
        base_url = client.base_url
    others = tuple((kind.replace("_", " "), name) for kind, names in kinds.items() for name in names)
    checkout = ready.checkout
    return Comparison(
        plan=replace(plan, unmanaged=(*plan.unmanaged, *others)),
        scope=scope,
        base_url=base_url,
        commit=checkout.commit if checkout and not checkout.dirty else None,
        excess=excess(plan, ready.environment.limits),
    )
