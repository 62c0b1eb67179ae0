"""`hybrid db-sync` as people and scripts call it: output, exit codes, the stamp, the lease."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

import superset_gitops
from fixtures.free_port import free_port
from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.edges.postgres.ledger import Ledger

ROOT = Path(__file__).parents[2]
RUN = "from superset_gitops.cli.main import run; run()"


@dataclass
class Command:
    """A copy of this project, and `db-sync` in it."""

    root: Path
    url: str

    def __call__(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        environ = {**kept, "PYTHONPATH": str(Path(superset_gitops.__file__).parents[1]), "POSTGRES_URL": self.url}
        return subprocess.run(
            [sys.executable, "-c", RUN, "db-sync", *arguments],
            cwd=self.root,
            env=environ | variables,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )


@pytest.fixture
def command(tmp_path: Path, url: str) -> Command:
    root = tmp_path / "a project"
    root.mkdir()
    shutil.copy(ROOT / "policy.yaml", root)
    shutil.copytree(ROOT / "db", root / "db")
    (root / "superset_assets/environments").mkdir(parents=True)
    for name in ("dev", "staging", "prod"):
        (root / f"superset_assets/environments/{name}.yaml").write_text("title: Births\n")
    return Command(root, url)


def _tables(url: str) -> int:
    query = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else -1


def test_looking_writes_nothing_and_status_says_what_is_pending(command: Command) -> None:
    status, dry_run = command("--status"), command("--dry-run")
    assert (status.returncode, dry_run.returncode) == (6, 0)
    assert "pending  db/migrations/001_create_examples_schema.sql" in status.stdout
    assert "would run db/seed/001_birth_names_sample.sql (pending, 5 statements, in one transaction)" in dry_run.stdout
    assert _tables(command.url) == 0


def test_it_runs_once_and_leaves_no_lease(command: Command) -> None:
    first, second, status = command(), command(), command("--status", "--format", "json")
    assert first.stdout.splitlines()[-1] == second.stdout.splitlines()[-1] == "✅ DB_SYNC_OK"
    assert second.stdout.startswith("nothing to do: 3 files applied before")
    assert status.returncode == 0
    assert {file["state"] for file in json.loads(status.stdout)["files"]} == {"applied"}
    with psycopg.connect(command.url) as connection:
        assert connection.execute("SELECT count(*) FROM hybrid.lease").fetchone() == (0,)


def test_two_at_once_both_succeed_and_run_each_file_once(command: Command) -> None:
    (command.root / "db/migrations/003_slow.sql").write_text("CREATE TABLE slow (a int); SELECT pg_sleep(1);")
    with ThreadPoolExecutor() as pool:
        results = [run.result() for run in [pool.submit(command), pool.submit(command)]]
    assert [result.returncode for result in results] == [0, 0]
    assert sum(result.stdout.count("applied db/migrations/003_slow.sql") for result in results) == 1


def test_a_broken_file_ends_with_1_and_its_place_on_stdout(command: Command) -> None:
    (command.root / "db/migrations/003_broken.sql").write_text("SELECT 1;\nSELEC 2;\n")
    result = command()
    assert result.returncode == 1
    assert 'db/migrations/003_broken.sql:2:1: [error] syntax error at or near "SELEC"' in result.stdout
    (command.root / "db/migrations/003_broken.sql").write_text("COMMIT;\n")
    assert command("--dry-run").returncode == 1


def test_strict_environments_fail_where_dev_warns_and_accept_is_the_way_out(command: Command) -> None:
    command()
    (command.root / "db/migrations/002_create_birth_names.sql").unlink()
    warned, strict = command(), command("--env", "prod")
    assert (warned.returncode, "(sql-unknown)" in warned.stderr) == (0, True)
    assert (strict.returncode, "(sql-unknown)" in strict.stdout) == (1, True)
    assert "--accept db/migrations/002_create_birth_names.sql" in strict.stdout
    assert command("--accept", "db/migrations/002_create_birth_names.sql").returncode == 0
    assert command("--env", "prod").returncode == 0


def test_an_edited_migration_fails_in_dev_too(command: Command) -> None:
    command()
    edited = command.root / "db/migrations/002_create_birth_names.sql"
    edited.write_text(edited.read_text() + "-- more\n")
    assert command().returncode == 1
    assert command("--accept", "db/migrations/002_create_birth_names.sql").returncode == 0
    assert command().returncode == 0


def test_the_wrong_environment_is_refused(command: Command) -> None:
    with Ledger.open(command.url, "prod") as ledger:
        ledger.bind("https://bi.example.com")
    result = command("--env", "dev")
    assert result.returncode == 2
    assert "this database belongs to environment prod, not to dev" in result.stderr
    assert command("--env", "prod", "--status").returncode == 6
    assert command("--env", "prod", BASE_URL="http://localhost:8088").returncode == 2


def test_the_environment_s_own_variable_wins(command: Command) -> None:
    assert (
        command("--status", POSTGRES_URL="postgresql://u@127.0.0.1:1/x", POSTGRES_URL_DEV=command.url).returncode == 6
    )


def test_a_held_lease_ends_with_3_and_names_the_holder(command: Command) -> None:
    with Lease.acquire(command.url, "dev", "bob@build, process 7", 0, print):
        result = command("--lease-wait", "0.1")
    assert result.returncode == 3
    assert "bob@build, process 7" in result.stderr


def test_a_wrong_password_fails_at_once_and_a_dead_server_after_retries(command: Command) -> None:
    wrong = command(POSTGRES_URL=command.url.replace(":secret", ":wrong-secret"))
    dead = command(POSTGRES_URL=f"postgresql://owner:wrong-secret@127.0.0.1:{free_port()}/x")
    assert (wrong.returncode, dead.returncode) == (3, 3)
    assert "again in" not in wrong.stderr
    assert "tried 3 times" in dead.stderr
    assert "secret" not in wrong.stderr + wrong.stdout + dead.stderr + dead.stdout


def test_what_excludes_each_other_is_a_usage_error(command: Command) -> None:
    assert command("--status", "--dry-run").returncode == 2
