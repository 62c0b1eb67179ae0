"""Owns reaching an environment as a commit's policy describes it, whatever the working tree has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.edges.postgres.failures import transient
from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries, retrying
from superset_gitops.edges.who import holder
from superset_gitops.model.policy import EnvironmentPolicy
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.load_project import Project
from superset_gitops.workflows.runtime_edits import project_at
from superset_gitops.workflows.target import Target, find_target

if TYPE_CHECKING:
    from superset_gitops.edges.superset import SupersetClient


@dataclass(frozen=True, slots=True)
class OpenRuntime:
    """An environment that answers, with its lease held."""

    client: SupersetClient
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class FoundRuntime:
    """An environment, found but not asked yet."""

    project: Project = field(repr=False)
    environment: EnvironmentPolicy
    target: Target

    @contextmanager
    def opened(self, lease_wait: float | None, progress: Progress) -> Iterator[OpenRuntime]:
        """Log in to Superset, and hold lease and ledger.

        Args:
            lease_wait: seconds to wait while somebody deploys; None for policy's.
            progress: told what is waited for.

        Raises:
            ConfigurationError: this is another environment's Superset.
            Unavailable: one of them cannot be reached, or somebody else holds the lease.
        """
        from superset_gitops.edges.superset import SupersetClient

        policy, target, name = self.project.policy, self.target, self.environment.name
        retries = Retries(attempts=policy.attempts, report=progress)
        wait = policy.lease_wait_seconds if lease_wait is None else lease_wait
        me = holder(target.variables)
        with SupersetClient(target.base_url, target.credentials, retries=retries) as client:
            with Ledger.open(target.ledger_url, name, create=False) as ledger:
                ledger.check_stamp(client.base_url, beside_data=target.ledger_beside_data)
            lease = retrying(
                lambda: Lease.acquire(target.ledger_url, name, me, wait, progress),
                transient=transient,
                retries=retries,
                doing="take the lease",
                where=name,
            )
            with lease, Ledger.open(target.ledger_url, name, lease=lease) as ledger:
                yield OpenRuntime(client, ledger)


def find_runtime_at(
    root: Path, environment: str, commit: str, environ: Mapping[str, str], progress: Progress
) -> FoundRuntime:
    """The environment by the policy that a commit has.

    Raises:
        SourceProblems: that policy is wrong.
        ConfigurationError: it does not name the environment, or there is no address.
    """
    project = project_at(root, commit)
    policy = project.environment(environment)
    target = find_target(root, policy, environ, progress, start=False)
    return FoundRuntime(project, policy, target)
