"""A project of its own, a database of its own and a real Superset, as a deployer and a colleague see them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import requests

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("policy.yaml", "superset_assets", "db")


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass
class World:
    """One project beside one Superset and one database."""

    root: Path
    base_url: str
    user: str
    password: str
    database: str
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        ours = {
            "BASE_URL": self.base_url,
            "SUPERSET_ADMIN_USER": self.user,
            "SUPERSET_ADMIN_PASS": self.password,
            "POSTGRES_URL": self.database,
            "HYBRID_PROJECT": str(self.root),
        }
        return {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | ours | self.extra

    def run(self, tool: str, *arguments: str, **extra: str) -> Done:
        """Run one of `tools/` on this project."""
        done = subprocess.run(
            [str(ROOT / "tools" / tool), *arguments],
            check=False,
            cwd=self.root,
            env=self.environ | extra,
            capture_output=True,
            text=True,
            timeout=300,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def deploy(self, environment: str = "dev", *arguments: str, **extra: str) -> Done:
        return self.run("deploy", environment, *arguments, **extra)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a source file that has it exactly once."""
        file = self.root / path
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new))

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.com")
        return subprocess.run(
            ["git", *identity, *arguments], cwd=self.root, env=self.environ, capture_output=True, text=True, check=True
        ).stdout.strip()

    def publish(self) -> None:
        """Make the project a repository whose main is pushed: what strict environments ask for."""
        bare = self.root.parent / "origin.git"
        self.git("init", "-q", "-b", "main")
        self.git("init", "-q", "--bare", str(bare))
        self.git("remote", "add", "origin", str(bare))
        self.push()

    def push(self) -> None:
        """Commit and push everything."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "Change the sources")
        self.git("push", "-q", "origin", "main")

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(query)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def copy_of_sources(self) -> None:
        for name in SOURCES:
            source = ROOT / name
            if source.is_dir():
                ignore = shutil.ignore_patterns("bundles", "__pycache__")
                shutil.copytree(source, self.root / name, ignore=ignore)
            else:
                shutil.copy2(source, self.root / name)


class Api:
    """Superset's REST API as one of its users, independent of the client under test."""

    def __init__(self, base_url: str, user: str, password: str) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"
        proof = {"username": user, "password": password, "provider": "db", "refresh": True}
        token = self.session.post(f"{base_url}/api/v1/security/login", json=proof, timeout=60).json()["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        csrf = self.session.get(f"{base_url}/api/v1/security/csrf_token/", timeout=60).json()["result"]
        self.session.headers["X-CSRFToken"] = csrf

    def request(self, method: str, path: str, **options: Any) -> Any:
        answer = self.session.request(method, f"{self.base_url}/api/v1/{path}", timeout=120, **options)
        answer.raise_for_status()
        return answer.json()

    def rows(self, kind: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            page = self.request("GET", f"{kind}/?q=(page_size:100,page:{len(rows) // 100})")["result"]
            rows += page
            if len(page) < 100:
                return rows

    def by_name(self, kind: str, name: str) -> dict[str, Any]:
        titles = {"chart": "slice_name", "dashboard": "dashboard_title", "dataset": "table_name"}
        found = [row for row in self.rows(kind) if row[titles.get(kind, "database_name")] == name]
        assert len(found) == 1, f"{len(found)} {kind}s are named {name!r}"
        return found[0]

    def changed_on(self) -> dict[tuple[str, int], str]:
        """When each asset was last written, as Superset says it."""
        return {
            (kind, row["id"]): str(
                row.get("changed_on_utc") or row.get("changed_on") or row["changed_on_delta_humanized"]
            )
            for kind in ("database", "dataset", "chart", "dashboard")
            for row in self.rows(kind)
        }

    def chart_params(self, name: str) -> dict[str, Any]:
        row = self.by_name("chart", name)
        params: dict[str, Any] = json.loads(self.request("GET", f"chart/{row['id']}")["result"]["params"])
        return params

    def edit_chart(self, name: str, **params: Any) -> None:
        """Save a chart with some parameters changed."""
        row = self.by_name("chart", name)
        changed = self.chart_params(name) | params
        self.request("PUT", f"chart/{row['id']}", json={"params": json.dumps(changed)})

    def delete_all(self) -> None:
        """Empty the four managed kinds."""
        for kind in ("dashboard", "chart", "dataset"):
            ids = [row["id"] for row in self.rows(kind)]
            if ids:
                self.request("DELETE", f"{kind}/?q=!({','.join(map(str, ids))})")
        for row in self.rows("database"):
            self.request("DELETE", f"database/{row['id']}")

    def add_user(self, name: str, password: str) -> None:
        """An administrator by this name, unless there is one."""
        filters = f"(filters:!((col:username,opr:eq,value:{name})))"
        if self.request("GET", f"security/users/?q={filters}")["count"]:
            return
        roles = self.request("GET", "security/roles/?q=(filters:!((col:name,opr:eq,value:Admin)))")["ids"]
        person = {"username": name, "first_name": name.title(), "last_name": "Lee", "email": f"{name}@example.com"}
        self.request("POST", "security/users/", json=person | {"password": password, "active": True, "roles": roles})
