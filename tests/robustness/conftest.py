"""Both proxies, and the small world behind them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "deploy"))

from between import Between, between
from small_world import write_sources
from sql_proxy import SqlProxy, sql_proxy
from world import Api, World


@pytest.fixture
def admin(superset: Any) -> Api:
    variables = superset.variables
    return Api(superset.base_url, variables["SUPERSET_ADMIN_USER"], variables["SUPERSET_ADMIN_PASS"])


@pytest.fixture
def http(superset: Any) -> Iterator[Between]:
    with between(superset.base_url) as proxy:
        yield proxy


@pytest.fixture
def sql(postgres: Any) -> Iterator[SqlProxy]:
    with sql_proxy(urlsplit(postgres.url("postgres")).port) as proxy:
        yield proxy


@pytest.fixture
def world(tmp_path: Path, superset: Any, postgres: Any, admin: Api, http: Between) -> World:
    """The small project beside an empty Superset, behind the proxy, and a fresh database."""
    admin.delete_all()
    root = tmp_path / "project"
    write_sources(root)
    data = postgres.new_database()
    names = ("SUPERSET_ADMIN_USER", "SUPERSET_ADMIN_PASS")
    return World(root, http.base_url, *(superset.variables[n] for n in names), data, extra={"SUPERSET_DATA_URL": data})
