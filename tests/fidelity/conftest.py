"""The shipped project, deployed once for each file of tests that a browser works in."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.deployment import deployed_once
from fixtures.world import World


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, superset: Any, postgres: Any) -> World:
    """One deployment for all of them: they leave it in sync."""
    return deployed_once(tmp_path_factory.mktemp("a project"), superset, postgres)
