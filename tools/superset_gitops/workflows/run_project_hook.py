"""Owns one run of a hook that looks at the staged project: memory in, problems out, the answer kept for the next."""

from __future__ import annotations

import hashlib
from pathlib import Path

from superset_gitops.bootstrap.verdict import staged_key, tool_key, write_scope, write_verdict
from superset_gitops.core.hooks.telling_hook import BUNDLE, COMPILE, MIGRATIONS, telling_hook
from superset_gitops.edges.files.hook_memory import load_memory, save_memory
from superset_gitops.edges.files.project import POLICY_FILE
from superset_gitops.edges.git.staged import read_common_dir, read_staged_tree
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.problem import Problem
from superset_gitops.workflows.check_staged import check_staged
from superset_gitops.workflows.staged_policy import read_layout


def run_project_hook(hook: str, project: str, programs: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """The files and folders that were looked at, from the repository's root, and the problems that a hook tells.

    Args:
        hook: its id.
        project: the project's folder in the repository; empty for its root.
        programs: the folder of the programs that belong to this tool.

    Raises:
        ConfigurationError: no policy.yaml is staged.
    """
    tree = read_staged_tree(project)
    if POLICY_FILE not in tree.files:
        if not project and hook not in {BUNDLE, COMPILE}:
            return (), ()  # these two tell it
        raise ConfigurationError(
            "no policy.yaml is staged",
            where=project or str(Path.cwd()),
            remedy="git add policy.yaml; a project in a folder of its repository: args: [--project, FOLDER]",
        )
    tool = tool_key()
    name = hashlib.sha256(f"{tool} {read_common_dir()} {project}".encode()).hexdigest()
    memory = load_memory(name)
    layout = read_layout(tree, memory)
    checked = check_staged(tree, layout, memory)
    problems = list(checked.problems)
    if hook == MIGRATIONS:
        from superset_gitops.workflows.check_staged_migrations import check_staged_migrations

        problems += check_staged_migrations(tree, project, layout, checked.memory, programs)
    save_memory(name, checked.memory)
    prefix = f"{project}/" if project else ""
    paths = tuple(f"{prefix}{path}" for path in layout.paths)
    write_scope(tool, project, tree.files[POLICY_FILE].oid, list(paths))
    key = staged_key(tool, project, tree.oid)
    if key is not None:
        lines = [(telling_hook(p), str(p.level), f"{prefix}{p}") for p in checked.problems]
        write_verdict(key[0], lines)
    return paths, tuple(sorted(problem for problem in problems if telling_hook(problem) == hook))
