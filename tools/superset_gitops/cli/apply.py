"""Owns `hybrid apply`: the gate and the apply step of a deployment, alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from superset_gitops.cli.colour import colour_option
from superset_gitops.cli.consent import consent_options
from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root
from superset_gitops.cli.rotation import rotation_option
from superset_gitops.cli.scope import scope_options

if TYPE_CHECKING:
    from superset_gitops.core.drift import Scope
    from superset_gitops.core.drift.saved_plan import SavedPlan
    from superset_gitops.model.consent import Consent


@click.command("apply")
@click.option("--env", "environment", help="The environment to write to  [default: dev, or the plan's].")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Apply exactly this plan of `drift-plan --out FILE`; refused when Git, Superset or the ledger moved on.",
)
@click.option("--dry-run", is_flag=True, help="Print the plan; write nothing.")
@click.option(
    "--lease-wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="How long to wait while somebody else deploys  [default: policy's deploy.lease_wait, 600].",
)
@rotation_option
@scope_options
@consent_options
@colour_option
@click.pass_context
def command(
    ctx: click.Context,
    environment: str | None,
    plan_file: Path | None,
    *,
    dry_run: bool,
    lease_wait: float | None,
    rotate: bool,
    scope: Scope,
    consent: Consent,
) -> int:
    """Apply what differs to a running Superset: databases, datasets, charts, dashboards.

    Like `tools/deploy` without the database sync: drifted assets are saved to the ledger and overwritten, or stop it,
    as policy.yaml says for the environment.

    With --plan, a person who read the plan has confirmed its size and its deletions; drift in it still needs
    --overwrite-drift where policy says fail, and whatever somebody saves in Superset meanwhile stops it.
    """
    from superset_gitops.model.policy import Step
    from superset_gitops.workflows.deploy import deploy
    from superset_gitops.workflows.run_options import Options, Outlets

    options = Options(
        steps=(Step.APPLY_ASSETS,), dry_run=dry_run, lease_wait=lease_wait, consent=consent, scope=scope, rotate=rotate
    )
    if plan_file is not None:
        if not scope.everything or consent.confirm or consent.no_prune or rotate:
            raise click.UsageError("--plan says what is applied: it does not go with --asset, --dashboard, --confirm, "
                                   "--no-prune, --rotate-secrets")  # fmt: skip
        options = options.applying(_read(plan_file))
    planned = options.saved.environment if options.saved else None
    if planned and environment not in (None, planned):
        raise click.UsageError(f"the plan is {planned}'s, not {environment}'s")
    deploy(project_root(ctx), environment or planned or "dev", os.environ, Outlets(say, progress), options)
    return 0


def _read(file: Path) -> SavedPlan:
    from superset_gitops.core.report.saved_plan import read_saved_plan

    return read_saved_plan(file.read_text(encoding="utf-8", errors="replace"), str(file))
