"""Owns running a file without a transaction: each statement commits, and a later run goes on behind the last one."""

from __future__ import annotations

import time
from collections.abc import Iterator

from superset_gitops.core.sql.plan import running_checksums
from superset_gitops.core.sql.refuse import sets_session
from superset_gitops.edges.postgres.connect import Connection
from superset_gitops.edges.postgres.execute import execute
from superset_gitops.edges.postgres.failures import PostgresUnavailable
from superset_gitops.edges.postgres.invalid_indexes import watching_indexes
from superset_gitops.edges.postgres.run_in_transaction import check_unmoved, done_values, is_done, runnable
from superset_gitops.edges.postgres.tracking import Tracking
from superset_gitops.errors import SourceProblems
from superset_gitops.model.problem import Problem
from superset_gitops.model.sql import FileRun, FileState, PlannedFile, Statement


def run_resumably(
    connections: tuple[Connection, Connection], tracking: Tracking, planned: PlannedFile, actor: str
) -> FileRun:
    """Run a file's statements one by one, each committed with its progress.

    Args:
        connections: one for the file's statements, which may change its session, and one for the tracking table.
        tracking: the tracking table.
        planned: the file, with the row that the plan saw.
        actor: who runs it, for the row.

    Raises:
        SourceProblems: PostgreSQL refuses a statement; those before it are done and recorded.
        PostgresUnavailable: anything else went wrong; the same holds.
    """
    work, records = connections
    file, script = runnable(planned)
    key = (file.kind, file.name)
    if _behind_pooler(work):
        _refuse_settings(file.path, script.statements)
    with records.transaction():
        claimed = tracking.claim(records, (file.kind, file.name, file.checksum, actor))
        if is_done(claimed[1], file):
            return FileRun(file.kind, file.path, ran=False, duration_ms=0, statements=0)
        check_unmoved(claimed, planned)
        done = claimed[1].statements_done if planned.state is FileState.PARTIAL else 0
        beginning = {"checksum": file.checksum, "applied_by": actor, "complete": False, "statements_done": done}
        tracking.update(records, key, beginning)
    started = time.monotonic()
    total = len(script.statements)
    for index, (statement, checksum) in enumerate(_with_checksums(script.statements)):
        if index < done:
            if sets_session(statement.words):  # the rest was written to run under it
                execute(work, file.path, statement)
            continue
        with watching_indexes(work, file.path, statement):
            execute(work, file.path, statement)
        progress = {"statements_done": index + 1, "done_checksum": checksum}
        if not tracking.update(records, key, progress, done=index):
            raise _lost(file.path)
    duration = claimed[1].duration_ms * bool(done) + round((time.monotonic() - started) * 1000)
    if not tracking.update(records, key, done_values(file, actor, duration, total), done=total):
        raise _lost(file.path)
    return FileRun(file.kind, file.path, ran=True, duration_ms=duration, statements=total - done)


def _with_checksums(statements: tuple[Statement, ...]) -> Iterator[tuple[Statement, str]]:
    return zip(statements, running_checksums(statements), strict=True)


def _behind_pooler(connection: Connection) -> bool:
    """A pooler invents the process id that it tells its clients; the server's own function knows the real one."""
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is not None and row[0] != connection.info.backend_pid


def _refuse_settings(path: str, statements: tuple[Statement, ...]) -> None:
    message = (
        "SET without a transaction does not hold through a connection pooler, and reaches other clients: "
        "use a POSTGRES_URL that leads to the server itself"
    )
    found = [s for s in statements if sets_session(s.words)]
    if found:
        raise SourceProblems(tuple(Problem(path, s.line, s.col, message, "sql-session-setting") for s in found))


def _lost(path: str) -> PostgresUnavailable:
    return PostgresUnavailable(
        "another run works on this file at the same time",
        where=path,
        remedy="wait for it to end, then run the same command again",
        transient=True,
    )
