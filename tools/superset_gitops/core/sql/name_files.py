"""Owns which files of the two SQL folders are run, in which order, and what is wrong with their names or bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.sql import SqlFile, SqlKind


def read_sql_folder(
    folder: str, names: Iterable[str], kind: SqlKind, read: Callable[[str], bytes]
) -> Iterator[SqlFile | Problem]:
    """The SQL files of a folder, sorted by code point, and the problems; hidden files are none of ours.

    Args:
        folder: relative to the project's root, without a slash at its end.
        names: every file below it, relative to it, with forward slashes.
        kind: what its files are.
        read: gives a named file's bytes.
    """
    spelled: dict[str, str] = {}
    told: set[str] = set()
    for name in sorted(name for name in names if not name.startswith(".")):
        path = f"{folder}/{name}"
        inside, _, rest = name.partition("/")
        if rest:
            if name.endswith(".sql") and inside not in told:
                told.add(inside)
                message = "the SQL files in this sub-folder are not run"
                yield Problem(f"{folder}/{inside}", 1, 1, message, "sql-file-name", Level.WARNING)
        elif name.endswith(".sql"):
            twin = spelled.setdefault(name.lower(), name)
            if twin != name:
                message = f"this name differs from {twin} only in case: some file systems take them for one file"
                yield Problem(path, 1, 1, message, "sql-file-name")
            yield _read_file(path, name, kind, read)
        elif name.lower().endswith(".sql"):
            yield Problem(path, 1, 1, "only names that end in .sql are run: rename it", "sql-file-name")


def _read_file(path: str, name: str, kind: SqlKind, read: Callable[[str], bytes]) -> SqlFile | Problem:
    try:
        raw = read(name)
    except OSError as error:
        return Problem(path, 1, 1, f"cannot be read: {error.strerror}", "sql-file")
    raw = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    try:
        text = raw.decode("utf-8")
        bad = text.encode().find(b"\0")
    except UnicodeDecodeError as error:
        bad, text = error.start, ""
    if bad >= 0:
        line, col = raw.count(b"\n", 0, bad) + 1, len(raw[raw.rfind(b"\n", 0, bad) + 1 : bad].decode("utf-8")) + 1
        message = f"byte 0x{raw[bad]:02x} is not UTF-8 text: save the file as UTF-8"
        return Problem(path, line, col, message, "sql-encoding")
    return SqlFile(kind, name, path, text, hashlib.sha256(raw).hexdigest())
