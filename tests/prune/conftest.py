"""The world of a deployment, with a second set of assets that can leave Git."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "deploy"))

import between as proxies
from second_set import PruningWorld
from world import Api

COLLEAGUE = ("ann", "ann's own password")


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
def world(tmp_path: Path, superset: Any, postgres: Any, admin: Api) -> PruningWorld:
    admin.delete_all()
    root = tmp_path / "a project"
    root.mkdir()
    user, password = superset.variables["SUPERSET_ADMIN_USER"], superset.variables["SUPERSET_ADMIN_PASS"]
    made = PruningWorld(root, superset.base_url, user, password, postgres.new_database())
    made.copy_of_sources()
    return made


@pytest.fixture
def between(superset: Any) -> Iterator[proxies.Between]:
    with proxies.between(superset.base_url) as proxy:
        yield proxy
