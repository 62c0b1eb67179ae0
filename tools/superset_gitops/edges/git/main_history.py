"""Owns where commits stand in the main branch's history: on it or not, ahead of the one to be deployed or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from superset_gitops.edges.git.tree import contains, open_repository, remote_tip

if TYPE_CHECKING:
    import git


@dataclass(frozen=True, slots=True)
class MainHistory:
    """What this clone knows of main's history. What a shallow clone, or one that lags behind, cannot know is None.

    Attributes:
        head: full hash of the commit to be deployed.
    """

    head: str
    _repository: git.Repo
    _main_branch: str

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._repository.close()

    @property
    def shallow(self) -> bool:
        """Whether the history was cut off when this was cloned."""
        return str(self._repository.git.rev_parse("--is-shallow-repository")) == "true"

    def on_main(self, commit: str) -> bool | None:
        """Whether a commit is on main: the local branch, or the last that is known of a remote's.

        The branch's name at that time does not tell: CI checks out commits, and a branch is merged later.
        """
        branches = list(self._branches())
        if any(contains(self._repository, branch, commit) for branch in branches):
            return True
        return False if branches and self.has(commit) and not self.shallow else None

    def has(self, commit: str) -> bool:
        """Whether a commit is in this clone."""
        import git

        try:
            self._repository.git.cat_file("-e", f"{commit}^{{commit}}", env=_NO_FETCH)
        except git.GitCommandError:
            return False
        return True

    def ahead_of_head(self, commit: str) -> bool | None:
        """Whether HEAD is a proper ancestor of a commit."""
        if commit == self.head:
            return False
        if not self.has(commit):
            return None
        if contains(self._repository, commit, self.head):
            return True
        return None if self.shallow and not contains(self._repository, self.head, commit) else False

    def head_is_newest(self) -> bool:
        """Whether HEAD is what every remote that can be asked has as main: then no commit of main is ahead of it."""
        tips = [remote_tip(self._repository, remote.name, self._main_branch) for remote in self._repository.remotes]
        return {self.head} == {tip for tip in tips if tip}

    def _branches(self) -> Iterator[str]:
        remotes = [f"refs/remotes/{remote.name}/{self._main_branch}" for remote in self._repository.remotes]
        for name in (f"refs/heads/{self._main_branch}", *remotes):
            if self.has(name):
                yield name


def open_main_history(project: Path, main_branch: str, head: str) -> MainHistory | None:
    """The history of the repository that a project is in, seen from a commit of its; None where it is in none."""
    repository = open_repository(project)
    return None if repository is None else MainHistory(head, repository, main_branch)


# In a clone without all objects, git would fetch the one that is asked for.
_NO_FETCH = {"GIT_NO_LAZY_FETCH": "1"}
