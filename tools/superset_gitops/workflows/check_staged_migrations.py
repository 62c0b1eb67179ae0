"""Owns what only the migrations' hook looks at: what became of those that main has, and squawk's word on new ones."""

from __future__ import annotations

from pathlib import Path

from superset_gitops.core.hooks.memory import Memory
from superset_gitops.core.hooks.migrations import check_migrations, new_names
from superset_gitops.core.sql.split import split
from superset_gitops.edges.git.main_branch import read_main_branch
from superset_gitops.edges.git.staged import StagedTree
from superset_gitops.edges.squawk.lint_migration import lint_migration
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.sql import SqlFile, SqlKind
from superset_gitops.workflows.staged_policy import Layout


def check_staged_migrations(
    tree: StagedTree, project: str, layout: Layout, memory: Memory, programs: Path
) -> list[Problem]:
    """The problems of the staged migrations that a look at their text alone does not show.

    Args:
        tree: the staged project.
        project: its folder in the repository.
        layout: of the project.
        memory: filled with what squawk found clean.
        programs: the folder that squawk is in.
    """
    folder = layout.migrations_dir
    if not folder:
        return []
    prefix = f"{folder}/"
    staged = {
        path.removeprefix(prefix): file.oid
        for path, file in tree.files.items()
        if path.startswith(prefix) and "/" not in path.removeprefix(prefix) and not path.startswith(f"{prefix}.")
    }
    main = read_main_branch(layout.main_branch, f"{project}/{folder}" if project else folder)
    order = Level.ERROR if layout.order_matters else Level.WARNING
    problems = list(check_migrations(folder, staged, main, order))
    config = tree.files[".squawk.toml"].oid if ".squawk.toml" in tree.files else ""
    stamps = {f"{prefix}{name}": f"{staged[name]} {config}" for name in new_names(staged, main)}
    unclean = memory.unclean("squawk", stamps)
    for path, content in tree.read(unclean):
        text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        script = split(SqlFile(SqlKind.MIGRATION, path.removeprefix(prefix), path, text, ""))
        told = lint_migration(programs, path, text, transaction=script.transactional, own_config=bool(config))
        memory.note_clean("squawk", {path: stamps[path]}, [path] if told else [])
        problems += told
    return problems
