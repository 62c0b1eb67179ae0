"""A world without a Superset, for what needs none."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.postgres import Postgres
from fixtures.world import World


@pytest.fixture
def bare_world(project_folder: Path, postgres: Postgres) -> World:
    """A project and a database, and an address at which no Superset answers."""
    made = World(project_folder, "http://127.0.0.1:9", "nobody", "nothing", postgres.new_database())
    made.copy_of_sources()
    return made
