"""Owns reading a branch's commits, and writing commits by plumbing: no checkout, no index, no hook of the user's."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.core.runtime_branch.marks import committed_at
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.runtime_branch import KnownCommit, Person

if TYPE_CHECKING:
    import git


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a commit: its mode as git writes it, and its content's hash."""

    mode: str
    oid: str


@dataclass(frozen=True, slots=True)
class About:
    """All of a commit but its files and its parent; `authored` in seconds since 1970."""

    message: str = field(repr=False)
    author: Person
    authored: int


def branch_commits(repository: git.Repo, main: str, tip: str) -> tuple[KnownCommit, ...]:
    """The commits that main does not have, oldest first; empty without a tip."""
    if not tip:
        return ()
    found = repository.iter_commits(f"{main}..{tip}", topo_order=True, reverse=True)
    return tuple(_known(commit) for commit in found)


def patch_of(repository: git.Repo, commit: KnownCommit) -> str:
    """Identifies what a commit changes: the same on any parent, whatever its lines stand between.

    git-patch-id(1): line numbers do not count; without context lines, neighbours do not either.
    """
    with tempfile.TemporaryFile() as stream:
        shown = repository.git.diff_tree(
            "-p", "-U0", "--no-color", "--no-ext-diff", "--no-renames", "--full-index", "--binary",
            commit.parents[0], commit.oid, stdout_as_string=False, strip_newline_in_stdout=False,
        )  # fmt: skip
        stream.write(shown)
        stream.seek(0)
        return str(repository.git.patch_id("--stable", istream=stream)).partition(" ")[0]


def commit_date(repository: git.Repo, commit: str) -> int:
    """The committer's date, seconds since 1970."""
    return int(repository.commit(commit).committed_date)


def message_of(repository: git.Repo, commit: str) -> str:
    """What a commit says."""
    return _message(repository.commit(commit))


def entry_at(repository: git.Repo, commit: str, path: str) -> Entry | None:
    """A file of a commit, by its path from the repository's root."""
    line = str(repository.git.ls_tree("-z", "--full-tree", commit, "--", path)).rstrip("\0")
    if not line:
        return None
    mode, _, oid = line.partition("\t")[0].split(" ")
    return Entry(mode, oid)


def read_blob(repository: git.Repo, oid: str) -> bytes:
    """A file's bytes as git has them."""
    content: bytes = repository.git.cat_file("blob", oid, stdout_as_string=False, strip_newline_in_stdout=False)
    return content


def write_blob(repository: git.Repo, content: bytes) -> str:
    """Store bytes as they are; no line ends are converted."""
    with tempfile.TemporaryFile() as stream:
        stream.write(content)
        stream.seek(0)
        return str(repository.git.hash_object("-w", "--stdin", istream=stream))


def write_commit(
    repository: git.Repo,
    parent: str,
    files: Mapping[str, Entry | None],
    about: About,
    known: Sequence[KnownCommit] = (),
) -> str:
    """Commit files over a parent; the parent itself where they change nothing, and a known commit where it is the same.

    Signed where git's configuration says so (`commit.gpgsign`). A signature has a time in it: so a known commit is
    compared by what it says, and its signature and committer stay.

    Raises:
        ConfigurationError: git does not know who commits.
    """
    above = repository.commit(parent)
    tree = _tree(repository, parent, files)
    if tree == above.tree.hexsha:
        return parent
    for each in known:
        same = each.parents == (parent,) and each.tree == tree and each.message == about.message
        if same and each.author == about.author and each.authored == about.authored:
            return each.oid
    _refuse_nobody(repository)
    environ = {
        "GIT_AUTHOR_NAME": about.author.name,
        "GIT_AUTHOR_EMAIL": about.author.email,
        "GIT_AUTHOR_DATE": f"{about.authored} +0000",
        "GIT_COMMITTER_DATE": f"{committed_at(about.authored, int(above.committed_date))} +0000",
    }
    signed = str(repository.git.config("--type=bool", "--default=false", "--get", "commit.gpgSign")) == "true"
    options = ["-S"] if signed else []
    with tempfile.TemporaryFile() as stream:
        stream.write(about.message.encode("utf-8", "replace"))
        stream.seek(0)
        return str(repository.git.commit_tree(tree, "-p", parent, *options, env=environ, istream=stream))


def _tree(repository: git.Repo, parent: str, files: Mapping[str, Entry | None]) -> str:
    """The parent's tree with these files, by an index of its own in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as stream:
        environ = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        repository.git.read_tree(parent, env=environ)
        for path, entry in files.items():
            line = f"{entry.mode} {entry.oid}\t{path}" if entry else f"0 {'0' * len(parent)}\t{path}"
            stream.write(f"{line}\0".encode())
        stream.seek(0)
        repository.git.update_index("-z", "--index-info", env=environ, istream=stream)
        return str(repository.git.write_tree(env=environ))


def _message(commit: git.Commit) -> str:
    return commit.message if isinstance(commit.message, str) else commit.message.decode("utf-8", "replace")


def _known(commit: git.Commit) -> KnownCommit:
    return KnownCommit(
        oid=commit.hexsha,
        parents=tuple(parent.hexsha for parent in commit.parents),
        tree=commit.tree.hexsha,
        message=_message(commit),
        author=Person(str(commit.author.name or ""), str(commit.author.email or "")),
        authored=int(commit.authored_date),
        committed=int(commit.committed_date),
        parent_committed=int(commit.parents[0].committed_date) if commit.parents else 0,
        committer=Person(str(commit.committer.name or ""), str(commit.committer.email or "")),
    )


def _refuse_nobody(repository: git.Repo) -> None:
    import git

    try:
        repository.git.var("GIT_COMMITTER_IDENT")
    except git.GitCommandError as error:
        raise ConfigurationError(
            "git does not know who commits here",
            where=str(repository.working_tree_dir),
            remedy="set it: git config user.name NAME, git config user.email ADDRESS",
        ) from error
