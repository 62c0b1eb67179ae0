"""A GitHub of each test's own; what a test did with it agreed with GitHub's description, or the test fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "deploy"))

from github_server import PERSON, TOKEN, GitHubServer, serve
from world import Api, World


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    server = GitHubServer(tokens={TOKEN: None, PERSON: "ada"}, pulls={12})
    with serve(server):
        yield server
    assert server.violations == []


@pytest.fixture
def admin(superset: Any) -> Api:
    variables = superset.variables
    return Api(superset.base_url, variables["SUPERSET_ADMIN_USER"], variables["SUPERSET_ADMIN_PASS"])


@pytest.fixture
def world(tmp_path: Path, superset: Any, postgres: Any, admin: Api) -> World:
    admin.delete_all()
    root = tmp_path / "boards"
    root.mkdir()
    user, password = superset.variables["SUPERSET_ADMIN_USER"], superset.variables["SUPERSET_ADMIN_PASS"]
    return World(root, superset.base_url, user, password, postgres.new_database())
