"""Owns reading what is staged: the tree that the commit in hand will have, never the working tree.

Git itself is called, with the variables that it gave to the hook: `git commit -- path` and `git commit -a` make an
index of their own and name it in GIT_INDEX_FILE. GitPython takes longer to import than all of this takes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from superset_gitops.bootstrap.git import PIPE_BYTES, ask_git
from superset_gitops.errors import Unavailable

_LINK, _SUBMODULE = "120000", "160000"
_AT_ONCE = PIPE_BYTES // 65  # names of 64 characters and a line end


@dataclass(frozen=True, slots=True)
class StagedFile:
    """One file of the tree: its mode as git writes it, and its content's hash."""

    mode: str
    oid: str

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.mode == _LINK


@dataclass(frozen=True, slots=True)
class StagedTree:
    """The tree of the commit in hand.

    Attributes:
        oid: the tree's hash: two of the same hash have the same files.
        files: path → file, of the folder that was asked for, relative to it; no submodules.
    """

    oid: str
    files: Mapping[str, StagedFile] = field(repr=False)

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Each path's bytes as they are in git: no line ends converted."""
        wanted = list(paths)
        for start in range(0, len(wanted), _AT_ONCE):
            yield from self._read(wanted[start : start + _AT_ONCE])

    def _read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        asked = "".join(f"{self.files[path].oid}\n" for path in paths).encode()
        answer = _git("cat-file", "--batch", stdin=asked)
        at = 0
        for path in paths:
            end = answer.index(b"\n", at)
            size = int(answer[at:end].rsplit(b" ", 1)[1])
            yield path, answer[end + 1 : end + 1 + size]
            at = end + 1 + size + 1


def read_staged_tree(folder: str = "") -> StagedTree:
    """The staged tree's files below a folder of the repository that the process stands in.

    What was only announced (`git add --intent-to-add`) is in no commit, and not here.

    Args:
        folder: relative to the repository's root, with forward slashes; empty for all of it.

    Raises:
        Unavailable: git could not say; its own words.
    """
    tree = _git("write-tree").decode().strip()
    prefix = f"{folder}/" if folder else ""
    listing = _git("ls-tree", "-r", "-z", "--full-tree", tree, *([prefix] if prefix else []))
    return StagedTree(tree, dict(_entries(listing.decode("utf-8", "surrogateescape"), prefix)))


def read_common_dir() -> str:
    """The folder that all worktrees of this repository share."""
    return os.path.realpath(_git("rev-parse", "--git-common-dir").decode("utf-8", "surrogateescape").strip())


def _entries(listing: str, prefix: str) -> Iterator[tuple[str, StagedFile]]:
    for entry in filter(None, listing.split("\0")):
        about, path = entry.split("\t", 1)
        mode, _, oid = about.split(" ")
        if mode != _SUBMODULE:
            yield path.removeprefix(prefix), StagedFile(mode, oid)


def _git(*arguments: str, stdin: bytes = b"") -> bytes:
    answer = ask_git(*arguments, stdin=stdin)
    if answer is not None:
        return answer
    import subprocess

    done = subprocess.run(["git", *arguments], input=stdin, capture_output=True, check=False)
    said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
    raise Unavailable(
        f"git {arguments[0]}: {said}", remedy="run it in a repository, with every merge conflict resolved"
    )
