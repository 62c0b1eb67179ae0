"""Owns reading the migrations' and seeds' folders from disk."""

from __future__ import annotations

from pathlib import Path

from superset_gitops.core.sql.name_files import read_sql_folder
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.policy import DbMode, DbPolicy
from superset_gitops.model.problem import Problem
from superset_gitops.model.sql import SqlFile, SqlFiles, SqlKind


def read_sql_files(root: Path, policy: DbPolicy) -> SqlFiles:
    """Read `*.sql` of both folders, each sorted by code point; hidden files are none of ours.

    A folder that does not exist has no files: Git keeps no empty folders.

    Raises:
        ConfigurationError: a folder's path is something else, or both kinds share one folder.
    """
    if policy.mode is DbMode.NONE:
        return SqlFiles((), ())
    folders = {SqlKind.MIGRATION: policy.migrations_dir, SqlKind.SEED: policy.seed_dir}
    if (root / policy.migrations_dir).resolve() == (root / policy.seed_dir).resolve():
        raise ConfigurationError(
            "migrations and seeds are in one folder",
            where=policy.migrations_dir,
            remedy="give db.migrations_dir and db.seed_dir folders of their own in policy.yaml",
        )
    problems: list[Problem] = []
    found = {kind: tuple(_read_folder(root, folder, kind, problems)) for kind, folder in folders.items()}
    return SqlFiles(found[SqlKind.MIGRATION], found[SqlKind.SEED], tuple(sorted(problems)))


def _read_folder(root: Path, folder: str, kind: SqlKind, problems: list[Problem]) -> list[SqlFile]:
    place = root / folder
    if not place.exists():
        return []
    if not place.is_dir():
        raise ConfigurationError(
            "this is not a folder", where=folder, remedy="mend db.migrations_dir or db.seed_dir in policy.yaml"
        )
    # What is in a sub-folder is only told, so a look at its names is enough.
    names = [entry.name for entry in place.iterdir() if not entry.is_dir()]
    names += [each.relative_to(place).as_posix() for each in place.glob("*/**/*.sql")]
    found = list(read_sql_folder(folder.rstrip("/"), names, kind, lambda name: (place / name).read_bytes()))
    problems += [each for each in found if isinstance(each, Problem)]
    return [each for each in found if isinstance(each, SqlFile)]
