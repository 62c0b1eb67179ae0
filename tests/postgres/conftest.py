"""The PostgreSQL tests' fixtures: a small project on a fresh database, and pgbouncer where it can be found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.postgres import Postgres

from .pgbouncer import Pooler, find_pgbouncer
from .project import SqlProject


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
def project(tmp_path: Path, url: str) -> SqlProject:
    return SqlProject(tmp_path, url)


@pytest.fixture(scope="session")
def pooler(postgres: Postgres, run_folder: Path) -> Iterator[Pooler]:
    """pgbouncer in transaction mode, with two server connections for each database."""
    program = find_pgbouncer()
    if program is None:
        pytest.skip("pgbouncer is not installed (apt-get install pgbouncer)")
    running = Pooler(program, postgres.url("postgres"), run_folder / "pgbouncer")
    yield running
    running.remove()


@pytest.fixture
def pooled(tmp_path: Path, url: str, pooler: Pooler) -> SqlProject:
    return SqlProject(tmp_path, pooler.url(url))
