"""The world of a deployment, as tests/deploy has it, and one without a Superset for what needs none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "deploy"))

from world import Api, World

COLLEAGUE = ("ann", "ann's own password")


def project_folder(tmp_path: Path) -> Path:
    root = tmp_path / "a project"
    root.mkdir()
    return root


@pytest.fixture
def admin(superset: Any) -> Api:
    variables = superset.variables
    return Api(superset.base_url, variables["SUPERSET_ADMIN_USER"], variables["SUPERSET_ADMIN_PASS"])


@pytest.fixture
def colleague(superset: Any, admin: Api) -> Api:
    """Somebody else than the deployer."""
    admin.add_user(*COLLEAGUE)
    return Api(superset.base_url, *COLLEAGUE)


@pytest.fixture
def world(tmp_path: Path, superset: Any, postgres: Any, admin: Api) -> World:
    admin.delete_all()
    user, password = superset.variables["SUPERSET_ADMIN_USER"], superset.variables["SUPERSET_ADMIN_PASS"]
    made = World(project_folder(tmp_path), superset.base_url, user, password, postgres.new_database())
    made.copy_of_sources()
    return made


@pytest.fixture
def bare_world(tmp_path: Path, postgres: Any) -> World:
    """A project and a database, and an address at which no Superset answers."""
    made = World(project_folder(tmp_path), "http://127.0.0.1:9", "nobody", "nothing", postgres.new_database())
    made.copy_of_sources()
    return made
