"""Owns `hybrid drift-plan`: the three-way comparison, printed."""

from __future__ import annotations

import os

import click

from superset_gitops.cli.outlets import progress
from superset_gitops.cli.project import project_root
from superset_gitops.errors import EXIT_DRIFT


@click.command("drift-plan")
@click.option("--env", "environment", default="dev", show_default=True, help="The environment to compare.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print the plan.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 4 when there is drift.")
@click.option("-v", "--verbose", is_flag=True, help="Print every differing field.")
@click.pass_context
def command(ctx: click.Context, environment: str, style: str, *, exit_code: bool, verbose: bool) -> int:
    """Compare Git, the ledger and the running Superset; write nothing.

    Pending: Git moved on, the next deployment applies it. Drift: somebody changed it in Superset. Conflict: both.
    """
    from superset_gitops.core.report.plan_data import plan_markdown, plan_text_json
    from superset_gitops.core.report.plan_text import plan_lines
    from superset_gitops.workflows.drift import compare

    plan = compare(project_root(ctx), environment, os.environ, progress)
    if style == "json":
        click.echo(plan_text_json(plan))
    elif style == "markdown":
        click.echo("\n".join(plan_markdown(plan)))
    else:
        click.echo("\n".join(plan_lines(plan, every_field=verbose)))
    return EXIT_DRIFT if exit_code and (plan.drifted or plan.collisions) else 0
