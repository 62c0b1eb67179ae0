"""Owns what people ask the ledger directly: its stamp, deployments and assets, and binding it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.model.ledger import Deployment
from superset_gitops.workflows.load_project import load_project
from superset_gitops.workflows.rollback import taken_back
from superset_gitops.workflows.target import Target, find_target

_SHORT = 12  # hex digits of a commit that people can tell apart


def ledger_lines(root: Path, environment: str, environ: Mapping[str, str], deployments: int) -> Iterator[str]:
    """The ledger of one environment, a line at a time.

    Raises:
        HybridError: it cannot be read.
    """
    target = _target(root, environment, environ)
    with Ledger.open(target.ledger_url, environment, create=False) as ledger:
        stamp = ledger.stamp()
        if stamp is None:
            yield f"{environment} was never deployed with this ledger"
            return
        yield f"{environment} is bound to {stamp.base_url} since {stamp.bound_at:%Y-%m-%d %H:%M %Z} by {stamp.bound_by}"
        yield "deployments, newest first:"
        yield from (f"  {_deployment(entry)}" for entry in ledger.deployments(deployments))
        applied = ledger.applied()
        yield f"applied assets: {len(applied)}"
        for key, entry in sorted(applied.items(), key=lambda pair: (pair[0].kind.order, pair[1].template)):
            name = entry.normal_form.get(key.kind.title_field, "")
            commit = (entry.commit or "no commit")[:_SHORT]
            yield f"  {key.kind} {name!r}  {key.uuid}  {commit}  {entry.template}"


def bound_to(root: Path, environment: str, environ: Mapping[str, str]) -> tuple[str | None, str]:
    """The address that the environment is bound to (None: never deployed), and the one that BASE_URL names."""
    target = _target(root, environment, environ)
    with Ledger.open(target.ledger_url, environment, create=False) as ledger:
        stamp = ledger.stamp()
    return (stamp.base_url if stamp else None), target.base_url


def rebind_ledger(root: Path, environment: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Bind the environment to BASE_URL; returns the other environments that were bound to it and are no more."""
    target = _target(root, environment, environ)
    with Ledger.open(target.ledger_url, environment) as ledger:
        return ledger.rebind(target.base_url)


def _target(root: Path, environment: str, environ: Mapping[str, str]) -> Target:
    policy = load_project(root).environment(environment)
    return find_target(root, policy, environ, lambda _: None, start=False)


def _deployment(entry: Deployment) -> str:
    commit = (entry.start.commit or "no commit")[:_SHORT]
    if entry.start.plan.get("uncommitted"):
        commit += "+uncommitted changes"
    if taken_back(entry):
        commit += f", back from {taken_back(entry)}"
    branch = f" ({entry.start.branch})" if entry.start.branch else ""
    written = len((entry.summary or {}).get("written", []))
    outcome = entry.outcome or "running, or killed"
    return (
        f"{entry.id}  {entry.started_at:%Y-%m-%d %H:%M:%S %Z}  {outcome}  {entry.start.who}  {commit}{branch}  "
        f"{written} asset{'' if written == 1 else 's'} written"
    )
