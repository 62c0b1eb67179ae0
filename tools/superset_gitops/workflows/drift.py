"""Owns the comparison alone: the plan of one environment, and nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.model.plan import Plan
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.prepare import prepare
from superset_gitops.workflows.prune import with_pruning
from superset_gitops.workflows.survey import survey


def compare(root: Path, environment: str, environ: Mapping[str, str], progress: Progress) -> Plan:
    """The three-way plan of one environment; a sandbox is used when it is up, and never started.

    Raises:
        HybridError: the sources have errors, or one side cannot be read.
    """
    ready = prepare(root, environment, environ, progress, start_sandbox=False)
    retries = Retries(attempts=ready.policy.attempts, report=progress)
    with (
        SupersetClient(ready.target.base_url, ready.target.credentials, retries=retries) as client,
        Ledger.open(ready.target.ledger_url, environment, create=False) as ledger,
    ):
        ledger.check_stamp(client.base_url, beside_data=ready.target.ledger_beside_data)
        found = survey(environment, ready.wanted, ledger, client)
        plan = (with_pruning(found, client) if ready.environment.prune else found).plan
        kinds = client.unmanaged_kinds()
    others = tuple((kind.replace("_", " "), name) for kind, names in kinds.items() for name in names)
    return replace(plan, unmanaged=(*plan.unmanaged, *others))
