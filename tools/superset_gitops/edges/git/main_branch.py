"""Owns what the main branch has in a folder, as seen from the commit in hand."""

from __future__ import annotations

from superset_gitops.bootstrap.git import ask_git
from superset_gitops.core.hooks.migrations import MainBranch


def read_main_branch(name: str, folder: str) -> MainBranch:
    """The files of a folder on the remote's main branch, or on the local one where no remote's is known.

    What is on neither was published by nobody: it may still be edited, also by `git commit --amend`.

    Args:
        name: of the branch.
        folder: relative to the repository's root.
    """
    for branch, reference in ((f"origin/{name}", f"refs/remotes/origin/{name}"), (name, f"refs/heads/{name}")):
        tip = ask_git("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")
        if tip is None:
            continue
        # No common commit: an unborn branch, or a history that was cut off.
        base = ask_git("merge-base", "HEAD", reference)
        return MainBranch(branch, _files(base.decode().strip(), folder) if base else {}, _files(reference, folder))
    return MainBranch("", {}, {})


def _files(revision: str, folder: str) -> dict[str, str]:
    listing = ask_git("ls-tree", "-z", "--full-tree", revision, "--", f"{folder}/") or b""
    found = {}
    for entry in filter(None, listing.decode("utf-8", "surrogateescape").split("\0")):
        about, path = entry.split("\t", 1)
        _, kind, oid = about.split(" ")
        if kind == "blob":
            found[path.removeprefix(f"{folder}/")] = oid
    return found
