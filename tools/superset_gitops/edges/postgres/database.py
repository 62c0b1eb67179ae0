"""Owns one database as the sync sees it: what it has, running a file on it, accepting a file as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from superset_gitops.edges.postgres.connect import Connection, address, connect
from superset_gitops.edges.postgres.failures import failure
from superset_gitops.edges.postgres.run_in_transaction import done_values, run_in_transaction
from superset_gitops.edges.postgres.run_resumably import run_resumably
from superset_gitops.edges.postgres.tracking import DEFAULT_TABLE, Tracking
from superset_gitops.model.sql import AppliedFile, FileRun, FileState, PlannedFile

Progress = Callable[[str], None]
# What PostgreSQL notes on `IF NOT EXISTS`: 42P06 schema, 42P07 relation, 42701 column, 42710 object.
_EXPECTED_NOTICES = frozenset({"42P06", "42P07", "42701", "42710"})


class SqlDatabase:
    """One database, by its URL; each call opens its own connection, so that no file sees another one's session."""

    def __init__(self, url: str, *, actor: str, table: str = DEFAULT_TABLE) -> None:
        self.url = url
        self.actor = actor
        self.tracking = Tracking(table)

    @property
    def address(self) -> str:
        """`host:port/database`, without credentials."""
        return address(self.url)

    def applied(self) -> tuple[AppliedFile, ...]:
        """The tracking table's rows; reads only, and a missing table has none."""
        with self._connected() as connection:
            return self.tracking.rows(connection)

    def prepare(self) -> None:
        """Create the tracking table where it is missing."""
        with self._connected() as connection:
            self.tracking.create(connection)

    def run(self, planned: PlannedFile, progress: Progress) -> FileRun:
        """Run one file and record it.

        Raises:
            SourceProblems: PostgreSQL refuses one of its statements.
            PostgresUnavailable: it failed for a reason outside the file.
        """
        note = _notices_to(progress, planned.path)
        with self._connected() as connection:
            connection.add_notice_handler(note)
            if planned.script is not None and planned.script.transactional:
                return run_in_transaction(connection, self.tracking, planned, self._who(connection))
            with self._connected() as records:
                return run_resumably((connection, records), self.tracking, planned, self._who(connection))

    def accept(self, planned: PlannedFile) -> None:
        """Make a file's row say what the tree says, and run nothing; an unknown file's row goes."""
        key = (planned.kind, planned.name)
        with self._connected() as connection:
            self.tracking.create(connection)
            with connection.transaction():
                if planned.state is FileState.UNKNOWN or planned.file is None:
                    self.tracking.forget(connection, key)
                    return
                actor = f"{self._who(connection)}, accepted without running"
                self.tracking.claim(connection, (planned.kind, planned.name, planned.file.checksum, actor))
                count = len(planned.script.statements) if planned.script else 0
                self.tracking.update(connection, key, done_values(planned.file, actor, 0, count))

    def _who(self, connection: Connection) -> str:
        return f"{connection.info.user} ({self.actor})"

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with connect(self.url) as connection:
            try:
                yield connection
            except psycopg.Error as error:
                raise failure(error, self.address) from None


def _notices_to(progress: Progress, path: str) -> Callable[[psycopg.errors.Diagnostic], None]:
    def note(diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.sqlstate not in _EXPECTED_NOTICES or diagnostic.severity_nonlocalized == "WARNING":
            progress(f"{path}: {diagnostic.severity}: {diagnostic.message_primary}")

    return note
