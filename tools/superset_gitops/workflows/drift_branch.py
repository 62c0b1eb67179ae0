"""Owns `hybrid drift-branch`: what was changed in an environment's Superset, as commits on branches of its own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.core.report.plan_text import baseless_text
from superset_gitops.edges.git.branch_tips import Tips, read_tips
from superset_gitops.edges.git.remote_access import access_to
from superset_gitops.edges.git.said import git_said
from superset_gitops.edges.git.tree import open_repository
from superset_gitops.errors import ConfigurationError, Unavailable
from superset_gitops.model.plan import State
from superset_gitops.model.progress import Progress
from superset_gitops.model.runtime_branch import branch_of
from superset_gitops.workflows.export_branch import Exported, refuse_unmarked
from superset_gitops.workflows.export_edits import Publishing, export_edits
from superset_gitops.workflows.load_project import load_policy_alone
from superset_gitops.workflows.note_edits import note_edits
from superset_gitops.workflows.open_runtime import FoundRuntime, OpenRuntime, find_runtime_at
from superset_gitops.workflows.runtime_edits import Sides, wanted_at
from superset_gitops.workflows.survey import Survey, survey

if TYPE_CHECKING:
    import git


def export_to_branches(
    root: Path,
    environment: str,
    environ: Mapping[str, str],
    progress: Progress,
    publishing: Publishing,
    lease_wait: float | None = None,
) -> tuple[Exported, ...]:
    """Note what Superset shows, and bring the branches to the ledger's open edits; the first one is main's.

    It is done by Git's objects alone: no checkout, index or stash is touched.

    Raises:
        SourceProblems: main's sources have errors.
        ConfigurationError: no repository, no main branch, foreign commits on a branch, or a push that may not be.
        Unavailable: Superset, the ledger, git or (to push) the remote cannot do it, or the lease is held.
    """
    main_branch = load_policy_alone(root).main_branch
    repository = open_repository(root)
    if repository is None:
        raise ConfigurationError("this is no git repository", where=str(root), remedy="run it in a clone")
    with closing(repository):
        tips = _tips(repository, main_branch, environment, progress, publishing)
        found = find_runtime_at(root, environment, tips.main, environ, progress)
        if publishing.push:
            refuse_push(environment, tips.remote, sandboxed=found.target.sandboxed)
        sandboxed = found.target.sandboxed
        refuse_unmarked(repository, replace(tips, there="") if sandboxed else tips, environment)
    with found.opened(lease_wait, progress) as opened:
        sides = _note(found, tips.main, opened, progress)
        return export_edits(root, sides, opened.ledger, progress, publishing, main_branch, sandboxed=sandboxed)


def refuse_push(environment: str, remote: str, *, sandboxed: bool) -> None:
    """Stop where the branch must not, or cannot, leave this machine.

    Raises:
        ConfigurationError: why.
    """
    remedy = "run it without --push: the branch is made here"
    if sandboxed:
        raise ConfigurationError(
            f"the changes of a sandbox are not pushed: every machine has a {environment} of its own", remedy=remedy
        )
    if not remote:
        raise ConfigurationError("this repository has no remote to push to", remedy=f"git remote add; or {remedy}")


def _tips(repository: git.Repo, main_branch: str, environment: str, progress: Progress, publishing: Publishing) -> Tips:
    import git

    try:
        access = access_to(repository, publishing.environ, environment, base=main_branch)
        branch = branch_of(environment)
        return read_tips(repository, main_branch, branch, progress, must_reach=publishing.push, access=access)
    except git.GitCommandError as error:
        raise Unavailable(f"git: {git_said(error)}", where=str(repository.working_tree_dir)) from error


def _note(found: FoundRuntime, main: str, opened: OpenRuntime, progress: Progress) -> Sides:
    """Note all edits as they are against main, and tell what is left out of them."""
    name = found.environment.name
    wanted = wanted_at(found.project, name, found.target.placeholders, main)
    seen = survey(name, wanted, opened.ledger, opened.client, ignore=found.environment.ignore)
    note_edits(seen, opened.ledger, opened.client)
    _tell_unadopted(seen, progress)
    return Sides(name, seen.live, opened.ledger.applied(), opened.client.release, found.target.placeholders)


def _tell_unadopted(seen: Survey, progress: Progress) -> None:
    """What was never applied has no base: taking Superset's side could revert what is only pending."""
    if seen.plan.baseless:
        progress(baseless_text(seen.plan))
        return
    for item in seen.plan.select(State.UNADOPTED):
        progress(f"left out: {item.id.kind} {item.name!r} was never deployed by us, so nobody knows who changed it")
