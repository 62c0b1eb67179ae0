"""Owns the ledger of one environment: what was applied, by which deployment, and what was saved before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, LiteralString, Self

import psycopg
from psycopg.types.json import Json

from superset_gitops.core.stamp import base_key, check_binding
from superset_gitops.edges.postgres.connect import Connection, address, connect
from superset_gitops.edges.postgres.edit_rows import EDITS_SINCE, EditRows
from superset_gitops.edges.postgres.failures import failure
from superset_gitops.edges.postgres.ledger_schema import VERSION, ensure_schema, read_version
from superset_gitops.edges.postgres.while_held import while_held
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.ledger import SUCCEEDED, Applied, Deployment, DeploymentStart, SavedCopy, Stamp

if TYPE_CHECKING:
    from superset_gitops.edges.postgres.lease import Lease

Row = Sequence[Any]
_DEPLOYMENTS: LiteralString = (
    "SELECT id, who, commit_sha, branch, plan, tool_version, started_at, finished_at, outcome, summary"
    " FROM hybrid.deployment"
)


class Ledger:
    """One environment's rows; each write is committed when its method returns.

    What people changed in Superset has its methods in `edits`.

    Every method raises `PostgresUnavailable` where the database fails; the next call opens a lost connection anew, so
    that whoever called may try again. Opened under a lease, every write proves in its own statement that the lease is
    still held, and raises `LeaseLost` instead of writing where it is not.
    """

    def __init__(
        self, connection: Connection, environment: str, url: str, *, version: int, lease: Lease | None = None
    ) -> None:
        self.environment = environment
        self._lease = lease
        self._connection = connection
        self._url = url
        self._version = version
        self.edits = EditRows(environment, self._read, self._write, exists=version >= EDITS_SINCE)

    @classmethod
    def open(cls, url: str, environment: str, *, create: bool = True, lease: Lease | None = None) -> Self:
        """Open the ledger of one environment.

        Args:
            url: the database.
            environment: whose rows.
            create: make or upgrade its tables where needed; otherwise nothing is written, and a ledger, or a table of
                a newer version, that is missing reads as empty.
            lease: what every write is conditional on; None only for what no lease guards.

        Raises:
            ConfigurationError: a newer tool made the ledger, or the URL cannot be read.
            PostgresUnavailable: the database cannot be reached or refuses.
        """
        connection = connect(url)
        try:
            if create:
                ensure_schema(connection)
            version = VERSION if create else read_version(connection) or 0
        except psycopg.Error as error:
            connection.close()
            raise failure(error, address(url)) from None
        except ConfigurationError:
            connection.close()
            raise
        return cls(connection, environment, url, version=version, lease=lease)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def stamp(self) -> Stamp | None:
        """What this environment is bound to; None where it never was."""
        return next((stamp for stamp in self._stamps() if stamp.environment == self.environment), None)

    def check_stamp(self, base_url: str | None, *, beside_data: bool = False) -> None:
        """Refuse the wrong environment; see `core.stamp.check_binding`.

        Raises:
            ConfigurationError: it is the wrong one.
        """
        check_binding(self._stamps(), self.environment, base_url, beside_data=beside_data)

    def bind(self, base_url: str) -> None:
        """Bind this environment to its Superset; a second time, only check.

        Raises:
            ConfigurationError: it is bound to another one, or another environment to this one.
        """
        self._write(
            "INSERT INTO hybrid.stamp (environment, base_url, base_key) SELECT %s, %s, %s FROM held"
            " ON CONFLICT DO NOTHING RETURNING 1",
            (self.environment, base_url, base_key(base_url)),
        )
        self.check_stamp(base_url)

    def rebind(self, base_url: str) -> tuple[str, ...]:
        """Bind this environment to this Superset, whatever was bound before; names the environments that lost it."""
        key = base_key(base_url)
        with self._doing(), self._connection.transaction():
            lost = self._connection.execute(
                "DELETE FROM hybrid.stamp WHERE base_key = %s OR environment = %s RETURNING environment",
                (key, self.environment),
            ).fetchall()
            self._connection.execute(
                "INSERT INTO hybrid.stamp (environment, base_url, base_key) VALUES (%s, %s, %s)",
                (self.environment, base_url, key),
            )
        return tuple(sorted(row[0] for row in lost if row[0] != self.environment))

    def applied(self) -> dict[AssetId, Applied]:
        """Every asset that was applied and not forgotten."""
        rows = self._read(
            "SELECT kind, uuid, normal_form, digest, commit_sha, template, deployment_id, applied_at, changed_on"
            " FROM hybrid.applied WHERE environment = %s ORDER BY kind, uuid",
            (self.environment,),
        )
        return {AssetId(Kind(row[0]), row[1]): Applied(*row[2:]) for row in rows}

    def applied_from(self) -> dict[AssetId, tuple[str, str]]:
        """The commit and the branch that each applied asset was deployed from; empty where nobody knows."""
        rows = self._read(
            "SELECT a.kind, a.uuid, coalesce(a.commit_sha, d.commit_sha, ''), coalesce(d.branch, '')"
            " FROM hybrid.applied a LEFT JOIN hybrid.deployment d ON d.id = a.deployment_id WHERE a.environment = %s",
            (self.environment,),
        )
        return {AssetId(Kind(row[0]), row[1]): (row[2], row[3]) for row in rows}

    def record(
        self,
        asset_id: AssetId,
        normal_form: Document,
        digest: str,
        commit: str | None,
        template: str,
        deployment_id: int | None,
        *,
        changed_on: str | None = None,
    ) -> None:
        """Make this the asset's base."""
        self._write(
            "INSERT INTO hybrid.applied (environment, kind, uuid, normal_form, digest, commit_sha, template,"
            " deployment_id, changed_on) SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s FROM held"
            " ON CONFLICT (environment, kind, uuid) DO UPDATE SET normal_form = excluded.normal_form,"
            " digest = excluded.digest, commit_sha = excluded.commit_sha, template = excluded.template,"
            " deployment_id = excluded.deployment_id, changed_on = excluded.changed_on,"
            " applied_at = clock_timestamp() RETURNING 1",
            (*self._key(asset_id), Json(normal_form), digest, commit, template, deployment_id, changed_on),
        )

    def forget(self, asset_id: AssetId) -> None:
        """The asset has no base any more."""
        self._write(
            "DELETE FROM hybrid.applied WHERE environment = %s AND kind = %s AND uuid = %s"
            " AND EXISTS (SELECT 1 FROM held) RETURNING 1",
            self._key(asset_id),
        )

    def start_deployment(self, start: DeploymentStart) -> int:
        """Note that a deployment begins; returns its number."""
        return self._insert(
            "INSERT INTO hybrid.deployment (environment, who, commit_sha, branch, plan, tool_version)"
            " SELECT %s, %s, %s, %s, %s, %s FROM held RETURNING id",
            (self.environment, start.who, start.commit, start.branch, Json(start.plan), start.tool_version),
        )

    def finish_deployment(self, deployment_id: int, outcome: str, summary: dict[str, Any]) -> None:
        """Note how a deployment ended: also one that lost its lease, since nobody else writes this row."""
        with self._doing():
            self._connection.execute(
                "UPDATE hybrid.deployment SET finished_at = clock_timestamp(), outcome = %s, summary = %s"
                " WHERE environment = %s AND id = %s",
                (outcome, Json(summary), self.environment, deployment_id),
            )

    def deployments(self, limit: int = 20) -> tuple[Deployment, ...]:
        """The latest deployments of this environment, newest first."""
        rows = self._read(_DEPLOYMENTS + " WHERE environment = %s ORDER BY id DESC LIMIT %s", (self.environment, limit))
        return tuple(_deployment(row) for row in rows)

    def deployed(self, limit: int = 200) -> tuple[Deployment, ...]:
        """Of the latest deployments that succeeded or wrote some of it, the last one of each commit, newest first."""
        rows = self._read(
            _DEPLOYMENTS + " WHERE environment = %s AND commit_sha IS NOT NULL"
            " AND (outcome = %s OR json_array_length(summary->'written') > 0) ORDER BY id DESC LIMIT %s",
            (self.environment, SUCCEEDED, limit),
        )
        newest: dict[str | None, Deployment] = {}
        for found in map(_deployment, rows):
            newest.setdefault(found.start.commit, found)
        return tuple(newest.values())

    def save_copy(self, asset_id: AssetId, name: str, raw_yaml: str, reason: str, deployment_id: int | None) -> int:
        """Keep a live asset's YAML for good, before it is overwritten; returns the copy's number."""
        return self._insert(
            "INSERT INTO hybrid.saved_copy (environment, kind, uuid, name, raw_yaml, reason, deployment_id)"
            " SELECT %s, %s, %s, %s, %s, %s, %s FROM held RETURNING id",
            (*self._key(asset_id), name, raw_yaml, reason, deployment_id),
        )

    def saved_copies(self, asset_id: AssetId | None = None, *, deployment: int | None = None) -> tuple[SavedCopy, ...]:
        """The saved copies of one asset, or of all, by one deployment, or by all, newest first."""
        kind, uuid = (asset_id.kind.value, asset_id.uuid) if asset_id else (None, None)
        rows = self._read(
            "SELECT id, kind, uuid, name, raw_yaml, reason, deployment_id, saved_at FROM hybrid.saved_copy"
            " WHERE environment = %s AND kind = coalesce(%s, kind) AND uuid = coalesce(%s, uuid)"
            " AND (%s::bigint IS NULL OR deployment_id = %s) ORDER BY id DESC",
            (self.environment, kind, uuid, deployment, deployment),
        )
        return tuple(SavedCopy(row[0], AssetId(Kind(row[1]), row[2]), *row[3:]) for row in rows)

    def saved_copy(self, number: int) -> SavedCopy | None:
        """One saved copy of this environment; None where it has none with this number."""
        rows = self._read(
            "SELECT id, kind, uuid, name, raw_yaml, reason, deployment_id, saved_at FROM hybrid.saved_copy"
            " WHERE environment = %s AND id = %s",
            (self.environment, number),
        )
        return next((SavedCopy(row[0], AssetId(Kind(row[1]), row[2]), *row[3:]) for row in rows), None)

    def _key(self, asset_id: AssetId) -> tuple[str, str, str]:
        return self.environment, asset_id.kind.value, asset_id.uuid

    def _stamps(self) -> list[Stamp]:
        rows = self._read("SELECT environment, base_url, bound_at, bound_by FROM hybrid.stamp", ())
        return [Stamp(*row) for row in rows]

    def _read(self, query: LiteralString, values: Row) -> list[Row]:
        if not self._version:
            return []
        with self._doing():
            return list(self._connection.execute(query, values).fetchall())

    def _write(self, statement: LiteralString, values: Row) -> int | None:
        """Run a write that does nothing unless `held` has a row; the largest number that it returns, if any."""
        proof = () if self._lease is None else (self.environment, self._lease.token)
        with self._doing():
            row = self._connection.execute(while_held(statement, guarded=bool(proof)), (*proof, *values)).fetchone()
        held, returned = row or (0, None)
        if self._lease is not None and not held:
            raise self._lease.lost()
        return None if returned is None else int(returned)

    def _insert(self, statement: LiteralString, values: Row) -> int:
        number = self._write(statement, values)
        if number is None:
            raise RuntimeError(statement)
        return number

    @contextmanager
    def _doing(self) -> Iterator[None]:
        if not self._version:
            raise RuntimeError("this ledger was opened for reading only")
        if self._connection.closed:
            self._connection = connect(self._url)
        try:
            yield
        except psycopg.Error as error:
            raise failure(error, address(self._url)) from None


def _deployment(row: Row) -> Deployment:
    return Deployment(row[0], DeploymentStart(*row[1:6]), *row[6:])
