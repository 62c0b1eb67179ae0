"""Owns the tracking table: one row for each migration and seed that a database has."""

from __future__ import annotations

import re
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from superset_gitops.edges.postgres.connect import Connection
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.sql import AppliedFile, SqlKind

DEFAULT_TABLE = "public.schema_migrations"

# The same definition as in db/migrations/001_create_examples_schema.sql.
_DEFINITION: LiteralString = """
CREATE TABLE IF NOT EXISTS {table} (
    kind text NOT NULL CHECK (kind IN ('migration', 'seed')),
    filename text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_by text NOT NULL,
    duration_ms bigint NOT NULL DEFAULT 0,
    statements_done integer NOT NULL DEFAULT 0,
    done_checksum text NOT NULL DEFAULT '',
    complete boolean NOT NULL DEFAULT false,
    PRIMARY KEY (kind, filename)
)
"""
_COLUMNS = "kind, filename, checksum, applied_at, applied_by, duration_ms, statements_done, done_checksum, complete"
_NAMES = frozenset(_COLUMNS.split(", "))
# Any constant serves: it only keeps two creators of one table apart.
_CREATION_LOCK = 0x687962726964


class Tracking:
    """The tracking table of one name; every method uses the connection that it is given."""

    def __init__(self, name: str = DEFAULT_TABLE) -> None:
        schema, dot, table = name.rpartition(".")
        if not re.fullmatch(r"(?:[A-Za-z_][\w$]*\.)?[A-Za-z_][\w$]*", name):
            raise ConfigurationError(
                f"{name!r} is not a table's name", where="policy.yaml", remedy="write db.tracking_table: schema.table"
            )
        self.schema = schema if dot else "public"
        self.table = table
        self.name = f"{self.schema}.{self.table}"
        self.identifier = sql.Identifier(self.schema, self.table)

    def rows(self, connection: Connection) -> tuple[AppliedFile, ...]:
        """All rows; none where the table is missing.

        Raises:
            ConfigurationError: the table is somebody else's.
        """
        if not self.exists(connection):
            return ()
        found = connection.execute(self._query("SELECT {columns} FROM {table}")).fetchall()
        return tuple(_applied(row) for row in found)

    def exists(self, connection: Connection) -> bool:
        """Whether the table is there and ours.

        Raises:
            ConfigurationError: the table is somebody else's.
        """
        found = connection.execute(
            "SELECT a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE n.nspname = %s AND c.relname = %s",
            (self.schema, self.table),
        ).fetchall()
        names = {row[0] for row in found}
        if found and not names >= _NAMES:
            raise ConfigurationError(
                f"the table {self.name} exists and is not this tool's (it lacks {', '.join(sorted(_NAMES - names))}): "
                "Rails, dbmate and others use the same name",
                where=self.name,
                remedy="choose another name in policy.yaml, e.g. db: {tracking_table: public.hybrid_migrations}",
            )
        return bool(found)

    def create(self, connection: Connection) -> None:
        """Create the table where it is missing; safe beside others who do the same."""
        if self.exists(connection):
            return
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_CREATION_LOCK,))
            if not self._schema_exists(connection):
                connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(self.schema)))
            connection.execute(self._query(_DEFINITION))

    def claim(self, connection: Connection, row: tuple[str, str, str, str]) -> tuple[bool, AppliedFile]:
        """Insert (kind, name, checksum, who) unless it is there, and lock the row until the transaction ends.

        Waits for another run that has the same file in an open transaction. Returns whether it is new, and the row.
        """
        insert = "INSERT INTO {table} (kind, filename, checksum, applied_by) VALUES (%s, %s, %s, %s)"
        inserted = connection.execute(self._query(insert + " ON CONFLICT (kind, filename) DO NOTHING"), row).rowcount
        select = "SELECT {columns} FROM {table} WHERE kind = %s AND filename = %s FOR UPDATE"
        found = connection.execute(self._query(select), row[:2]).fetchone()
        if found is None:
            raise psycopg.OperationalError("the tracking row vanished while it was being claimed")
        return inserted == 1, _applied(found)

    def update(
        self, connection: Connection, key: tuple[SqlKind, str], values: dict[str, Any], *, done: int | None = None
    ) -> bool:
        """Set some columns of a row, and `applied_at` to now; False where no such row has `done` statements done."""
        pairs = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in values)
        query = sql.SQL(
            "UPDATE {table} SET applied_at = clock_timestamp(), {pairs} WHERE kind = %s AND filename = %s"
            " AND statements_done = coalesce(%s::integer, statements_done)"
        ).format(table=self.identifier, pairs=pairs)
        return connection.execute(query, (*values.values(), *map(str, key), done)).rowcount == 1

    def forget(self, connection: Connection, key: tuple[SqlKind, str]) -> None:
        """Delete one row."""
        connection.execute(self._query("DELETE FROM {table} WHERE kind = %s AND filename = %s"), tuple(map(str, key)))

    def _schema_exists(self, connection: Connection) -> bool:
        query = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
        return connection.execute(query, (self.schema,)).fetchone() is not None

    def _query(self, text: LiteralString) -> sql.Composed:
        return sql.SQL(text).format(table=self.identifier, columns=sql.SQL(_COLUMNS))


def _applied(row: tuple[Any, ...]) -> AppliedFile:
    kind, name, checksum, at, by, duration, done, done_checksum, complete = row
    return AppliedFile(SqlKind(kind), name, checksum, at, by, duration, done, done_checksum, complete)
