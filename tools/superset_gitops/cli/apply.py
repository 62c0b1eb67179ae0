"""Owns `hybrid apply`: the gate and the apply step of a deployment, alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from superset_gitops.cli.consent import consent_options
from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root

if TYPE_CHECKING:
    from superset_gitops.model.consent import Consent


@click.command("apply")
@click.option("--env", "environment", default="dev", show_default=True, help="The environment to write to.")
@click.option("--dry-run", is_flag=True, help="Print the plan; write nothing.")
@click.option(
    "--lease-wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="How long to wait while somebody else deploys  [default: policy's deploy.lease_wait, 600].",
)
@consent_options
@click.pass_context
def command(ctx: click.Context, environment: str, *, dry_run: bool, lease_wait: float | None, consent: Consent) -> int:
    """Apply what differs to a running Superset: databases, datasets, charts, dashboards.

    Like `tools/deploy` without the database sync: drifted assets are saved to the ledger and overwritten, or stop it,
    as policy.yaml says for the environment.
    """
    from superset_gitops.model.policy import Step
    from superset_gitops.workflows.deploy import Options, Outlets, deploy

    options = Options(steps=(Step.APPLY_ASSETS,), dry_run=dry_run, lease_wait=lease_wait, consent=consent)
    deploy(project_root(ctx), environment, os.environ, Outlets(say, progress), options)
    return 0
