"""The world of a deployment: every test gets an empty Superset, a fresh database and a copy of the sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import between as proxies
import pytest
from world import Api, World

COLLEAGUE = ("ann", "ann's own password")


def credentials(superset: Any) -> tuple[str, str]:
    return superset.variables["SUPERSET_ADMIN_USER"], superset.variables["SUPERSET_ADMIN_PASS"]


@pytest.fixture
def admin(superset: Any) -> Api:
    return Api(superset.base_url, *credentials(superset))


@pytest.fixture
def colleague(superset: Any, admin: Api) -> Api:
    """Somebody else than the deployer."""
    admin.add_user(*COLLEAGUE)
    return Api(superset.base_url, *COLLEAGUE)


@pytest.fixture
def world(tmp_path: Path, superset: Any, postgres: Any, admin: Api) -> World:
    admin.delete_all()
    root = tmp_path / "a project"
    root.mkdir()
    made = World(root, superset.base_url, *credentials(superset), postgres.new_database())
    made.copy_of_sources()
    return made


@pytest.fixture
def between(superset: Any) -> Iterator[proxies.Between]:
    with proxies.between(superset.base_url) as proxy:
        yield proxy
