"""Owns `hybrid deploy`, which is `tools/deploy`."""

from __future__ import annotations

import os
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
    from superset_gitops.model.consent import Consent


@click.command("deploy")
@click.argument("environment", metavar="ENV")
@click.option("--dry-run", is_flag=True, help="Do the whole preflight and print the plan; write nothing.")
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
    environment: str,
    *,
    dry_run: bool,
    lease_wait: float | None,
    rotate: bool,
    scope: Scope,
    consent: Consent,
) -> int:
    """Bring ENV (dev, staging, prod, …) to what Git says.

    Preflight writes nothing. Then: migrate and seed PostgreSQL, compile and validate, drift gate, apply (databases,
    datasets, charts, dashboards; only what differs), drift gate. Where no URLs are given and policy.yaml allows it,
    a real local PostgreSQL and Superset are started. --asset and --dashboard narrow the assets, not the database.

    Environment variables, each also as NAME_<ENV>: POSTGRES_URL, BASE_URL, SUPERSET_ADMIN_USER and
    SUPERSET_ADMIN_PASS (or SUPERSET_ACCESS_TOKEN, SUPERSET_API_KEY, SUPERSET_SESSION_COOKIE), SUPERSET_DATA_URL,
    HYBRID_LEDGER_URL.

    Exit codes: 0 done, 1 problems in the sources, 2 usage or configuration, 3 could not reach something or the lease
    is held, 4 drift stopped it, 5 partly applied (a re-run converges).
    """
    from superset_gitops.workflows.deploy import deploy
    from superset_gitops.workflows.run_options import Options, Outlets

    options = Options(dry_run=dry_run, lease_wait=lease_wait, consent=consent, scope=scope, rotate=rotate)
    deploy(project_root(ctx), environment, os.environ, Outlets(say, progress), options)
    return 0
