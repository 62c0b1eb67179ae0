"""Owns the roles and databases of a sandbox: an owner for migrations, a reader for Superset, Superset's own."""

from __future__ import annotations

from superset_gitops.edges.sandbox.postgres_server import PostgresServer
from superset_gitops.edges.sandbox.state import (
    DATA_DATABASE,
    METADATA_DATABASE,
    METADATA_ROLE,
    OWNER_ROLE,
    READ_ONLY_ROLE,
    Credentials,
)

# Names are our own constants and passwords url-safe tokens: nothing needs quoting. It can run any number of times.
# A killed `up` leaves its psql running for a moment: whoever comes next waits for it, instead of racing with it.
_ALONE = "DO $$ BEGIN PERFORM pg_advisory_lock(727364); END $$;\n"
_ROLE = """
SELECT 'CREATE ROLE {role}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec
ALTER ROLE {role} LOGIN PASSWORD '{password}';
"""
_DATABASE = """
SELECT 'CREATE DATABASE {database} OWNER {owner}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') \\gexec
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
"""
_READER = f"""
GRANT pg_read_all_data TO {READ_ONLY_ROLE};
GRANT CONNECT ON DATABASE {DATA_DATABASE} TO {READ_ONLY_ROLE};
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
"""


def create_databases(server: PostgresServer, credentials: Credentials) -> None:
    """Create what is missing, and set the passwords."""
    roles = {
        OWNER_ROLE: credentials.owner,
        READ_ONLY_ROLE: credentials.read_only,
        METADATA_ROLE: credentials.metadata,
    }
    script = [_ROLE.format(role=role, password=password) for role, password in roles.items()]
    script.append(_DATABASE.format(database=DATA_DATABASE, owner=OWNER_ROLE))
    server.psql("".join([_ALONE, *script, _READER]))


def recreate_metadata_database(server: PostgresServer) -> None:
    """Give Superset an empty metadata database; connections of a killed attempt are cut."""
    drop = f"DROP DATABASE IF EXISTS {METADATA_DATABASE} WITH (FORCE);"
    server.psql(_ALONE + drop + _DATABASE.format(database=METADATA_DATABASE, owner=METADATA_ROLE))
