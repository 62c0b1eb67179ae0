"""Owns a hook's first steps: the answer of an earlier hook where there is one, else into the environment that it needs.

Standard library only: a hook that finds an answer ends here.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # typing takes longer to import than everything here
if TYPE_CHECKING:
    from collections.abc import Iterable

# What checks this project's own Python files needs the tools of those who work on it.
_OF_DEVELOPERS = frozenset({"python-lint", "python-format", "python-types", "python-layers", "workflow-check"})
_SHARED = frozenset(
    {"template-compile", "bundle-validate", "migration-check", "policy-schema", "yamllint", "clear-text-secrets"}
)


def start_in_clone(arguments: list[str]) -> None:
    """Run a hook of a clone, whose packages stand in a private environment."""
    # The script's own folder, first on the path, has modules that are named like others.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    _answer_quickly(arguments)
    from superset_gitops.bootstrap.enter import stay

    _run(arguments, stay("dev" if arguments[:1] and arguments[0] in _OF_DEVELOPERS else "runtime"))


def run() -> None:
    """Run a hook that pre-commit has installed with its packages."""
    _answer_quickly(sys.argv[1:])
    _run(sys.argv[1:], sys.prefix)


def _run(arguments: list[str], environment: str) -> None:
    """Do a hook's work; the programs that it runs are in this environment."""
    from superset_gitops.bootstrap.verdict import note_python
    from superset_gitops.cli.hook import run as run_hook

    note_python()
    sys.exit(run_hook(arguments, environment))


def _answer_quickly(arguments: list[str]) -> None:
    """Tell an earlier hook's answer and exit; return where there is none."""
    if not arguments or arguments[0] not in _SHARED:
        return
    from superset_gitops.bootstrap.verdict import read_verdict, staged_key, tool_key

    hook, project, files = split_arguments(arguments)
    found = staged_key(tool_key(), project)
    lines = read_verdict(found[0]) if found else None
    if found is None or lines is None:
        return
    _, listing, paths = found
    if hook == "migration-check" and not _migrations_are_those_of_head(listing, paths):
        return
    if not all(is_below(file, paths) for file in files):
        return
    told = [line for line in lines if line[0] == hook]
    sys.stdout.write("".join(f"{text}\n" for _, _, text in told))
    sys.exit(1 if any(level == "error" for _, level, _ in told) else 0)


def split_arguments(arguments: list[str]) -> tuple[str, str, list[str]]:
    """The hook's id, the project's folder (`--project DIR`; empty for the repository's root) and the files."""
    hook, *rest = arguments
    if rest[:1] == ["--project"]:
        return hook, "" if rest[1] == "." else rest[1].strip("/"), rest[2:]
    return hook, "", rest


def is_below(file: str, paths: Iterable[str]) -> bool:
    """Whether a file is one of these, or in one of these folders."""
    return any(file == path or file.startswith(f"{path}/") for path in paths)


def _migrations_are_those_of_head(listing: str, paths: list[str]) -> bool:
    """Whether the commit in hand leaves the migrations as they are; their folder is the last of the scope's paths."""
    from superset_gitops.bootstrap.git import ask_git

    before = ask_git("ls-tree", "--full-tree", "HEAD", "--", paths[-1])
    now = [line for line in listing.split("\n") if line.endswith(f"\t{paths[-1]}")]
    return before is not None and before.decode("utf-8", "replace").split("\n")[:-1] == now


if __name__ == "__main__":
    start_in_clone(sys.argv[1:])
