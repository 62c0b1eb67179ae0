"""Owns the ledger's tables and their version: created and upgraded on first use."""

from __future__ import annotations

from typing import LiteralString

from superset_gitops.edges.postgres.connect import Connection
from superset_gitops.errors import ConfigurationError

# Normal forms are json, not jsonb: jsonb turns 1e16 into an integer and refuses \u0000, and a base must come back as
# it went in.
_FIRST: LiteralString = """
CREATE TABLE hybrid.schema_version (version integer NOT NULL);
CREATE TABLE hybrid.stamp (
    environment text PRIMARY KEY,
    base_url text NOT NULL,
    base_key text NOT NULL UNIQUE,
    bound_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    bound_by text NOT NULL DEFAULT session_user
);
CREATE TABLE hybrid.deployment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment text NOT NULL,
    who text NOT NULL,
    commit_sha text,
    branch text,
    plan json NOT NULL,
    tool_version text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    outcome text,
    summary json
);
CREATE INDEX deployment_environment_idx ON hybrid.deployment (environment, id);
CREATE TABLE hybrid.applied (
    environment text NOT NULL,
    kind text NOT NULL,
    uuid text NOT NULL,
    normal_form json NOT NULL,
    digest text NOT NULL,
    commit_sha text,
    template text NOT NULL,
    changed_on text,
    deployment_id bigint REFERENCES hybrid.deployment,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (environment, kind, uuid)
);
CREATE TABLE hybrid.saved_copy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment text NOT NULL,
    kind text NOT NULL,
    uuid text NOT NULL,
    name text NOT NULL,
    raw_yaml text NOT NULL,
    reason text NOT NULL,
    deployment_id bigint REFERENCES hybrid.deployment,
    saved_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX saved_copy_asset_idx ON hybrid.saved_copy (environment, kind, uuid, id);
CREATE TABLE hybrid.lease (
    environment text PRIMARY KEY,
    holder text NOT NULL,
    token text NOT NULL,
    acquired_at timestamptz NOT NULL,
    heartbeat_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
INSERT INTO hybrid.schema_version VALUES (0);
"""
# What people changed in Superset; see `model.runtime_edit`. Open and refused ones are asked for at each deployment.
_RUNTIME_EDITS: LiteralString = """
CREATE TABLE hybrid.runtime_edit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment text NOT NULL,
    kind text NOT NULL,
    uuid text NOT NULL,
    change text NOT NULL,
    name text NOT NULL,
    base json,
    live json,
    document json,
    digest text NOT NULL,
    changed_by text NOT NULL,
    changed_at text NOT NULL,
    url text NOT NULL,
    earlier_by text[] NOT NULL DEFAULT '{}',
    source_commit text NOT NULL,
    source_branch text NOT NULL,
    overwritten_by bigint REFERENCES hybrid.deployment,
    first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL DEFAULT 'open',
    closed_by text NOT NULL DEFAULT '',
    closed_where text NOT NULL DEFAULT '',
    closed_at timestamptz,
    branch text NOT NULL DEFAULT '',
    into_branch text NOT NULL DEFAULT '',
    commit_sha text NOT NULL DEFAULT '',
    patch text NOT NULL DEFAULT '',
    published boolean NOT NULL DEFAULT false
);
CREATE INDEX runtime_edit_kept_idx ON hybrid.runtime_edit (environment, id) WHERE state IN ('open', 'refused');
"""
# The statements that lead from each version to the next; only ever appended to.
_STEPS: tuple[LiteralString, ...] = (_FIRST, _RUNTIME_EDITS)
VERSION = len(_STEPS)
# Any constant serves: it only keeps two creators apart. Held for one transaction, it is safe through a pooler.
_UPGRADE_LOCK = 0x68796C6564676572


def read_version(connection: Connection) -> int | None:
    """The version of the ledger in this database; None where there is none.

    Raises:
        ConfigurationError: a newer tool made it.
    """
    # Not to_regclass(): it answers from the session's cache, which may not know yet what another one just committed.
    found = connection.execute(
        "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'hybrid' AND c.relname = 'schema_version'"
    ).fetchone()
    if found is None:
        return None
    row = connection.execute("SELECT max(version) FROM hybrid.schema_version").fetchone()
    version = int(row[0]) if row is not None and row[0] is not None else 0
    if version > VERSION:
        raise ConfigurationError(
            f"the ledger in this database has version {version}; this tool knows versions up to {VERSION}",
            remedy="update the tool (a colleague or CI runs a newer one)",
        )
    return version


def ensure_schema(connection: Connection) -> None:
    """Create or upgrade the ledger's tables; safe beside others who do the same.

    Raises:
        ConfigurationError: a newer tool made them.
    """
    if read_version(connection) == VERSION:
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_UPGRADE_LOCK,))
        version = read_version(connection)
        # Not CREATE SCHEMA IF NOT EXISTS: that asks for rights on the database even where the schema is there.
        if connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'hybrid'").fetchone() is None:
            connection.execute("CREATE SCHEMA hybrid")
        for step in _STEPS[version or 0 :]:
            connection.execute(step)
        connection.execute("UPDATE hybrid.schema_version SET version = %s", (VERSION,))
