"""Owns a deployment's own row in the ledger: what began, who began it, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.who import branch_of_run
from superset_gitops.errors import HybridError, PartlyApplied
from superset_gitops.model.ledger import SUCCEEDED, DeploymentStart
from superset_gitops.workflows.prepare import Prepared
from superset_gitops.workflows.summary import Summary


@contextmanager
def recorded(ledger: Ledger, ready: Prepared, who: str, note: Mapping[str, Any], summary: Summary) -> Iterator[int]:
    """Note that a deployment begins, give its number, and note how it ended, whatever it ends with.

    Args:
        ledger: opened under the lease.
        ready: what is deployed.
        who: does it.
        note: what else is to be kept of it, as JSON.
        summary: what it did, filled in meanwhile.
    """
    checkout = ready.checkout
    number = ledger.start_deployment(
        DeploymentStart(
            who=who,
            commit=checkout.commit if checkout else None,
            branch=(checkout.branch or branch_of_run(ready.target.variables)) if checkout else None,
            plan={"uncommitted": list(checkout.dirty) if checkout else [], **note},
            tool_version=ready.tool_version,
        )
    )
    outcome = "failed"
    try:
        yield number
        outcome = SUCCEEDED
    except HybridError as error:
        outcome = f"stopped (exit code {error.exit_code})"
        if isinstance(error, PartlyApplied):
            summary.take_partly(error)
        raise
    except KeyboardInterrupt:
        outcome = "interrupted"
        raise
    finally:
        # Where the ledger itself is gone, the error on its way out is the one to see.
        with suppress(HybridError):
            ledger.finish_deployment(number, outcome, summary.data())
