"""The server under test, and clients of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faulty_proxy import FaultyProxy, faulty_proxy
from running_superset import QUICK, Server, generous_superset

from fixtures.superset import RunningSuperset
from superset_gitops.edges.sandbox.state import METADATA_DATABASE, METADATA_ROLE
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.credentials import Credentials
from superset_gitops.model.asset import Kind


@pytest.fixture(scope="session")
def server(superset: RunningSuperset) -> Server:
    return server_at(superset.base_url, superset)


@pytest.fixture(scope="session")
def generous(superset: RunningSuperset, run_folder: Path) -> Iterator[Server]:
    """The same Superset once more, with what a sandbox lacks: API keys, SSH tunnels, and tokens that live 3 seconds."""
    with generous_superset(superset, run_folder / "generous") as base_url:
        yield server_at(base_url, superset)


def server_at(base_url: str, superset: RunningSuperset) -> Server:
    names = ("SUPERSET_ADMIN_USER", "SUPERSET_ADMIN_PASS", "SUPERSET_DATA_URL")
    metadata = superset.state.url(METADATA_ROLE, superset.state.credentials.metadata, METADATA_DATABASE)
    return Server(base_url, *(superset.variables[name] for name in names), metadata)


@pytest.fixture(scope="module")
def left_as_found(server: Server) -> Iterator[None]:
    """Delete what a module's tests made: the server is everybody's, and a full one is slow to export."""
    with SupersetClient(server.base_url, server.login) as admin:
        before = admin.changes().keys()
        yield
        made = {key: change.id for key, change in admin.changes().items() if key not in before}
        for kind in reversed(Kind):
            ids = [numeric_id for key, numeric_id in made.items() if key.kind is kind]
            if kind is Kind.DATABASE:
                for numeric_id in ids:
                    admin.delete(kind, numeric_id)
            for start in range(0, len(ids) if kind is not Kind.DATABASE else 0, 100):
                bulk = ",".join(map(str, ids[start : start + 100]))
                url = f"{server.base_url}/api/v1/{kind.value}/"
                server.api().delete(url, params={"q": f"!({bulk})"}, timeout=60).raise_for_status()


@pytest.fixture
def connect(server: Server, left_as_found: None) -> Iterator[Callable[..., SupersetClient]]:
    clients = []

    def make(base_url: str = "", credentials: Credentials | None = None, **more: object) -> SupersetClient:
        retries = more.pop("retries", QUICK)
        client = SupersetClient(base_url or server.base_url, credentials or server.login, retries=retries, **more)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def client(server: Server, left_as_found: None) -> Iterator[SupersetClient]:
    with SupersetClient(server.base_url, server.login, retries=QUICK) as made:
        yield made


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultyProxy]:
    with faulty_proxy(server.base_url) as made:
        yield made
