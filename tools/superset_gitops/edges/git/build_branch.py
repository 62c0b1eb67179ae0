"""Owns building our branch out of commits to be: on the base that it has where that still serves, else on main."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.edges.git.branch_commits import (
    About,
    Entry,
    commit_date,
    entry_at,
    read_blob,
    write_blob,
    write_commit,
)
from superset_gitops.model.runtime_branch import Draft, KnownCommit

if TYPE_CHECKING:
    import git

_BOM = b"\xef\xbb\xbf"
_NEW_FILE = "100644"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the branch is made of.

    Attributes:
        project: the project's folder.
        main: the commit that it starts from.
        drafts: the commits to be, oldest first.
        known: the commits that the branch has now, here and at the remote: the same commit is not made twice.
        tip: what the branch is now; empty where there is none.
    """

    project: Path
    main: str
    drafts: Sequence[Draft] = field(repr=False)
    known: Sequence[KnownCommit] = field(repr=False)
    tip: str


def build_branch(repository: git.Repo, parts: Parts) -> str:
    """Write the branch's commits and return its tip, without moving any branch; main where nothing is on it.

    Main moves on more often than people edit in Superset. While it leaves the edited files alone, the branch stays as
    it is: reviewers keep their place, and merging it gives what was proven.
    """
    fork = _fork(repository, parts)
    if fork and fork != parts.main and _same_files(repository, parts, fork):
        tip = _on(repository, parts, fork)
        if tip == parts.tip:
            return tip
    return _on(repository, parts, parts.main)


def _on(repository: git.Repo, parts: Parts, base: str) -> str:
    tip = base
    undated = commit_date(repository, base)
    for draft in parts.drafts:
        files = {path: _entry(repository, tip, path, text) for path, text in _rooted(repository, parts, draft).items()}
        about = About(draft.message, draft.author, undated if draft.at is None else draft.at)
        tip = write_commit(repository, tip, files, about, parts.known)
    return tip


def _fork(repository: git.Repo, parts: Parts) -> str:
    """Where the branch leaves main; empty without a branch."""
    if not parts.tip:
        return ""
    bases = repository.merge_base(parts.main, parts.tip)
    return bases[0].hexsha if bases else ""


def _same_files(repository: git.Repo, parts: Parts, fork: str) -> bool:
    """Whether main has left alone all files that the branch edits."""
    paths = {path for draft in parts.drafts for path in _rooted(repository, parts, draft)}
    return all(entry_at(repository, fork, path) == entry_at(repository, parts.main, path) for path in paths)


def _rooted(repository: git.Repo, parts: Parts, draft: Draft) -> dict[str, str | None]:
    """A draft's files by their paths from the repository's root."""
    root = Path(str(repository.working_tree_dir)).resolve()
    inside = parts.project.resolve().relative_to(root)
    return {(inside / path).as_posix(): text for path, text in draft.files.items()}


def _entry(repository: git.Repo, tip: str, path: str, text: str | None) -> Entry | None:
    """A text as a file: mode and byte-order mark stay as they are."""
    if text is None:
        return None
    now, content = entry_at(repository, tip, path), text.encode()
    if now is not None and read_blob(repository, now.oid).startswith(_BOM):
        content = _BOM + content
    return Entry(now.mode if now else _NEW_FILE, write_blob(repository, content))
