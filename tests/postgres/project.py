"""Owns a small project of SQL files and the database that it is synced to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from superset_gitops.edges.files.sql import read_sql_files
from superset_gitops.edges.postgres.database import SqlDatabase
from superset_gitops.model.policy import DbMode, DbPolicy, Gate
from superset_gitops.model.sql import SyncPlan, SyncReport
from superset_gitops.workflows import db_sync

LENIENT = DbPolicy(
    mode=DbMode.MIGRATIONS_AND_SEED,
    migrations_dir="db/migrations",
    seed_dir="db/seed",
    edited=Gate.WARN,
    unknown=Gate.WARN,
    out_of_order=Gate.WARN,
)
STRICT = replace(LENIENT, edited=Gate.FAIL, unknown=Gate.FAIL, out_of_order=Gate.FAIL)


@dataclass
class SqlProject:
    root: Path
    url: str
    policy: DbPolicy = LENIENT
    table: str = "public.schema_migrations"
    told: list[str] = field(default_factory=list)

    def write(self, path: str, text: str | bytes) -> Path:
        place = self.root / "db" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        return place

    def migration(self, name: str, text: str | bytes) -> Path:
        return self.write(f"migrations/{name}.sql", text)

    def seed(self, name: str, text: str | bytes) -> Path:
        return self.write(f"seed/{name}.sql", text)

    @property
    def database(self) -> SqlDatabase:
        return SqlDatabase(self.url, actor="ada@laptop", table=self.table)

    def sync(self, policy: DbPolicy | None = None) -> SyncReport:
        policy = policy or self.policy
        files = read_sql_files(self.root, policy)
        return db_sync.sync(files, policy, self.database, self.told.append, lambda: None)

    def plan(self, policy: DbPolicy | None = None) -> SyncPlan:
        policy = policy or self.policy
        return db_sync.plan_sync(read_sql_files(self.root, policy), policy, self.database)

    def states(self) -> dict[str, str]:
        return {planned.path.removeprefix("db/"): planned.state.value for planned in self.plan().files}

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def value(self, query: str) -> object:
        return self.rows(query)[0][0]
