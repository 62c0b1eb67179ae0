"""Owns making one of our commits again on top of another one: file by file, merged line by line where both changed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.edges.git.branch_commits import About, Entry, entry_at, read_blob, write_blob, write_commit
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.runtime_branch import KnownCommit

if TYPE_CHECKING:
    import git


def replay(repository: git.Repo, base: str, commits: Sequence[KnownCommit], known: Sequence[KnownCommit]) -> str:
    """Each commit's changes over the one before; what the base has already makes no commit.

    Returns:
        The new tip; the base where nothing is left.

    Raises:
        ConfigurationError: a commit does not fit there any more.
    """
    tip = base
    for commit in commits:
        files = {path: _merged(repository, tip, commit, path) for path in changed_paths(repository, commit)}
        tip = write_commit(repository, tip, files, About(commit.message, commit.author, commit.authored), known)
    return tip


def changed_paths(repository: git.Repo, commit: KnownCommit) -> list[str]:
    """The paths, from the repository's root, of the files that a commit changes."""
    listing = str(repository.git.diff_tree("-r", "-z", "--name-only", "--no-renames", commit.parents[0], commit.oid))
    return [path for path in listing.split("\0") if path]


def _merged(repository: git.Repo, tip: str, commit: KnownCommit, path: str) -> Entry | None:
    before, after, now = (entry_at(repository, each, path) for each in (commit.parents[0], commit.oid, tip))
    if now == before:
        return after
    if now == after:
        return now
    if before is None or after is None or now is None:
        raise _unfit(commit, path)
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, entry in (("now", now), ("before", before), ("after", after)):
            (Path(folder) / name).write_bytes(read_blob(repository, entry.oid))
            names.append(str(Path(folder) / name))
        # Exit code: the number of conflicts.
        status, text, _ = repository.git.merge_file(
            "--stdout",
            *names,
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
        )
    if status != 0:
        raise _unfit(commit, path)
    return Entry(now.mode, write_blob(repository, text))


def _unfit(commit: KnownCommit, path: str) -> ConfigurationError:
    return ConfigurationError(
        f"commit {commit.oid[:12]} ({commit.subject}) does not fit main any more, and Superset need not show it now",
        where=path,
        remedy=f"take it over by hand (git cherry-pick {commit.oid[:12]} on a branch of your own), or decide against "
        "it; then remove the branch that has it, here and at the remote, and run it again",
    )
