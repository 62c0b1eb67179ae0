"""Owns a project of two databases with secrets, and ways to see what Superset has stored of them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from fixtures.postgres import say
from fixtures.superset import RunningSuperset
from fixtures.world import Api, World
from superset_gitops.bootstrap import locate
from superset_gitops.edges.sandbox.state import METADATA_DATABASE, METADATA_ROLE
from superset_gitops.edges.sandbox.superset_release import superset_environment

WAREHOUSE = "superset_assets/templates/databases/warehouse.yaml.j2"
FAR = "superset_assets/templates/databases/far.yaml.j2"
KEY_PASSWORD = "key + password & so on"
_FILES = {
    "policy.yaml": """\
db: {mode: migrations_and_seed, migrations_dir: db/migrations, seed_dir: db/seed}
apply:
  dev: {mode: overwrite_git_wins, drift_gate: warn}
export: {format: superset_cli_yaml}
deploy: {mode: script_with_retry, steps: [apply_assets, drift_check]}
""",
    "superset_assets/environments/dev.yaml": "what: dev\n",
    WAREHOUSE: """\
database_name: Warehouse
uuid: 3c9a6a0e-35a5-4d5e-9a5e-7a0f7d1e0001
sqlalchemy_uri: postgresql://${WAREHOUSE_USER}:${WAREHOUSE_PASSWORD}@127.0.0.1:${WAREHOUSE_PORT}/${WAREHOUSE_NAME}?sslpassword=${WAREHOUSE_KEY_PASSWORD}
expose_in_sqllab: true
cache_timeout: 1
encrypted_extra: '{"connect_args": {"application_name": "${CLIENT_SECRET}", "connect_timeout": 5}}'
""",
    FAR: """\
database_name: Far
uuid: 3c9a6a0e-35a5-4d5e-9a5e-7a0f7d1e0002
sqlalchemy_uri: postgresql://far@127.0.0.1:9/d
password: ${FAR_PASSWORD}
cache_timeout: 1
ssh_tunnel:
  server_address: 127.0.0.1
  server_port: 9
  username: me
  private_key: ${FAR_KEY}
  private_key_password: ${FAR_KEY_PASSWORD}
""",
}
# The metadata's columns are encrypted by Superset's own library and key: it reads them, too.
_DECRYPT = """
import json, sys
from sqlalchemy_utils.types.encrypted.encrypted_type import AesEngine
key, values = json.load(sys.stdin)
engine = AesEngine()
engine._update_key(key)
engine._set_padding_mechanism(None)
json.dump([None if value is None else engine.decrypt(value) for value in values], sys.stdout)
"""


@dataclass
class SecretWorld(World):
    """The project beside a Superset, and every word that the tools ever said."""

    superset: RunningSuperset | None = None
    server: Path = Path("nowhere")  # the folder of the server, with its logs
    role: str = field(default_factory=lambda: f"reader_{uuid4().hex[:8]}")
    heard: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def write(self) -> None:
        for name, text in _FILES.items():
            file = self.root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def role_password(self, password: str) -> None:
        """What PostgreSQL takes from now on."""
        self.known.add(password)
        [(exists,)] = self.sql(f"SELECT count(*) FROM pg_roles WHERE rolname = '{self.role}'")
        self.sql(f"{'ALTER' if exists else 'CREATE'} ROLE {self.role} LOGIN PASSWORD '{password}'")

    def with_secrets(self, *arguments: str, tool: str = "deploy", code: int = 0, **secrets: str) -> str:
        """Run a tool with these secrets, and no other; what it said on stderr."""
        self.known |= {KEY_PASSWORD, *secrets.values()}
        place = psycopg.conninfo.conninfo_to_dict(self.database)
        where = {
            "WAREHOUSE_USER": self.role,
            "WAREHOUSE_PORT": str(place["port"]),
            "WAREHOUSE_NAME": str(place["dbname"]),
            "WAREHOUSE_KEY_PASSWORD": KEY_PASSWORD,
        }
        done = self.run(tool, *(arguments if tool == "hybrid" else ("dev", *arguments)), **where, **secrets)
        self.heard += [done.out, done.err]
        assert done.code == code, done.out + done.err
        return done.err

    def metadata(self, query: str) -> list[tuple[Any, ...]]:
        assert self.superset is not None
        state = self.superset.state
        url = state.url(METADATA_ROLE, state.credentials.metadata, METADATA_DATABASE)
        with psycopg.connect(url) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload]

    def stored(self, table: str, *columns: str) -> dict[str, str | None]:
        """What Superset has stored in these encrypted columns of the table's one row of ours."""
        assert self.superset is not None
        mine = {
            "dbs": "database_name = 'Warehouse'",
            "ssh_tunnels": "database_id = (SELECT id FROM dbs WHERE database_name = 'Far')",
        }
        [row] = self.metadata(f"SELECT {', '.join(columns)} FROM {table} WHERE {mine[table]}")
        values = [bytes(value).decode() if isinstance(value, bytes | memoryview) else value for value in row]
        python = locate.python_of(str(superset_environment(self.superset.state.superset_version, say)))
        asked = json.dumps([self.superset.state.credentials.secret_key, values])
        done = subprocess.run([python, "-c", _DECRYPT], input=asked, capture_output=True, text=True, check=True)
        return dict(zip(columns, json.loads(done.stdout), strict=True))

    def stored_address(self) -> str:
        [(address,)] = self.metadata("SELECT sqlalchemy_uri FROM dbs WHERE database_name = 'Warehouse'")
        return str(address)

    def queries(self, admin: Api) -> bool:
        """Whether Superset can run a query with the password that it has stored."""
        row = admin.by_name("database", "Warehouse")
        query = {"database_id": row["id"], "sql": "SELECT 1 AS one", "runAsync": False, "client_id": uuid4().hex[:10]}
        answer = admin.session.post(f"{admin.base_url}/api/v1/sqllab/execute/", json=query, timeout=60)
        if not answer.ok:
            assert "is incorrect" in answer.text, answer.text
            return False
        assert answer.json()["data"] == [{"one": 1}]
        return True

    def everything_said_and_kept(self) -> dict[str, str]:
        """Output, the ledger's tables, all files of the project (exports, saved plans), and the server's logs."""
        kept = {f"output {number}": text for number, text in enumerate(self.heard)}
        for (name,) in self.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'hybrid'"):
            kept[f"hybrid.{name}"] = str(self.sql(f"SELECT t::text FROM hybrid.{name} t"))
        for file in (file for top in (self.root, self.server / "logs") for file in top.rglob("*") if file.is_file()):
            kept[str(file)] = file.read_bytes().decode(errors="replace")
        return kept

    @staticmethod
    def key(name: str) -> str:
        """A private key's text, with what a form field or a JSON text could stumble over."""
        return f'-----BEGIN OPENSSH PRIVATE KEY-----\n{name}"\\/+=\n-----END OPENSSH PRIVATE KEY-----\n'
