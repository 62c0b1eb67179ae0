"""Owns looking for secrets in the staged files that are no sources of the project: documentation above all."""

from __future__ import annotations

from collections.abc import Sequence

from superset_gitops.core.hooks.check_prose import check_prose
from superset_gitops.edges.git.staged import read_staged_tree
from superset_gitops.model.problem import Problem


def check_staged_prose(files: Sequence[str]) -> list[Problem]:
    """The secrets in these files as they are staged; paths are relative to the repository's root."""
    tree = read_staged_tree()
    known = [file for file in files if file in tree.files and not tree.files[file].is_link]
    problems: list[Problem] = []
    for path, content in tree.read(known):
        problems += check_prose(path, content.decode("utf-8-sig", "replace"))
    return problems
