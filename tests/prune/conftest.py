"""The world of a deployment, with a second set of assets that can leave Git."""

from __future__ import annotations

import pytest

from fixtures.second_set import PruningWorld
from fixtures.world import World


@pytest.fixture
def world(world: World) -> PruningWorld:
    return PruningWorld(**vars(world))
