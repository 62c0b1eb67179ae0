"""Owns running a file in one transaction with its tracking row: all of it happens, or nothing."""

from __future__ import annotations

import time

import psycopg
from psycopg.pq import TransactionStatus

from superset_gitops.edges.postgres.connect import Connection
from superset_gitops.edges.postgres.execute import execute, statement_failure
from superset_gitops.edges.postgres.failures import PostgresUnavailable, failure
from superset_gitops.edges.postgres.tracking import Tracking
from superset_gitops.errors import SourceProblems
from superset_gitops.model.problem import Problem
from superset_gitops.model.sql import AppliedFile, FileRun, PlannedFile, Script, SqlFile, Statement

# What a file sets for its session must reach neither the next file nor, through a pooler, other clients. A pooler may
# give the server's connection away at COMMIT, so it is undone before. Deferred constraints are checked under the
# file's own settings.
_UNDO_SESSION = (
    b"SET CONSTRAINTS ALL IMMEDIATE; RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *;"
    b" DISCARD TEMP; SELECT pg_advisory_unlock_all()"
)


def run_in_transaction(connection: Connection, tracking: Tracking, planned: PlannedFile, actor: str) -> FileRun:
    """Run a file's statements one by one in one transaction.

    Another run that has the same file in hand is waited for; when it succeeded, nothing is left to do.

    Raises:
        SourceProblems: PostgreSQL refuses a statement; nothing of the file happened.
        PostgresUnavailable: anything else went wrong; nothing of the file happened.
    """
    file, script = runnable(planned)
    started = time.monotonic()
    ran = False
    try:
        with connection.transaction():
            claimed = tracking.claim(connection, (file.kind, file.name, file.checksum, actor))
            if is_done(claimed[1], file):
                return FileRun(file.kind, file.path, ran=False, duration_ms=0, statements=0)
            check_unmoved(claimed, planned)
            for statement in script.statements:
                execute(connection, file.path, statement)
                _check_still_inside(connection, file.path, statement)
            ran = True
            connection.execute(_UNDO_SESSION)
            duration = round((time.monotonic() - started) * 1000)
            values = done_values(file, actor, duration, len(script.statements))
            tracking.update(connection, (file.kind, file.name), values)
    except psycopg.Error as error:
        if not ran:
            raise failure(error, file.path) from None
        # A deferred constraint, or the connection: there is no better place than the file's last statement.
        raise statement_failure(error, file.path, script.statements[-1]) from None
    return FileRun(file.kind, file.path, ran=True, duration_ms=duration, statements=len(script.statements))


def runnable(planned: PlannedFile) -> tuple[SqlFile, Script]:
    """The file and script of a planned file that is to run."""
    if planned.file is None or planned.script is None or not planned.script.statements:
        raise ValueError(planned.path)
    return planned.file, planned.script


def is_done(row: AppliedFile, file: SqlFile) -> bool:
    """Whether a row says that exactly this text is applied."""
    return row.complete and row.checksum == file.checksum


def check_unmoved(claimed: tuple[bool, AppliedFile], planned: PlannedFile) -> None:
    """Refuse to run on a row that is not the one the plan was made with."""
    new, row = claimed
    seen = planned.applied
    same = seen is None if new else seen is not None and _progress(seen) == _progress(row)
    if not same:
        raise PostgresUnavailable(
            "another run worked on this file at the same time",
            where=planned.path,
            remedy="run the same command again",
            transient=True,
        )


def done_values(file: SqlFile, actor: str, duration_ms: int, statements: int) -> dict[str, object]:
    """The columns of a finished file's row."""
    return {
        "checksum": file.checksum,
        "applied_by": actor,
        "duration_ms": duration_ms,
        "statements_done": statements,
        "done_checksum": "",
        "complete": True,
    }


def _progress(row: AppliedFile) -> tuple[str, int, bool]:
    return row.checksum, row.statements_done, row.complete


def _check_still_inside(connection: Connection, path: str, statement: Statement) -> None:
    if connection.info.transaction_status is not TransactionStatus.INTRANS:
        message = "this statement ended the transaction that the file runs in: remove it"
        raise SourceProblems((Problem(path, statement.line, statement.col, message, "sql-transaction-control"),))
