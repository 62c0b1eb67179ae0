"""One deployed project for each release, and the table of what was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from fixtures.deployment import COLLEAGUE, credentials
from fixtures.postgres import Postgres
from fixtures.printed_tables import PrintedTable
from fixtures.releases import Seen
from fixtures.second_set import PruningWorld
from fixtures.superset import RunningSuperset
from fixtures.world import Api


@pytest.fixture(scope="module")
def boss(released: RunningSuperset) -> Api:
    """The API as the deployer's own user."""
    return Api(released.base_url, *credentials(released))


@pytest.fixture(scope="module")
def ann(released: RunningSuperset, boss: Api) -> Api:
    """The API as a colleague."""
    boss.add_user(*COLLEAGUE)
    return Api(released.base_url, *COLLEAGUE)


@pytest.fixture(scope="module")
def deployed(
    released: RunningSuperset, boss: Api, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> PruningWorld:
    """The shipped project, deployed once to this release; every test leaves it in sync."""
    boss.delete_all()
    root = tmp_path_factory.mktemp("a project")
    world = PruningWorld(root, released.base_url, *credentials(released), postgres.new_database())
    world.copy_of_sources()
    done = world.deploy()
    assert done.code == 0, done.err
    return world


@pytest.fixture(scope="session")
def table(printed_table: PrintedTable) -> Iterator[dict[str, dict[str, str]]]:
    """Capability → version → what was seen; printed when the run ends."""
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    yield rows
    versions = sorted({version for row in rows.values() for version in row}, reverse=True)
    lines = [f"| | {' | '.join(versions)} |", "|---" * (len(versions) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(row.get(v, 'FAILED') for v in versions)} |" for name, row in rows.items()]
    printed_table("Releases of Superset", "\n".join(lines))


@pytest.fixture
def seen(released: RunningSuperset, table: dict[str, dict[str, str]]) -> Seen:
    """Note what was seen on this release, once it was."""
    return lambda capability, what: table[capability].__setitem__(released.state.superset_version, what)
