"""Owns what a preflight's refusal is worth while others deploy: they are waited for, and it is looked at again.

A preflight reads the ledger, and then Superset. What somebody writes between the two looks like another environment's
assets, or like drift.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from superset_gitops.edges.postgres.held_lease import read_lease
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.errors import ConfigurationError, DriftRefused
from superset_gitops.model.ledger import Deployment
from superset_gitops.model.progress import Progress

LOOKS = 3  # a refusal counts then, whoever is at work


def check_in_peace(
    check: Callable[[], None],
    others_at_work: Callable[[], bool],
    wait: Callable[[], None],
    progress: Progress,
    looks: int = LOOKS,
) -> None:
    """Check; where it refuses and others were at work meanwhile, wait for them and check again.

    Raises:
        HybridError: what the check raises, where nobody else was at work, or again and again.
    """
    for _ in range(looks - 1):
        try:
            return check()
        except (ConfigurationError, DriftRefused):
            if not others_at_work():
                raise
        progress("somebody else deploys at this moment: what stands in the way is looked at again after that")
        wait()
    return check()


def at_work(url: str, environment: str, before: Sequence[Deployment]) -> bool:
    """Whether somebody holds the lease, or the last deployment is not the one, or not as far, as it was before.

    Raises:
        PostgresUnavailable: the database cannot be asked.
    """
    held = read_lease(url, environment)
    if held is not None and not held.expired:
        return True
    with Ledger.open(url, environment, create=False) as ledger:  # one that was not there may have come
        return ledger.deployments(1) != tuple(before)
