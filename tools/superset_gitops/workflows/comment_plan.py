"""Owns `hybrid comment-plan`: a plan that was printed becomes the pull request's one comment."""

from __future__ import annotations

from collections.abc import Mapping

from superset_gitops.core.report.comment_text import comment_text, environment_of, plan_marker
from superset_gitops.edges.forge import (
    GitHub,
    proposed_commit,
    pull_request_number,
    put_comment,
    repository_from,
    run_address,
)
from superset_gitops.edges.retry import Retries
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.progress import Progress


def comment_plan(plan: str, number: int | None, environ: Mapping[str, str], progress: Progress) -> str:
    """Write the comment and return its address.

    Args:
        plan: Markdown, as `hybrid drift-plan --format markdown` prints it.
        number: the pull request's; None for the one that the workflow runs for.
        environ: the process environment.
        progress: told of retries, and whether the comment is new.

    Raises:
        ConfigurationError: this is no plan, or it is not known where to write it.
        Unavailable: GitHub could not or refused.
    """
    environment = environment_of(plan)
    if environment is None:
        raise ConfigurationError(
            "this is no plan in Markdown", remedy="make it with: hybrid drift-plan --env ENV --format markdown"
        )
    repository = repository_from(environ, environment)
    pull_request = pull_request_number(environ) if number is None else number
    text = comment_text(plan, environment, commit=proposed_commit(environ), run=run_address(environ))
    with GitHub(repository, Retries(report=progress)) as github:
        written = put_comment(github, pull_request, plan_marker(environment), text)
    progress(f"{'updated' if written.updated else 'made'} the plan's comment on pull request {pull_request}")
    return written.url
