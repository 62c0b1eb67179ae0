"""Owns `hybrid lease`: who is deploying, and breaking the lease of a deployer that is gone."""

from __future__ import annotations

import os
import sys

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root
from superset_gitops.errors import EXIT_UNAVAILABLE


@click.group("lease")
def command() -> None:
    """Look at the lease that keeps two deployers of one environment apart, or break it."""


@command.command("show")
@click.option("--env", "environment", default="dev", show_default=True, help="Whose lease.")
@click.pass_context
def show(ctx: click.Context, environment: str) -> int:
    """Print who holds the lease, since when, its last heartbeat and its expiry, by the database's clock."""
    from superset_gitops.workflows.find_lease import find_lease

    for line in find_lease(project_root(ctx), environment, os.environ).lines():
        say(line)
    return 0


@command.command("break")
@click.option("--env", "environment", default="dev", show_default=True, help="Whose lease.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def break_(ctx: click.Context, environment: str, *, yes: bool) -> int:
    """Take the lease from its holder.

    A killed deployer's lease ends by itself half a minute after its last heartbeat. Break one whose holder stands still
    and shall not go on: it writes nothing more, because it proves before each write that the lease is still its own.
    """
    from superset_gitops.workflows.find_lease import find_lease

    found = find_lease(project_root(ctx), environment, os.environ)
    if found.held is None:
        say(f"nobody holds the lease of {environment}")
        return 0
    for line in found.lines():
        progress(line)
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("there is nobody to ask: say --yes")
    if not yes:
        click.confirm(f"Break it? {found.held.holder} will write nothing more", abort=True, err=True)
    if not found.break_it():
        progress(f"it changed hands or was given back meanwhile: tools/hybrid lease show --env {environment}")
        return EXIT_UNAVAILABLE
    say(f"broke the lease of {environment}, which {found.held.holder} held")
    return 0
