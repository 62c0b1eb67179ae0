"""What a plan shows of a project that the browser works on."""

from __future__ import annotations

import json
from typing import Any

from fixtures.world import World


def moved(world: World) -> list[dict[str, Any]]:
    """The plan's items that are not in sync."""
    plan = json.loads(world.run("hybrid", "drift-plan", "--format", "json").out)
    return [item for item in plan["items"] if item["state"] != "in_sync"]
