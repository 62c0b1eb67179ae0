"""Owns `hybrid edits`: what people changed in Superset, and deciding on it where no pull request does."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root

if TYPE_CHECKING:
    from superset_gitops.workflows.runtime import Runtime

_ENV = click.option("--env", "environment", default="dev", show_default=True, help="Whose Superset was changed.")
_LEASE_WAIT = click.option(
    "--lease-wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="How long to wait while somebody deploys  [default: policy's deploy.lease_wait, 600].",
)


@click.group("edits")
def command() -> None:
    """What people changed in Superset and is not decided yet.

    The ledger keeps each edit until main has it, somebody refuses it, or a person undoes it in Superset; that Git
    overwrites it does not end it. `hybrid drift-branch` and deployments put the open ones on a branch.
    """


@command.command("list")
@_ENV
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def list_(ctx: click.Context, environment: str, *, style: str) -> int:
    """List the open and the refused edits: digest, asset, who changed it when, and the branch that has it."""
    from superset_gitops.core.report.edits_text import edit_lines, edits_json
    from superset_gitops.workflows.edits import list_edits

    edits = list_edits(_runtime(ctx, environment))
    if style == "json":
        say(edits_json(edits))
        return 0
    for line in edit_lines(edits):
        say(line)
    if not edits:
        progress(f"{environment} has no open and no refused edit")
    return 0


def _deciding(function: Callable[..., int]) -> Callable[..., int]:
    named = click.argument("named", metavar="DIGEST|ASSET...", nargs=-1, required=True)
    wrapped: Callable[..., Any] = click.pass_context(function)
    return named(_ENV(_LEASE_WAIT(wrapped)))


@command.command("refuse", short_help="Let edits not come back.")
@_deciding
def refuse(ctx: click.Context, named: tuple[str, ...], environment: str, lease_wait: float | None) -> int:
    """Refuse edits, by digest or by asset (KIND:NAME, KIND:UUID or UUID).

    They leave the branch at its next run and do not come back; a further change of the asset is another edit. Superset
    keeps showing them until Git overwrites them: `tools/deploy ENV --overwrite-drift DIGEST` where drift stops it.
    """
    from superset_gitops.core.report.edits_text import edit_lines
    from superset_gitops.workflows.edits import refuse_edits

    for line in edit_lines(refuse_edits(_runtime(ctx, environment), named, lease_wait)):
        say(line)
    progress(f"they leave the branch with the next: tools/hybrid drift-branch --env {environment} (--push)")
    return 0


@command.command("reopen", short_help="Take refusals back.")
@_deciding
def reopen(ctx: click.Context, named: tuple[str, ...], environment: str, lease_wait: float | None) -> int:
    """Take refusals back, by digest or by asset (KIND:NAME, KIND:UUID or UUID)."""
    from superset_gitops.core.report.edits_text import edit_lines
    from superset_gitops.workflows.edits import reopen_edits

    for line in edit_lines(reopen_edits(_runtime(ctx, environment), named, lease_wait)):
        say(line)
    progress(f"they come back with the next: tools/hybrid drift-branch --env {environment} (--push)")
    return 0


def _runtime(ctx: click.Context, environment: str) -> Runtime:
    from superset_gitops.workflows.runtime import find_runtime

    return find_runtime(project_root(ctx), environment, os.environ, progress)
