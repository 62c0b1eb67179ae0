"""Owns `hybrid comment-plan`: a plan's text in, the comment's address out."""

from __future__ import annotations

import os
from typing import TextIO

import click

from superset_gitops.cli.outlets import progress, say


@click.command("comment-plan")
@click.argument("plan", type=click.File(encoding="utf-8"), default="-")
@click.option(
    "--pull-request",
    "number",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Which one  [default: the one that the workflow runs for].",
)
def command(plan: TextIO, number: int | None) -> None:
    """Put PLAN (a file, or - for stdin) on its pull request: one comment an environment, updated in place.

    PLAN is what `drift-plan --format markdown` printed. A hidden marker in it tells the comment from all others.

    Environment variables: GITHUB_TOKEN and GITHUB_REPOSITORY (owner/name); GITHUB_API_URL for GitHub Enterprise;
    GITHUB_EVENT_PATH, which workflows set, says which pull request.
    """
    from superset_gitops.workflows.comment_plan import comment_plan

    say(comment_plan(plan.read(), number, os.environ, progress))
