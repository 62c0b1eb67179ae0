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
@click.option(
    "--lease-wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="How long to wait while somebody deploys  [default: policy's deploy.lease_wait, 600].",
)
@click.option("-v", "--verbose", is_flag=True, help="Also print the candidates that were refused, and why.")
@click.pass_context
def command(
    ctx: click.Context,
    environment: str,
    *,
    push: bool,
    pull_request: bool,
    lease_wait: float | None,
    verbose: bool,
) -> int:
    """Put what was changed in Superset on the branch runtime-export/ENV, one commit an asset.

    Each commit is authored by who changed the asset, and says what it does to the other environments. The branch
    starts from the remote's main branch: what you have checked out, staged or stashed does not count, and is not
    touched. What was last deployed from another branch goes on runtime-export/ENV+BRANCH, which starts from that one.

    The ledger keeps every edit, also when Git overwrites it in Superset, until main has it, somebody refuses it or
    undoes it in Superset (`hybrid edits list`). The same edits make the same commits again. Exits with 1 when the
    edited sources do not validate, with 2 when somebody else's commits are on the branch.

    --pull-request pushes, too. At GitHub it needs GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN, and GITHUB_API_URL
    for GitHub Enterprise. A GitLab is asked to open a merge request while the branch is pushed. Elsewhere the page is
    printed where a person opens one. Closing it unmerged refuses its edits.

    Where the remote's address is https:// and git has no credentials in it, GITHUB_TOKEN, GITLAB_TOKEN or CI_JOB_TOKEN
    is what it is pushed with, if the token is for that very host.
    """
    from superset_gitops.core.report.branch_text import branch_lines, outcome, refused_lines
    from superset_gitops.core.report.translation_text import translation_lines
    from superset_gitops.workflows.drift_branch import export_to_branches
    from superset_gitops.workflows.export_edits import Publishing
    from superset_gitops.workflows.pull_request import forge_for, keep_pull_request, what_to_open

    root = project_root(ctx)
    with ExitStack() as stack:
        forge = stack.enter_context(forge_for(environment, os.environ, progress)) if pull_request else None
        publishing = Publishing(push=push or pull_request, propose=pull_request, forge=forge, environ=os.environ)
        done = export_to_branches(root, environment, os.environ, progress, publishing, lease_wait)
        for exported in done:
            for line in translation_lines(exported.translation, exported.names, verbose=verbose):
                say(line)
            for line in branch_lines(exported.branch, exported.main, exported.commits, exported.carried):
                say(line)
            for problem in exported.problems:
                say(str(problem))
            for line in refused_lines(exported.refused):
                say(line)
            progress(f"{exported.branch}: {outcome(exported.before, exported.tip, exported.pushed)}")
        # The branches are there by now: what the forge says about them comes last.
        for exported in done if pull_request else ():
            told = keep_pull_request(forge, exported, progress) if forge else what_to_open(exported, os.environ)
            if told:
                say(told)
    return EXIT_PROBLEMS if any(exported.problems for exported in done) else EXIT_DONE
