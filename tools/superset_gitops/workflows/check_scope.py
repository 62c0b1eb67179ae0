"""Owns what a partial scope may not leave out: what its assets need and Superset does not have yet."""

from __future__ import annotations

from superset_gitops.core.drift import unmet_needs
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.plan import Plan

_NAMED = 5


def refuse_unmet(plan: Plan) -> None:
    """Stop where the import would fail, or leave a dashboard without its charts.

    Raises:
        ConfigurationError: names each asset with what it needs, and how to take that in.
    """
    unmet = list(unmet_needs(plan))
    if not unmet:
        return
    named = "; ".join(
        f"{item.id.kind} {item.name!r} needs {need.id.kind} {need.name!r}" for item, need in unmet[:_NAMED]
    )
    options = " ".join(dict.fromkeys(f"--asset {need.id.uuid}" for _, need in unmet[:_NAMED]))
    raise ConfigurationError(
        f"out of scope, but not in Superset yet: {named}{' …' if len(unmet) > _NAMED else ''}",
        where=plan.environment,
        remedy=f"take them in ({options}), or a dashboard with all that it needs (--dashboard NAME)",
    )
