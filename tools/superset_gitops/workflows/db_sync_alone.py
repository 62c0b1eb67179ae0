"""Owns the database sync without a deployment: find the database, check the stamp, take the lease, run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from superset_gitops.core import settings
from superset_gitops.edges.files.sql import read_sql_files
from superset_gitops.edges.postgres.database import SqlDatabase
from superset_gitops.edges.postgres.failures import transient
from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries, retrying
from superset_gitops.edges.who import holder
from superset_gitops.model.policy import DbMode, DbPolicy
from superset_gitops.model.progress import Progress
from superset_gitops.model.sql import PlannedFile, SqlFiles, SyncPlan, SyncReport
from superset_gitops.workflows import db_sync
from superset_gitops.workflows.load_project import load_project
from superset_gitops.workflows.target import Target, find_target

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LoneSync:
    """One environment's sync, with everything it needs; the right environment is checked by `open_sync`."""

    environment: str
    policy: DbPolicy
    files: SqlFiles = field(repr=False)
    database: SqlDatabase = field(repr=False)
    ledger_url: str = field(repr=False)
    holder: str
    lease_wait: float
    retries: Retries
    progress: Progress

    def plan(self) -> SyncPlan:
        """What the database has and lacks; reads only."""
        return self._retrying(lambda: db_sync.plan_sync(self.files, self.policy, self.database), "read the database")

    def run(self) -> SyncReport:
        """Run what is pending, holding the lease; without anything to do nothing is written."""
        preflight = self._retrying(
            lambda: db_sync.preflight(self.files, self.policy, self.database), "read the database"
        )
        if not preflight.to_run:
            for warning in preflight.warnings:
                self.progress(str(warning))
            return SyncReport((), db_sync.count_applied(preflight), preflight.warnings)
        with self._lease() as lease:
            return self._retrying(
                lambda: db_sync.sync(self.files, self.policy, self.database, self.progress, lease.check),
                "sync the database",
            )

    def accept(self, names: Sequence[str]) -> tuple[PlannedFile, ...]:
        """Record files as the tree has them, without running anything."""
        with self._lease():
            return db_sync.accept(names, self.plan(), self.database)

    def _lease(self) -> Lease:
        return self._retrying(
            lambda: Lease.acquire(self.ledger_url, self.environment, self.holder, self.lease_wait, self.progress),
            "take the lease",
        )

    def _retrying(self, call: Callable[[], T], doing: str) -> T:
        return retrying(call, transient=transient, retries=self.retries, doing=doing, where=self.environment)


def open_sync(
    root: Path,
    environment: str,
    environ: Mapping[str, str],
    progress: Progress,
    *,
    start_sandbox: bool,
    lease_wait: float | None = None,
) -> LoneSync:
    """Read policy and files, find the database, and refuse another environment's; nothing is written there.

    Raises:
        SourceProblems: the policy is wrong.
        ConfigurationError: an unknown environment, a variable that is not set, or the wrong database.
        Unavailable: the ledger cannot be read.
    """
    project = load_project(root)
    policy = project.environment(environment)
    files = read_sql_files(root, policy.db)
    target = find_target(root, policy, environ, progress, start=start_sandbox)
    opened = LoneSync(
        environment=environment,
        policy=policy.db,
        files=files,
        database=target.sql_database(policy.db),
        ledger_url=target.ledger_url,
        holder=holder(environ),
        lease_wait=project.policy.lease_wait_seconds if lease_wait is None else lease_wait,
        retries=Retries(attempts=project.policy.attempts, report=progress),
        progress=progress,
    )
    if policy.db.mode is not DbMode.NONE:
        base_url = settings.variable(target.variables, settings.BASE_URL, environment)
        opened._retrying(lambda: _check_stamp(target, base_url), "read the ledger")
    return opened


def _check_stamp(target: Target, base_url: str | None) -> None:
    with Ledger.open(target.ledger_url, target.environment, create=False) as ledger:
        ledger.check_stamp(base_url, beside_data=target.ledger_beside_data)
