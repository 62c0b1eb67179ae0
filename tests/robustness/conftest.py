"""Both proxies, and the small world behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from small_world import write_sources
from sql_proxy import SqlProxy, sql_proxy

from fixtures.between import Between
from fixtures.postgres import Postgres
from fixtures.world import World


@pytest.fixture
def http(between: Between) -> Between:
    return between


@pytest.fixture
def sql(postgres: Postgres) -> Iterator[SqlProxy]:
    with sql_proxy(urlsplit(postgres.url("postgres")).port) as proxy:
        yield proxy


@pytest.fixture
def world(empty_world: World, http: Between) -> World:
    """The small project behind the HTTP proxy; its data is in the same database as its ledger."""
    write_sources(empty_world.root)
    return replace(empty_world, base_url=http.base_url, extra={"SUPERSET_DATA_URL": empty_world.database})
