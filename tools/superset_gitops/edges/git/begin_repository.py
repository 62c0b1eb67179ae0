"""Owns making a folder a repository of its own, where it is in none."""

from __future__ import annotations

from pathlib import Path

from superset_gitops.edges.git.tree import open_repository
from superset_gitops.errors import ConfigurationError


def enclosing_repository(folder: Path) -> Path | None:
    """The root of the repository that a folder, which need not exist, is or would be in; None where there is none."""
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    repository = open_repository(there)
    if repository is None:
        return None
    if repository.working_tree_dir is None:
        raise ConfigurationError("this is a bare repository", where=str(folder), remedy="choose a clone of it")
    return Path(repository.working_tree_dir).resolve()


def begin_repository(folder: Path, branch: str) -> None:
    """Make it an empty repository whose first commit will be on this branch."""
    import git

    git.Repo.init(folder, initial_branch=branch).close()
