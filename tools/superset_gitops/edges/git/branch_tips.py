"""Owns where main and one branch of ours stand, here and at the remote; and publishing that branch, and no other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from superset_gitops.edges.git.remote_access import PLAINLY, Access, remote_of
from superset_gitops.edges.git.said import git_said
from superset_gitops.errors import ConfigurationError, Unavailable
from superset_gitops.model.progress import Progress

if TYPE_CHECKING:
    import git

_NEVER_ASK = {"GIT_TERMINAL_PROMPT": "0"}  # a scheduled run has nobody to type a password
_NO_ENTRY = ("Authentication failed", "could not read Username", "error: 401", "error: 403", "Permission to")
# Only objects: no tags, no submodules, nothing that a reader of FETCH_HEAD would stumble over.
_QUIETLY = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance")


@dataclass(frozen=True, slots=True)
class Tips:
    """Full hashes; empty where there is no such branch.

    Attributes:
        branch: the short name of ours.
        remote: its name; empty where the repository has none.
        base: the short name of the branch that ours is to be merged into.
        main: the tip of that one at the remote, else here.
        main_name: how people name that one.
        here: of our branch, in this repository.
        there: at the remote.
        reached: whether the remote was asked; otherwise `there` is what this clone last saw.
        access: how the remote is reached.
    """

    branch: str
    remote: str
    base: str
    main: str
    main_name: str
    here: str
    there: str
    reached: bool = False
    access: Access = PLAINLY

    @property
    def ref(self) -> str:
        """The branch's full name."""
        return f"refs/heads/{self.branch}"


def read_tips(
    repository: git.Repo,
    main_branch: str,
    branch: str,
    progress: Progress,
    *,
    must_reach: bool,
    fetch: bool = True,
    access: Access = PLAINLY,
) -> Tips:
    """Ask the remote and fetch what it has; the checkout is not touched.

    Args:
        repository: where.
        main_branch: the short name of main, or of the branch that ours is to be merged into in its place.
        branch: the short name of ours.
        progress: told where the remote cannot be reached, and what this clone last saw of it counts.
        must_reach: then that is an error.
        fetch: otherwise what this clone last saw of the remote counts, and nothing is waited for.
        access: how the remote is reached.

    Raises:
        Unavailable: the remote cannot be reached, though it has to be.
        ConfigurationError: there is no main branch.
    """
    import git

    remote, environ = remote_of(repository), {**_NEVER_ASK, **access.proof}
    refs = [f"refs/heads/{name}" for name in (main_branch, branch)]
    seen = {name: _tip(repository, f"refs/remotes/{remote}/{name}") for name in (main_branch, branch)} if remote else {}
    reached = False
    if remote and fetch:
        try:
            answer = str(repository.git.ls_remote("--heads", remote, *refs, env=environ))
            heads = {ref: oid for oid, ref in (line.split("\t") for line in answer.splitlines())}
            seen = {ref.removeprefix("refs/heads/"): heads.get(ref, "") for ref in refs}
            wanted = [ref for ref in refs if ref in heads]
            if wanted:
                repository.git.fetch(*_QUIETLY, remote, *wanted, env=environ)
            reached = True
        except git.GitCommandError as error:
            if must_reach:
                said = git_said(error)
                raise Unavailable(said, where=f"remote {remote}", remedy=_remedy(said, "fetch", access)) from error
            progress(f"warning: remote {remote}: {git_said(error)}: what this clone last saw of it counts")
    there = seen.get(main_branch, "")
    main = there or _tip(repository, f"refs/heads/{main_branch}")
    if not main:
        raise ConfigurationError(
            f"there is no branch {main_branch}, here or at a remote",
            where=str(repository.working_tree_dir),
            remedy="commit the project to it, or name the main branch in policy.yaml (git.main_branch)",
        )
    name = f"{remote}/{main_branch}" if there else main_branch
    here = _tip(repository, f"refs/heads/{branch}")
    return Tips(branch, remote, main_branch, main, name, here, seen.get(branch, ""), reached, access)


def set_branch(repository: git.Repo, tips: Tips, new: str) -> None:
    """Move the branch here from where it was seen to `new`; empty removes it.

    Raises:
        ConfigurationError: somebody has it checked out.
    """
    if new == tips.here:
        return
    for entry in str(repository.git.worktree("list", "--porcelain")).split("\n\n"):
        lines = entry.splitlines()
        if f"branch {tips.ref}" in lines:
            raise ConfigurationError(
                f"{tips.branch} is checked out, and it would move under that checkout",
                where=lines[0].removeprefix("worktree "),
                remedy="switch to another branch there, and run it again",
            )
    if new:
        old = tips.here or "0" * len(new)
        repository.git.update_ref("-m", "hybrid drift-branch", tips.ref, new, old)
    else:
        repository.git.update_ref("-d", tips.ref, tips.here)


def push_branch(repository: git.Repo, tips: Tips, new: str) -> bool:
    """Publish the branch (`new` empty: remove it) if the remote still has what was seen there.

    Hooks of the checkout are about the checkout, which is something else: they do not run.

    Returns:
        Whether the remote's server was told the access's options.

    Raises:
        Unavailable: the remote refuses, or somebody pushed meanwhile.
    """
    import git

    if new == tips.there:
        return False
    lease = f"--force-with-lease={tips.ref}:{tips.there}"
    told = [f"--push-option={option}" for option in tips.access.options] if new else []
    what = (tips.remote, f"{new}:{tips.ref}")
    try:
        repository.git.push("--quiet", "--no-verify", lease, *told, *what, env={**_NEVER_ASK, **tips.access.proof})
    except git.GitCommandError as error:
        if told and "does not support push options" in str(error.stderr):
            return push_branch(repository, replace(tips, access=replace(tips.access, options=())), new)
        said = git_said(error)
        raise Unavailable(
            f"{tips.branch} was not pushed: {said}",
            where=f"remote {tips.remote}",
            remedy=_remedy(said, "push", tips.access),
        ) from error
    return bool(told)


def _remedy(said: str, doing: str, access: Access) -> str:
    if any(sign in said for sign in _NO_ENTRY):
        if access.proof:
            return (
                "the token may be wrong or expired: give a new one; or it may not do this: in a workflow the job needs "
                "`permissions: contents: write`"
            )
        return (
            f"let `git {doing}` work here; or give a token for that host: GITHUB_TOKEN (with GITHUB_SERVER_URL for an "
            "Enterprise server), or GITLAB_TOKEN"
        )
    if doing == "push":
        return "run it again: the branch here has everything. If that does not help, see what `git push` says"
    return f"see whether `git {doing}` works here, and run it again"


def _tip(repository: git.Repo, ref: str) -> str:
    return str(repository.git.for_each_ref("--format=%(objectname)", ref))
