"""Owns applying exactly a saved plan: refused when base, Git or runtime moved on since."""

from __future__ import annotations

from superset_gitops.core.drift.saved_plan import SavedPlan, moved_on
from superset_gitops.core.stamp import base_key
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.plan import Plan

_NAMED = 8


def refuse_moved(saved: SavedPlan | None, plan: Plan, base_url: str) -> None:
    """Stop where what would be done is not what the plan showed; a run without a saved plan is never stopped.

    Raises:
        ConfigurationError: names what moved on.
    """
    if saved is None:
        return
    again = f"make a new plan and read it: tools/hybrid drift-plan --env {saved.environment} --out FILE"
    if base_key(saved.base_url) != base_key(base_url):
        raise ConfigurationError(
            f"this plan was made for {saved.base_url}, not for {base_url}", where=saved.environment, remedy=again
        )
    moved = list(moved_on(saved, plan))
    if moved:
        more = f"; and {len(moved) - _NAMED} more" if len(moved) > _NAMED else ""
        made = f" (made from commit {saved.commit[:12]})" if saved.commit else ""
        raise ConfigurationError(
            f"the plan{made} is stale: {'; '.join(moved[:_NAMED])}{more}",
            where=saved.environment,
            remedy=f"{again}. Nothing was written",
        )
