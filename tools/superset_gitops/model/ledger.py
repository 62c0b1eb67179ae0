"""Owns the ledger's values: what was last applied, deployments, saved copies, and the stamp."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from superset_gitops.model.asset import AssetId, Document

SUCCEEDED = "ok"  # the outcome of a deployment that came to its end


@dataclass(frozen=True, slots=True)
class Stamp:
    """The one Superset that an environment is bound to."""

    environment: str
    base_url: str
    bound_at: datetime
    bound_by: str


@dataclass(frozen=True, slots=True)
class Applied:
    """One asset as it was last applied and verified: the base of the three-way comparison.

    Attributes:
        normal_form: what the runtime showed after the apply.
        digest: of the normal form, as the caller computed it.
        commit: what was deployed; None outside a repository.
        template: where the asset came from, relative to the project's root.
        deployment_id: the deployment that applied it; None where the base was restored otherwise.
        changed_on: the runtime's own change date at that time, as it wrote it; None where it said none.
    """

    normal_form: Document = field(repr=False)
    digest: str
    commit: str | None
    template: str
    deployment_id: int | None
    applied_at: datetime
    changed_on: str | None = None


@dataclass(frozen=True, slots=True)
class DeploymentStart:
    """What is known when a deployment begins; `plan` is JSON without secrets."""

    who: str
    commit: str | None
    branch: str | None
    plan: dict[str, Any]
    tool_version: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment; `outcome` is None while it runs, and for ever where it was killed."""

    id: int
    start: DeploymentStart
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    summary: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class SavedCopy:
    """The raw live YAML of an asset, kept before Git overwrote or deleted it."""

    id: int
    asset: AssetId
    name: str
    raw_yaml: str = field(repr=False)
    reason: str
    deployment_id: int | None
    saved_at: datetime
