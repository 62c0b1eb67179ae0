"""Owns telling a GitHub workflow why a command stopped: beside the log, on the run's page and in the changed file."""

from __future__ import annotations

import os

from superset_gitops.errors import HybridError, SourceProblems


def annotate(error: HybridError) -> None:
    """Print annotations, on stderr as everything that is no result; outside of a workflow, nothing."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    import click

    from superset_gitops.core.report.problem_text import error_annotation, problem_lines

    if isinstance(error, SourceProblems):
        for line in problem_lines(error.problems, "github"):
            click.echo(line, err=True)
    click.echo(error_annotation(str(error)), err=True)
