"""Owns `hybrid drift-branch`: options in, the branch's commits and what could not be put on it out."""

from __future__ import annotations

import os
from contextlib import ExitStack

import click

from superset_gitops.cli.outlets import progress, say
from superset_gitops.cli.project import project_root
from superset_gitops.errors import EXIT_DONE, EXIT_PROBLEMS


@click.command("drift-branch")
@click.option("--env", "environment", default="dev", show_default=True, help="Whose Superset was changed.")
@click.option("--push", is_flag=True, help="Publish the branch; what somebody else put on it is never overwritten.")
@click.option(
    "--pull-request",
    is_flag=True,
    help="Push, and keep its pull request: open it, update it, close it when nothing is left.",
)
@click.option("-v", "--verbose", is_flag=True, help="Also print the candidates that were refused, and why.")
@click.pass_context
def command(ctx: click.Context, environment: str, *, push: bool, pull_request: bool, verbose: bool) -> int:
    """Put what was changed in Superset on the branch runtime-export/ENV, one commit an asset.

    Each commit is authored by who changed the asset, and says what it does to the other environments. The branch
    starts from the remote's main branch: what you have checked out, staged or stashed does not count, and is not
    touched. The same changes make the same commits again. Exits with 1 when the edited sources do not validate, with 2
    when somebody else's commits are on the branch.

    --pull-request pushes, too. At GitHub it needs GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN, and GITHUB_API_URL
    for GitHub Enterprise. A GitLab is asked to open a merge request while the branch is pushed. Elsewhere the page is
    printed where a person opens one.

    Where the remote's address is https:// and git has no credentials in it, GITHUB_TOKEN, GITLAB_TOKEN or CI_JOB_TOKEN
    is what it is pushed with, if the token is for that very host.
    """
    from superset_gitops.core.report.branch_text import branch_lines, outcome
    from superset_gitops.core.report.translation_text import translation_lines
    from superset_gitops.workflows.drift_branch import export_to_branch
    from superset_gitops.workflows.pull_request import forge_for, keep_pull_request, what_to_open

    with ExitStack() as stack:
        forge = stack.enter_context(forge_for(environment, os.environ, progress)) if pull_request else None
        done = export_to_branch(
            project_root(ctx),
            environment,
            os.environ,
            progress,
            push=push or pull_request,
            forge=forge,
            ask=pull_request,
        )
        for line in translation_lines(done.translation, done.names, verbose=verbose):
            say(line)
        for line in branch_lines(done.branch, done.main, done.commits, done.carried):
            say(line)
        for problem in done.problems:
            say(str(problem))
        progress(f"{done.branch}: {outcome(done.before, done.tip, done.pushed)}")
        if pull_request:
            # The branch is there by now: what the forge says about it comes last.
            told = keep_pull_request(forge, done, progress) if forge else what_to_open(done, os.environ)
            if told:
                say(told)
    return EXIT_PROBLEMS if done.problems else EXIT_DONE
