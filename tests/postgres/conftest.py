"""The PostgreSQL tests' fixtures: one server, fresh databases, pgbouncer where it can be found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .pgbouncer import Pooler, find_pgbouncer
from .project import SqlProject
from .server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.remove()


@pytest.fixture
def url(server: Server) -> str:
    return server.new_database()


@pytest.fixture
def project(tmp_path: Path, url: str) -> SqlProject:
    return SqlProject(tmp_path, url)


@pytest.fixture(scope="session")
def pooler(server: Server) -> Iterator[Pooler]:
    """pgbouncer in transaction mode, with a single server connection for each database."""
    program = find_pgbouncer()
    if program is None:
        pytest.skip("pgbouncer is not installed (apt-get install pgbouncer)")
    running = Pooler(program, server)
    yield running
    running.remove()


@pytest.fixture
def pooled(tmp_path: Path, url: str, pooler: Pooler) -> SqlProject:
    return SqlProject(tmp_path, pooler.url(url))
