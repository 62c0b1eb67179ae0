"""Owns reading a checkout: its commit, its changes under given paths, whether its commit is on the remote's main."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.edges.git.local_variables import forget_local_variables
from superset_gitops.errors import ConfigurationError

if TYPE_CHECKING:
    import git


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is checked out.

    Attributes:
        commit: full hash; None in a repository without a commit.
        branch: short name; None when detached.
        dirty: changed or untracked paths, relative to the repository, under the paths that were asked for.
    """

    commit: str | None
    branch: str | None
    dirty: tuple[str, ...]


def read_checkout(project: Path, paths: Sequence[str]) -> Checkout | None:
    """What is checked out at `project`; None where it is in no repository."""
    repository = open_repository(project)
    if repository is None:
        return None
    head = repository.head
    commit = head.commit.hexsha if head.is_valid() else None
    branch = None if head.is_detached else head.ref.name
    return Checkout(commit, branch, _dirty(repository, project, paths))


def unpushed_reason(project: Path, main_branch: str) -> str | None:
    """Why HEAD is not known to be on a remote's main branch; None when it is.

    Works detached, shallow and without an upstream: the remote-tracking branch is asked first, then the remote itself.
    Only the branch `main_branch` counts: what lies under `refs/pull/` was pushed by anybody.
    """
    repository = open_repository(project)
    if repository is None:
        return "this is no git repository"
    if not repository.remotes:
        return "the repository has no remote"
    if not repository.head.is_valid():
        return "there is no commit yet"
    commit = repository.head.commit.hexsha
    if any(contains(repository, f"refs/remotes/{remote.name}/{main_branch}", commit) for remote in repository.remotes):
        return None
    if any(_remote_contains(repository, remote.name, main_branch, commit) for remote in repository.remotes):
        return None
    names = ", ".join(remote.name for remote in repository.remotes)
    return f"commit {commit[:12]} is not on {main_branch} of {names}"


def open_repository(project: Path) -> git.Repo | None:
    """The repository that a project is in, whatever a hook's variables say; None where it is in none."""
    forget_local_variables()
    try:
        import git
    except ImportError as error:  # GitPython refuses to be imported where there is no git program
        raise ConfigurationError("git is not installed", remedy="install git and run this again") from error
    try:
        return git.Repo(project, search_parent_directories=True)
    except git.InvalidGitRepositoryError:
        return None


def _dirty(repository: git.Repo, project: Path, paths: Sequence[str]) -> tuple[str, ...]:
    if repository.bare:
        return ()
    root = Path(str(repository.working_tree_dir)).resolve()
    wanted = [str((project.resolve() / path).relative_to(root)) for path in paths]
    # NUL-separated entries are "XY path"; a rename is followed by an entry of its own with the old path.
    status: str = repository.git.status("--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *wanted)
    return tuple(sorted(entry[3:] for entry in status.split("\0") if entry))


def contains(repository: git.Repo, reference: str, commit: str) -> bool:
    """Whether a commit is a branch's, or another commit's, or one that it descends from, as far as this clone knows."""
    import git

    try:
        repository.git.merge_base("--is-ancestor", commit, reference)
    except git.GitCommandError:
        return False  # exit 1: no ancestor; 128: no such reference, or its history is not here
    return True


def remote_tip(repository: git.Repo, remote: str, main_branch: str) -> str:
    """What a remote has as main at this moment; empty where it has none, or cannot be reached."""
    import git

    try:
        answer = str(repository.git.ls_remote("--heads", remote, f"refs/heads/{main_branch}", env=_NEVER_ASK))
    except git.GitCommandError:
        return ""  # what cannot be proven is refused
    return answer.partition("\t")[0]


def _remote_contains(repository: git.Repo, remote: str, main_branch: str, commit: str) -> bool:
    tip = remote_tip(repository, remote, main_branch)
    return bool(tip) and (tip == commit or contains(repository, tip, commit))


# A deployment in CI has nobody to type a password.
_NEVER_ASK = {"GIT_TERMINAL_PROMPT": "0"}
