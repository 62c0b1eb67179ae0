"""Owns `hybrid validate`: options in, problems out."""

from __future__ import annotations

import click

from superset_gitops.cli.collect_nothing import collect_nothing
from superset_gitops.cli.project import project_root
from superset_gitops.errors import EXIT_DONE, EXIT_PROBLEMS


@click.command("validate")
@click.option("--env", "environments", multiple=True, metavar="ENV", help="An environment; may be given again.")
@click.option("--all", "everything", is_flag=True, help="All environments (the default).")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print the problems; github makes annotations in a workflow.",
)
@click.pass_context
def command(ctx: click.Context, environments: tuple[str, ...], style: str, *, everything: bool) -> int:
    """Check policy, variables, templates, what they compile to, and SQL files: offline, all problems at once.

    Each problem stands at the template's own line. Exits with 1 when there are errors; warnings alone are fine.
    """
    from superset_gitops.core.report.problem_text import count_line, problem_lines
    from superset_gitops.model.problem import Level
    from superset_gitops.workflows.validate import check

    if everything and environments:
        raise click.UsageError("take --env ENV or --all, not both")
    collect_nothing()
    problems = check(project_root(ctx), environments or None)
    for line in problem_lines(problems, style):
        click.echo(line)
    click.echo(count_line(problems), err=True)
    return EXIT_PROBLEMS if any(problem.level is Level.ERROR for problem in problems) else EXIT_DONE
