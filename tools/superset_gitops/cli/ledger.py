"""Owns `hybrid ledger`: what was applied, by whom, and to which Superset an environment is bound."""

from __future__ import annotations

import os
import sys

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root


@click.group("ledger")
def command() -> None:
    """Look at the ledger, bind an environment to another Superset, or restore a lost base.

    The ledger is the schema `hybrid` in POSTGRES_URL (or HYBRID_LEDGER_URL): what was last applied to each asset, every
    deployment, and a copy of all that Git overwrote.
    """


@command.command("show")
@click.option("--env", "environment", default="dev", show_default=True, help="Whose ledger.")
@click.option("-n", "--deployments", default=10, show_default=True, help="How many deployments to list.")
@click.pass_context
def show(ctx: click.Context, environment: str, deployments: int) -> int:
    """Print the stamp, the latest deployments and the applied assets."""
    from superset_gitops.workflows.read_ledger import ledger_lines

    for line in ledger_lines(project_root(ctx), environment, os.environ, deployments):
        say(line)
    return 0


@command.command("rebind", short_help="Bind ENV to the Superset that BASE_URL names.")
@click.option("--env", "environment", default="dev", show_default=True, help="The environment to bind.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def rebind(ctx: click.Context, environment: str, *, yes: bool) -> int:
    """Bind ENV to the Superset that BASE_URL names, whatever was bound before.

    Do this after Superset moved to another address. What was applied stays in the ledger as the base of the next
    comparison: the Superset behind the new address is expected to hold the same assets.
    """
    from superset_gitops.workflows.read_ledger import bound_to, rebind_ledger

    root = project_root(ctx)
    old, new = bound_to(root, environment, os.environ)
    if old is None:
        say(f"{environment} is not bound yet; the first deployment binds it to {new}")
        return 0
    if not yes and old != new:
        if not sys.stdin.isatty():
            raise click.UsageError(f"{environment} is bound to {old}, and there is nobody to ask: say --yes")
        click.confirm(f"Bind {environment} to {new} (it was {old})?", abort=True, err=True)
    for lost in rebind_ledger(root, environment, os.environ):
        progress(f"{lost} was bound to {new} too, and is not any more")
    say(f"{environment} is bound to {new}")
    return 0


@command.command("rebuild")
@click.option("--env", "environment", default="dev", show_default=True, help="Whose ledger.")
@click.option(
    "--commit", "revision", required=True, metavar="SHA", help="What was last deployed: a hash, tag or branch."
)
@click.option("--all", "everything", is_flag=True, help="Also replace what the ledger knows.")
@click.option(
    "--lease-wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="How long to wait while somebody deploys  [default: policy's deploy.lease_wait, 600].",
)
@click.pass_context
def rebuild(ctx: click.Context, environment: str, revision: str, lease_wait: float | None, *, everything: bool) -> int:
    """Restore what was last applied, after the ledger was lost, from the commit that was last deployed.

    The templates of that commit are compiled, and recorded for each of their assets that is in Superset. What differs
    there is drift afterwards. Superset is only read, and so is the repository: nothing is checked out.
    """
    from superset_gitops.workflows.rebuild_ledger import rebuild_ledger, rebuilt_lines
    from superset_gitops.workflows.runtime import find_runtime

    runtime = find_runtime(project_root(ctx), environment, os.environ, progress)
    for line in rebuilt_lines(rebuild_ledger(runtime, revision, everything=everything, lease_wait=lease_wait)):
        say(line)
    return 0
