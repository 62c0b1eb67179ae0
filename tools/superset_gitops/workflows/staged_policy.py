"""Owns a staged project's policy and SQL files: what they say, and what is wrong with each by itself."""

from __future__ import annotations

from dataclasses import dataclass

from superset_gitops.core.hooks.memory import Memory
from superset_gitops.core.policy.load_policy import assets_dir_of, load_policy
from superset_gitops.edges.files.project import LINT_FILES, POLICY_FILE
from superset_gitops.edges.git.staged import StagedTree
from superset_gitops.errors import SourceProblems
from superset_gitops.model.policy import DbMode, Gate
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources
from superset_gitops.model.sql import SqlFile, SqlFiles, SqlKind

_DEFAULT_SQL = ("db/migrations", "db/seed")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a project's files are, as its policy says; a folder that no environment uses is empty."""

    assets_dir: str
    migrations_dir: str
    seed_dir: str
    main_branch: str
    order_matters: bool = False  # some environment refuses a migration that sorts before an applied one

    @property
    def paths(self) -> list[str]:
        """Everything that decides what is wrong with the project; the migrations' folder last."""
        return [POLICY_FILE, *LINT_FILES, ".squawk.toml", self.assets_dir, self.seed_dir, self.migrations_dir]


def read_layout(tree: StagedTree, memory: Memory) -> Layout:
    """The layout that the staged policy says; where the policy is wrong, what can be read of it, or the defaults."""
    oid = tree.files[POLICY_FILE].oid
    if memory.layout[:1] == [oid]:
        _, assets_dir, migrations_dir, seed_dir, main_branch, order = memory.layout
        return Layout(assets_dir, migrations_dir, seed_dir, main_branch, order_matters=order == "fail")
    text = policy_text(tree)
    assets_dir = assets_dir_of(text)
    try:
        policy = load_policy(text, POLICY_FILE, _environments(tree, assets_dir))
    except SourceProblems:
        return Layout(assets_dir, *_DEFAULT_SQL, "main")
    used = [each.db for each in policy.environments.values() if each.db.mode is not DbMode.NONE]
    folders = (used[0].migrations_dir.rstrip("/"), used[0].seed_dir.rstrip("/")) if used else ("", "")
    order = "fail" if any(each.out_of_order is Gate.FAIL for each in used) else "warn"
    layout = Layout(policy.assets_dir, *folders, policy.main_branch, order_matters=order == "fail")
    memory.layout[:] = [oid, layout.assets_dir, *folders, layout.main_branch, order]
    return layout


def check_policy(tree: StagedTree, sources: Sources, memory: Memory) -> list[Problem]:
    """What is wrong with the policy."""
    stamp = {POLICY_FILE: " ".join([tree.files[POLICY_FILE].oid, *sources.environments])}
    if not memory.unclean("policy", stamp):
        return []
    try:
        load_policy(policy_text(tree), POLICY_FILE, sources.environments)
    except SourceProblems as error:
        return list(error.problems)
    memory.note_clean("policy", stamp, ())
    return []


def check_sql(tree: StagedTree, layout: Layout, memory: Memory) -> list[Problem]:
    """What is wrong with the SQL files' names and statements."""
    problems: list[Problem] = []
    for kind, folder in ((SqlKind.MIGRATION, layout.migrations_dir), (SqlKind.SEED, layout.seed_dir)):
        if not folder:
            continue
        hashes = {path: file.oid for path, file in tree.files.items() if path.startswith(f"{folder}/")}
        unclean = memory.unclean("sql", hashes)
        if not unclean and memory.clean.get(f"names {folder}") == " ".join(hashes):
            continue
        from superset_gitops.core.hooks.check_prose import check_prose
        from superset_gitops.core.sql.name_files import read_sql_folder
        from superset_gitops.core.sql.refuse import check_files

        content = dict(tree.read(unclean))
        # What was found clean is as good as an empty file, except for its name.
        read = {path.removeprefix(f"{folder}/"): content.get(path, b"") for path in hashes}
        found = list(read_sql_folder(folder, read, kind, read.__getitem__))
        problems += [each for each in found if isinstance(each, Problem)]
        files = tuple(each for each in found if isinstance(each, SqlFile) and each.path in content)
        secrets = [p for path, raw in content.items() for p in check_prose(path, raw.decode("utf-8-sig", "replace"))]
        problems += secrets
        told = check_files(SqlFiles(files, ()) if kind is SqlKind.MIGRATION else SqlFiles((), files))
        problems += told
        memory.note_clean("sql", {path: hashes[path] for path in unclean}, [problem.path for problem in problems])
        memory.note_clean("names", {folder: " ".join(hashes)}, [folder] if problems else [])
    return problems


def policy_text(tree: StagedTree) -> str:
    """The staged policy's text."""
    return dict(tree.read([POLICY_FILE]))[POLICY_FILE].decode("utf-8-sig", errors="replace")


def _environments(tree: StagedTree, assets_dir: str) -> list[str]:
    prefix = f"{assets_dir}/environments/"
    names = (path.removeprefix(prefix) for path in tree.files if path.startswith(prefix) and path.endswith(".yaml"))
    return [name.removesuffix(".yaml") for name in names if "/" not in name]
