"""Owns reading the migrations' and seeds' folders from disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from superset_gitops.errors import ConfigurationError
from superset_gitops.model.policy import DbMode, DbPolicy
from superset_gitops.model.problem import Level, Problem
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


def _read_folder(root: Path, folder: str, kind: SqlKind, problems: list[Problem]) -> Iterator[SqlFile]:
    place = root / folder
    if not place.exists():
        return
    if not place.is_dir():
        raise ConfigurationError(
            "this is not a folder", where=folder, remedy="mend db.migrations_dir or db.seed_dir in policy.yaml"
        )
    spelled: dict[str, str] = {}
    for name in sorted(entry.name for entry in place.iterdir() if not entry.name.startswith(".")):
        path = f"{folder.rstrip('/')}/{name}"
        if not name.endswith(".sql"):
            problems += _not_run(path, place / name)
            continue
        twin = spelled.setdefault(name.lower(), name)
        if twin != name:
            message = f"this name differs from {twin} only in case: some file systems take them for one file"
            problems.append(Problem(path, 1, 1, message, "sql-file-name"))
        file = _read_file(place / name, path, kind, problems)
        if file is not None:
            yield file


def _not_run(path: str, place: Path) -> Iterator[Problem]:
    """What people may believe to be run, and is not."""
    if path.lower().endswith(".sql"):
        yield Problem(path, 1, 1, "only names that end in .sql are run: rename it", "sql-file-name")
    elif place.is_dir() and any(place.glob("**/*.sql")):
        yield Problem(path, 1, 1, "the SQL files in this sub-folder are not run", "sql-file-name", Level.WARNING)


def _read_file(place: Path, path: str, kind: SqlKind, problems: list[Problem]) -> SqlFile | None:
    try:
        raw = place.read_bytes()
    except OSError as error:
        problems.append(Problem(path, 1, 1, f"cannot be read: {error.strerror}", "sql-file"))
        return None
    raw = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    try:
        text = raw.decode("utf-8")
        bad = text.encode().find(b"\0")
    except UnicodeDecodeError as error:
        bad, text = error.start, ""
    if bad >= 0:
        line, col = raw.count(b"\n", 0, bad) + 1, len(raw[raw.rfind(b"\n", 0, bad) + 1 : bad].decode("utf-8")) + 1
        message = f"byte 0x{raw[bad]:02x} is not UTF-8 text: save the file as UTF-8"
        problems.append(Problem(path, line, col, message, "sql-encoding"))
        return None
    return SqlFile(kind, place.name, path, text, hashlib.sha256(raw).hexdigest())
