"""Owns reaching an environment as it runs, without the sources: its ledger, its lease, its Superset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.edges.postgres.failures import transient
from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries, retrying
from superset_gitops.edges.who import holder
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.load_project import Project, load_project
from superset_gitops.workflows.target import Target, find_target

if TYPE_CHECKING:
    from superset_gitops.edges.superset import SupersetClient


@dataclass(frozen=True, slots=True)
class Runtime:
    """One environment's servers; nothing is connected before it is asked for."""

    project: Project
    target: Target
    retries: Retries
    progress: Progress = field(repr=False)

    @property
    def environment(self) -> str:
        """Its name."""
        return self.target.environment

    def client(self) -> SupersetClient:
        """Its Superset; close it."""
        from superset_gitops.edges.superset import SupersetClient

        return SupersetClient(self.target.base_url, self.target.credentials, retries=self.retries)

    def ledger(self, lease: Lease | None = None) -> Ledger:
        """Its ledger; close it. Without a lease nothing is written, and a missing one reads as empty.

        Raises:
            PostgresUnavailable: it cannot be reached.
        """
        return retrying(
            lambda: Ledger.open(self.target.ledger_url, self.environment, create=lease is not None, lease=lease),
            transient=transient,
            retries=self.retries,
            doing="open the ledger",
            where=self.environment,
        )

    def lease(self, wait_seconds: float | None) -> Lease:
        """Its lease, held until it is released; None waits for as long as policy says.

        Raises:
            Unavailable: somebody else holds it, or the database cannot be asked.
        """
        wait = self.project.policy.lease_wait_seconds if wait_seconds is None else wait_seconds
        me = holder(self.target.variables)
        return retrying(
            lambda: Lease.acquire(self.target.ledger_url, self.environment, me, wait, self.progress),
            transient=transient,
            retries=self.retries,
            doing="take the lease",
            where=self.environment,
        )


def find_runtime(root: Path, environment: str, environ: Mapping[str, str], progress: Progress) -> Runtime:
    """Find an environment's addresses; a sandbox is used when it is up, and never started.

    Raises:
        SourceProblems: the policy is wrong.
        ConfigurationError: an unknown environment, or no addresses.
    """
    project = load_project(root)
    target = find_target(root, project.environment(environment), environ, progress, start=False)
    return Runtime(project, target, Retries(attempts=project.policy.attempts, report=progress), progress)
