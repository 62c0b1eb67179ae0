"""Owns reading a project's sources out of a commit, without a checkout: the user's tree is not touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.core.policy.load_policy import assets_dir_of
from superset_gitops.edges.files.project import LINT_FILES, POLICY_FILE
from superset_gitops.edges.git.tree import open_repository
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources

if TYPE_CHECKING:
    import git

_LINK = 0o120000  # the mode of a symbolic link


@dataclass(frozen=True, slots=True)
class CommitSources:
    """The sources of one commit.

    Attributes:
        commit: full hash.
    """

    commit: str
    sources: Sources = field(repr=False)


def read_commit_sources(project: Path, revision: str) -> CommitSources:
    """The sources that a commit has in the folder where the project is now; `revision` is a hash, a tag or a branch.

    Raises:
        ConfigurationError: no repository, no such commit, or no project in it.
    """
    repository = open_repository(project)
    if repository is None:
        raise ConfigurationError("this is no git repository", where=str(project), remedy="run it in a clone")
    try:
        commit = _commit(repository, project, revision)
        return CommitSources(commit.hexsha, _sources(_folder(repository, project, commit)))
    finally:
        repository.close()


def _commit(repository: git.Repo, project: Path, revision: str) -> git.Commit:
    import git

    try:
        return repository.commit(revision)
    except (git.BadName, git.GitCommandError, ValueError, LookupError) as error:
        raise ConfigurationError(
            f"there is no commit {revision} here",
            where=str(project),
            remedy="git fetch it first (git fetch --unshallow in a shallow clone), or name another one",
        ) from error


def _folder(repository: git.Repo, project: Path, commit: git.Commit) -> git.Tree:
    root = Path(str(repository.working_tree_dir)).resolve()
    inside = project.resolve().relative_to(root)
    try:
        folder = commit.tree.join(inside.as_posix()) if inside.parts else commit.tree
        folder.join(POLICY_FILE)
    except KeyError as error:
        raise ConfigurationError(
            f"commit {commit.hexsha[:12]} has no {(inside / POLICY_FILE).as_posix()}",
            where=str(project),
            remedy="name a commit in which the project is where it is now",
        ) from error
    return folder


def _sources(folder: git.Tree) -> Sources:
    assets_dir = assets_dir_of(_bytes(folder.join(POLICY_FILE)).decode("utf-8-sig", errors="replace"))
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path, blob in _source_files(folder, assets_dir):
        if blob.mode == _LINK:
            problems.append(Problem(path, 1, 1, "a link is not read out of a commit", "file"))
            continue
        try:
            texts[path] = _bytes(blob).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problems.append(Problem(path, 1, 1, f"not UTF-8 at byte {error.start}", "file"))
    return Sources(dict(sorted(texts.items())), assets_dir, tuple(sorted(problems)))


def _source_files(folder: git.Tree, assets_dir: str) -> Iterator[tuple[str, git.Blob]]:
    """The files that the project's sources are read from, by path; see `edges.files.project.read_sources`."""
    yield from _below(folder, f"{assets_dir}/templates")
    for path, blob in _below(folder, f"{assets_dir}/environments"):
        if path.endswith(".yaml") and "/" not in path.removeprefix(f"{assets_dir}/environments/"):
            yield path, blob
    yield from ((path, blob) for path, blob in _below(folder, f"{assets_dir}/overlays") if path.endswith(".yaml"))
    yield from ((blob.name, blob) for blob in folder.blobs if blob.name in {POLICY_FILE, *LINT_FILES})


def _below(folder: git.Tree, inside: str) -> Iterator[tuple[str, git.Blob]]:
    import git

    try:
        tree = folder.join(inside)
    except KeyError:
        return
    if isinstance(tree, git.Tree):
        yield from _walk(tree, f"{inside}/")


def _walk(tree: git.Tree, prefix: str) -> Iterator[tuple[str, git.Blob]]:
    yield from ((f"{prefix}{blob.name}", blob) for blob in tree.blobs)
    for folder in tree.trees:
        yield from _walk(folder, f"{prefix}{folder.name}/")


def _bytes(blob: git.Blob) -> bytes:
    data: bytes = blob.data_stream.read()
    return data
