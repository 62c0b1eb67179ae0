"""Owns the database sync: plan it, refuse or warn as policy says, run what is pending, stop at the first error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from superset_gitops.core.sql.plan import make_plan
from superset_gitops.errors import ConfigurationError, SourceProblems
from superset_gitops.model.policy import DbMode, DbPolicy
from superset_gitops.model.progress import Progress
from superset_gitops.model.sql import FileState, PlannedFile, SqlFiles, SyncPlan, SyncReport

if TYPE_CHECKING:
    from superset_gitops.edges.postgres.database import SqlDatabase

# States in which a file can be accepted as it is: what the database has and what the tree says differ.
_ACCEPTABLE = frozenset({FileState.PENDING, FileState.CHANGED, FileState.PARTIAL, FileState.EDITED, FileState.UNKNOWN})


def plan_sync(files: SqlFiles, policy: DbPolicy, database: SqlDatabase) -> SyncPlan:
    """Compare the tree with the database; reads only.

    Raises:
        ConfigurationError: the tracking table is somebody else's.
        Unavailable: the database cannot be read.
    """
    return make_plan(files, () if policy.mode is DbMode.NONE else database.applied(), policy)


def preflight(files: SqlFiles, policy: DbPolicy, database: SqlDatabase) -> SyncPlan:
    """`plan_sync`, where findings that stop a sync are an exception.

    Raises:
        SourceProblems: a file cannot be read or run, or policy fails on what it finds.
    """
    plan = plan_sync(files, policy, database)
    if plan.errors:
        raise SourceProblems(plan.errors, remedy="nothing was run")
    return plan


def sync(
    files: SqlFiles, policy: DbPolicy, database: SqlDatabase, progress: Progress, guard: Callable[[], None]
) -> SyncReport:
    """Run the pending migrations, then the pending seeds; nothing is written where nothing is pending.

    Args:
        files: the tree's files.
        policy: mode and gates.
        database: where they run.
        progress: told of each file, and of what PostgreSQL notes while it runs.
        guard: called before each file; raises where this run may no longer write (the lease is lost).

    Raises:
        SourceProblems: as `preflight`, or PostgreSQL refuses a statement: files before it stay applied.
        Unavailable: the database could not do it, for a reason outside the files.
    """
    plan = preflight(files, policy, database)
    for warning in plan.warnings:
        progress(str(warning))
    runs = []
    if plan.to_run:
        database.prepare()
    for planned in plan.to_run:
        guard()
        progress(f"running {planned.path} ({planned.state.value})")
        runs.append(database.run(planned, progress))
    return SyncReport(tuple(runs), count_applied(plan), plan.warnings)


def count_applied(plan: SyncPlan) -> int:
    """How many of the tree's files the database already has."""
    return sum(planned.state is FileState.APPLIED for planned in plan.files)


def accept(names: Iterable[str], plan: SyncPlan, database: SqlDatabase) -> tuple[PlannedFile, ...]:
    """Record files as the tree has them, without running anything.

    An edited or pending file counts as applied from now on; a file that the tree lacks is no longer expected.

    Args:
        names: paths from the project's root, or bare names where only one file has it.
        plan: what the database has.
        database: where it is recorded.

    Raises:
        ConfigurationError: a name fits no file, or the file needs no acceptance; nothing was recorded.
    """
    chosen = tuple(_find(name, plan) for name in names)
    for planned in chosen:
        database.accept(planned)
    return chosen


def _find(name: str, plan: SyncPlan) -> PlannedFile:
    wanted = name.replace("\\", "/").removeprefix("./")
    found = [planned for planned in plan.files if wanted in (planned.path, planned.name)]
    if len(found) != 1:
        what = "no such SQL file in the tree or the database" if not found else "a migration and a seed have this name"
        raise ConfigurationError(what, where=name, remedy="write the path that tools/db_sync --status shows")
    if found[0].state not in _ACCEPTABLE:
        what = f"this file is {found[0].state}: there is nothing to accept"
        raise ConfigurationError(what, where=name, remedy="see tools/db_sync --status")
    return found[0]
