"""Owns the summary at a deployment's end: what was written, how long each step took, where the dashboards are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from superset_gitops.core import settings
from superset_gitops.errors import PartlyApplied
from superset_gitops.model.asset import Kind
from superset_gitops.workflows.apply import Applied, named
from superset_gitops.workflows.prune import Pruned
from superset_gitops.workflows.survey import Survey
from superset_gitops.workflows.target import Target

_DASHBOARDS_SHOWN = 5


@dataclass(slots=True)
class Summary:
    """Filled in as the steps are done."""

    files: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    saved_copies: list[int] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)  # to which databases which were sent, never their values
    dashboards: list[tuple[str, str]] = field(default_factory=list)  # (title, slug or uuid)
    branches: list[str] = field(default_factory=list)  # those that have what was changed in Superset
    seconds: dict[str, float] = field(default_factory=dict)

    def take(self, done: Applied, found: Survey) -> None:
        """Note an apply's results."""
        self.written = list(named(done.written))
        self.saved_copies = list(done.saved)
        self.secrets = list(done.secrets)
        mine = [found.sent(item.id, found.live) for item in found.plan.items if item.desired is not None]
        self.dashboards = [
            (want.asset.name, str(want.normal["slug"] or want.asset.id.uuid))
            for want in mine
            if want.asset.id.kind is Kind.DASHBOARD
        ]

    def take_pruned(self, done: Pruned) -> None:
        """Note a prune's results."""
        self.deleted = list(named(done.deleted))
        self.saved_copies += done.saved

    def take_partly(self, error: PartlyApplied) -> None:
        """Note what was done before it stopped."""
        self.written += [name for name in error.written if name not in self.written]
        self.deleted += [name for name in error.deleted if name not in self.deleted]

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Note how long a step takes, also one that fails."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[step] = time.monotonic() - begun

    def data(self) -> dict[str, Any]:
        """What the ledger keeps of it."""
        return {
            "files": self.files,
            "written": self.written,
            "deleted": self.deleted,
            "saved_copies": self.saved_copies,
            "secrets_sent": self.secrets,
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }


def summary_lines(summary: Summary, target: Target, seconds: float) -> Iterator[str]:
    """A few lines for whoever deployed."""
    base_url = target.base_url.rstrip("/")
    steps = ", ".join(f"{name} {value:.1f} s" for name, value in summary.seconds.items())
    yield f"done in {seconds:.1f} s ({steps})" if steps else f"done in {seconds:.1f} s"
    yield f"  SQL files run: {len(summary.files)}; assets written: {len(summary.written)}"
    if summary.deleted:
        yield f"  assets deleted, which Git no longer names: {len(summary.deleted)}"
    for number in summary.saved_copies:
        yield f"  kept what Git overwrote or deleted: tools/hybrid saved show {number} --env {target.environment}"
    for title, name in summary.dashboards[:_DASHBOARDS_SHOWN]:
        yield f"  {title}: {base_url}/superset/dashboard/{quote(name, safe='')}/"
    more = len(summary.dashboards) - _DASHBOARDS_SHOWN
    if more > 0:
        yield f"  and {more} more dashboards: {base_url}/dashboard/list/"
    if target.sandboxed:
        user = target.variables[settings.ADMIN_USER]
        yield f"  log in as {user}; the password is in: tools/sandbox env --env {target.environment}"
