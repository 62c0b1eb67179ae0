"""Owns `hybrid drift-branch`: what was changed in an environment's Superset, as commits on a branch of its own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.core.runtime_branch.drafts import drafts
from superset_gitops.core.runtime_branch.marks import mark_of_ours
from superset_gitops.core.runtime_branch.open_edits import carried
from superset_gitops.edges.git.branch_commits import branch_commits
from superset_gitops.edges.git.branch_tips import Tips, push_branch, read_tips, set_branch
from superset_gitops.edges.git.build_branch import Parts, build_branch
from superset_gitops.edges.git.remote_access import access_to, remote_address
from superset_gitops.edges.git.replay_commits import replay
from superset_gitops.edges.git.said import git_said
from superset_gitops.edges.git.tree import open_repository
from superset_gitops.errors import ConfigurationError, Unavailable
from superset_gitops.model.problem import Problem
from superset_gitops.model.progress import Progress
from superset_gitops.model.runtime_branch import Change, KnownCommit, Mark, branch_of
from superset_gitops.model.translation import Translation
from superset_gitops.workflows.load_project import load_policy_alone
from superset_gitops.workflows.pull_request import close_emptied
from superset_gitops.workflows.runtime_edits import Runtime, find_runtime, read_edits, refuse_push, source_errors
from superset_gitops.workflows.translate import new_errors

if TYPE_CHECKING:
    import git
    from superset_gitops.edges.forge import PullRequests


@dataclass(frozen=True, slots=True)
class Exported:
    """What the branch is after a run.

    Attributes:
        branch: its short name.
        main: what it starts from, as people name it.
        before, tip: full hashes; empty where there is no such branch.
        commits: those that main does not have, oldest first.
        carried: the hashes of those among them whose edit Superset need not show any more.
        pushed: where to; empty where it was not.
        base: the short name of the branch that it is to be merged into.
        address: the remote's, without anybody's password; empty without one.
        asked: whether the remote's server was told to open a merge request.
        problems: the errors that validation finds in the branch's sources and not in those before.
        names: what people call each asset, by its uuid.
    """

    branch: str
    main: str
    before: str
    tip: str
    commits: tuple[KnownCommit, ...] = field(repr=False)
    carried: frozenset[str]
    pushed: str
    translation: Translation
    problems: tuple[Problem, ...]
    names: Mapping[str, str] = field(repr=False)
    base: str = ""
    address: str = ""
    asked: bool = False


def export_to_branch(
    root: Path,
    environment: str,
    environ: Mapping[str, str],
    progress: Progress,
    *,
    push: bool,
    forge: PullRequests | None = None,
    ask: bool = False,
) -> Exported:
    """Bring the branch to what Superset shows, by Git's objects alone: no checkout, index or stash is touched.

    Args:
        root: the project's folder.
        environment: whose Superset was changed.
        environ: the process environment.
        progress: told of what goes on.
        push: whether to publish it.
        forge: where its pull request is; it is closed before the branch is removed.
        ask: whether a remote that opens merge requests itself is asked to.

    Raises:
        SourceProblems: main's sources have errors.
        ConfigurationError: no repository, no main branch, foreign commits on the branch, or a push that may not be.
        Unavailable: Superset, the ledger, git or (to push) the remote cannot do it.
    """
    import git

    main_branch = load_policy_alone(root).main_branch
    repository = open_repository(root)
    if repository is None:
        raise ConfigurationError("this is no git repository", where=str(root), remedy="run it in a clone")
    with closing(repository):
        try:
            access = access_to(repository, environ, environment, base=main_branch, ask=ask)
            branch = branch_of(environment)
            tips = read_tips(repository, main_branch, branch, progress, must_reach=push, access=access)
            runtime = find_runtime(root, environment, tips.main, environ, progress)
            if push:
                refuse_push(environment, tips.remote, sandboxed=runtime.target.sandboxed)
            if runtime.target.sandboxed:
                tips = replace(tips, there="")  # what the remote has is about another Superset of the same name
            done = _export(repository, runtime, tips, progress)
            done = replace(done, base=main_branch, address=remote_address(repository))
            if not push or done.tip == tips.there:
                return done
            if not done.tip:
                close_emptied(forge, branch, progress)
            return replace(done, pushed=tips.remote, asked=push_branch(repository, tips, done.tip))
        except git.GitCommandError as error:
            raise Unavailable(
                f"git: {git_said(error)}",
                where=str(root),
                remedy="see whether the repository may be written to and is whole (git fsck), and run it again",
            ) from error


def _export(repository: git.Repo, runtime: Runtime, tips: Tips, progress: Progress) -> Exported:
    ours = _ours(repository, tips, runtime.environment.name)
    known = tuple(commit for commit, _ in ours)
    with runtime.opened(progress) as opened:
        kept = carried(ours, opened.applied, opened.client.changes().keys()) if ours else ()
        start = replay(repository, tips.main, kept, known)
        if kept and kept != known and source_errors(opened, start):
            # One that stays needs one that does not: all of them together were proven when they were made.
            kept, start = known, replay(repository, tips.main, known, known)
        added = {mark.asset for commit, mark in ours if mark.change is Change.ADDED and commit in kept}
        edits = read_edits(opened, start, added, progress)
    to_be = drafts(edits.translation, edits.digests, edits.edited, edits.names)
    before = tips.there or tips.here
    tip = build_branch(repository, Parts(runtime.root, tips.main, kept, to_be, known, before))
    commits = branch_commits(repository, tips.main, tip)
    new = tip if commits else ""
    set_branch(repository, tips, new)
    return Exported(
        branch=tips.branch,
        main=tips.main_name,
        before=before,
        tip=new,
        commits=commits,
        carried=frozenset(commit.oid for commit in commits[: len(commits) - len(to_be)]),
        pushed="",
        translation=edits.translation,
        problems=new_errors(edits.translation),
        names=edits.names,
    )


def _ours(repository: git.Repo, tips: Tips, environment: str) -> tuple[tuple[KnownCommit, Mark], ...]:
    """The branch's commits, all of which are our own; those here of which the remote has no like come last.

    Raises:
        ConfigurationError: somebody else's are among them.
    """
    found: dict[str, tuple[KnownCommit, Mark]] = {}
    for tip, where in ((tips.there, tips.remote), (tips.here, "")):
        named = {mark.asset for _, mark in found.values()}
        for commit in branch_commits(repository, tips.main, tip):
            mark = mark_of_ours(commit, environment)
            if mark is None:
                raise _foreign(repository, tips, commit, where)
            if commit.oid not in found and mark.asset not in named:
                found[commit.oid] = (commit, mark)
    return tuple(found.values())


def _foreign(repository: git.Repo, tips: Tips, commit: KnownCommit, remote: str) -> ConfigurationError:
    if str(repository.git.rev_parse("--is-shallow-repository")) == "true":
        return ConfigurationError(
            f"this shallow clone does not show where {tips.branch} leaves {tips.main_name}",
            where=str(repository.working_tree_dir),
            remedy="get the history: git fetch --unshallow (in a workflow: fetch-depth: 0)",
        )
    removal = f"git push {remote} --delete {tips.branch}" if remote else f"git branch -D {tips.branch}"
    return ConfigurationError(
        f"{tips.branch} has a commit that was not made by this command: {commit.oid[:12]} ({commit.subject}) "
        f"by {commit.author.name}. It is left as it is",
        where=f"remote {remote}" if remote else str(repository.working_tree_dir),
        remedy=f"merge the branch; or move that commit to a branch of its own, remove this one ({removal}), and run it "
        "again",
    )
