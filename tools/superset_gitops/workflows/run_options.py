"""Owns what one run of a deployment is asked to do, and where it talks to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from superset_gitops.core.drift import EVERYTHING, Scope
from superset_gitops.core.drift.saved_plan import SavedPlan
from superset_gitops.model.consent import Consent
from superset_gitops.model.policy import Step
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.gate import Say


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where a deployment talks to: marks are results (stdout), progress is for whoever watches (stderr)."""

    say: Say
    progress: Progress


@dataclass(frozen=True, slots=True)
class Options:
    """What one run is asked to do.

    Attributes:
        steps: in the fixed order; None for policy's.
        dry_run: preflight and plan only.
        lease_wait: seconds; None for policy's.
        consent: what a person allowed beyond policy.
        scope: the assets that it is about.
        saved: apply exactly this plan.
        rotate: send connections again with the environment's secrets, also where nothing differs.
        stay_local: what people changed in Superset goes on branches of this repository only, whatever policy says.
    """

    steps: Sequence[Step] | None = None
    dry_run: bool = False
    lease_wait: float | None = None
    consent: Consent = field(default_factory=Consent)
    scope: Scope = EVERYTHING
    saved: SavedPlan | None = None
    rotate: bool = False
    stay_local: bool = False

    def applying(self, saved: SavedPlan) -> Options:
        """The same for exactly this plan: somebody read it, so its size is confirmed; drift still is not."""
        return replace(self, saved=saved, scope=saved.scope, consent=replace(self.consent, confirm=saved.digest))
