"""Owns `hybrid ledger`: what was applied, by whom, and to which Superset an environment is bound."""

from __future__ import annotations

import os

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root


@click.group("ledger")
def command() -> None:
    """Look at the ledger, or bind an environment to another Superset.

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


@command.command("rebind")
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
    if not yes:
        click.confirm(f"Bind {environment} to {new} (it was {old})?", abort=True, err=True)
    for lost in rebind_ledger(root, environment, os.environ):
        progress(f"{lost} was bound to {new} too, and is not any more")
    say(f"{environment} is bound to {new}")
    return 0
