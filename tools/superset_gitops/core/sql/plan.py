"""Owns comparing the tree's SQL files with the tracking table: what is to run, and what policy says to the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from superset_gitops.core.sql.refuse import read_script
from superset_gitops.model.policy import DbMode, DbPolicy, Gate
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.sql import (
    TO_RUN,
    AppliedFile,
    FileState,
    PlannedFile,
    Script,
    SqlFile,
    SqlFiles,
    SqlKind,
    Statement,
    SyncPlan,
)

Rows = Mapping[tuple[SqlKind, str], AppliedFile]


def make_plan(files: SqlFiles, applied: Iterable[AppliedFile], policy: DbPolicy) -> SyncPlan:
    """Compare files with rows.

    Under `mode: none` there is nothing to plan; under `migrations_only` seeds are left out.
    """
    if policy.mode is DbMode.NONE:
        return SyncPlan(())
    rows = {(row.kind, row.name): row for row in applied}
    chosen = [*files.migrations, *(files.seeds if policy.mode is DbMode.MIGRATIONS_AND_SEED else ())]
    planned = [_plan_file(file, rows.get((file.kind, file.name))) for file in chosen]
    unknown = list(_unknown(files, rows, policy))
    problems = [*files.problems]
    for item in planned:
        problems += _problems_of(item, policy)
    problems += _out_of_order(planned, rows, policy)
    problems += [_unknown_problem(item, policy.unknown) for item in unknown]
    return SyncPlan((*unknown, *planned), tuple(problems))


def checksum_of(statements: Iterable[Statement]) -> str:
    """SHA-256, in hex, over statements with their COPY data: whether what already ran is still what the file says."""
    return [hashlib.sha256().hexdigest(), *running_checksums(statements)][-1]


def running_checksums(statements: Iterable[Statement]) -> Iterator[str]:
    """`checksum_of` the first one, the first two, and so on."""
    digest = hashlib.sha256()
    for statement in statements:
        for text in (statement.text, statement.copy.text if statement.copy else ""):
            digest.update(f"{len(text)}:{text}".encode())
        yield digest.hexdigest()


def _plan_file(file: SqlFile, row: AppliedFile | None) -> PlannedFile:
    if row is not None and row.complete and row.checksum == file.checksum:
        return PlannedFile(file.kind, file.name, file.path, FileState.APPLIED, file, row)
    script = read_script(file)
    state = _state(file, row, script)
    return PlannedFile(file.kind, file.name, file.path, state, file, row, script)


def _state(file: SqlFile, row: AppliedFile | None, script: Script) -> FileState:
    if row is not None and row.complete:
        return FileState.EDITED if file.kind is SqlKind.MIGRATION else FileState.CHANGED
    if row is not None and row.statements_done:
        resumable = script.transactional is False and _same_beginning(script, row)
        # A seed may run from its beginning at any time; a migration may not.
        return FileState.PARTIAL if resumable or file.kind is SqlKind.MIGRATION else FileState.CHANGED
    if not script.statements and not script.problems:
        return FileState.EMPTY
    return FileState.PENDING


def _same_beginning(script: Script, row: AppliedFile) -> bool:
    return checksum_of(script.statements[: row.statements_done]) == row.done_checksum


def _unknown(files: SqlFiles, rows: Rows, policy: DbPolicy) -> Iterator[PlannedFile]:
    """Applied migrations that the tree lacks; a seed that is gone needs nothing."""
    known = {file.name for file in files.migrations}
    for (kind, name), row in sorted(rows.items()):
        if kind is SqlKind.MIGRATION and name not in known:
            path = f"{policy.migrations_dir}/{name}"
            yield PlannedFile(kind, name, path, FileState.UNKNOWN, applied=row)


def _problems_of(item: PlannedFile, policy: DbPolicy) -> Iterator[Problem]:
    if item.state is FileState.EDITED:
        yield _edited(item, policy.edited)
    elif item.state is FileState.EMPTY:
        yield Problem(item.path, 1, 1, "no statement in this file: nothing to run", "sql-empty", Level.WARNING)
    elif item.state in TO_RUN and item.script is not None:
        yield from item.script.problems
        yield from _resume_problem(item, item.script)


def _edited(item: PlannedFile, gate: Gate) -> Problem:
    when = f" on {item.applied.applied_at:%Y-%m-%d} by {item.applied.applied_by}" if item.applied else ""
    message = (
        f"this migration was edited after it was applied{when}; it does not run again: restore it (git log -- "
        f"{item.path}) and put the change in a new migration, or, if the database already is as the file says, "
        f"run: tools/db_sync --accept {item.path}"
    )
    return Problem(item.path, 1, 1, message, "sql-edited", _level(gate))


def _resume_problem(item: PlannedFile, script: Script) -> Iterator[Problem]:
    row = item.applied
    if item.state is not FileState.PARTIAL or row is None or script.problems:
        return
    done = f"its first {row.statements_done} statement(s) are already committed"
    accept = f"or, if the database already has all of it, run: tools/db_sync --accept {item.path}"
    if script.transactional:
        message = f"{done}, so it needs its header `-- hybrid: no-transaction` again to go on; {accept}"
        yield Problem(item.path, 1, 1, message, "sql-resume")
    elif not _same_beginning(script, row):
        place = script.statements[min(row.statements_done, len(script.statements)) - 1] if script.statements else None
        line, col = (place.line, place.col) if place else (1, 1)
        message = f"{done}, and their text has changed since: restore them and change only what follows; {accept}"
        yield Problem(item.path, line, col, message, "sql-resume")


def _out_of_order(planned: list[PlannedFile], rows: Rows, policy: DbPolicy) -> Iterator[Problem]:
    last = max((name for (kind, name), row in rows.items() if kind is SqlKind.MIGRATION and row.complete), default="")
    for item in planned:
        if item.kind is SqlKind.MIGRATION and item.state is FileState.PENDING and item.name < last:
            message = (
                f"this new migration sorts before {last}, which is already applied: rename it so that it sorts last "
                "(names sort as text: write numbers with leading zeros), unless both orders give the same database"
            )
            yield Problem(item.path, 1, 1, message, "sql-out-of-order", _level(policy.out_of_order))


def _unknown_problem(item: PlannedFile, gate: Gate) -> Problem:
    when = f" on {item.applied.applied_at:%Y-%m-%d} by {item.applied.applied_by}" if item.applied else ""
    message = (
        f"this migration was applied{when} and is not in this branch: merge the branch that has it, or restore it; "
        f"if it is gone for good, run: tools/db_sync --accept {item.path}"
    )
    return Problem(item.path, 1, 1, message, "sql-unknown", _level(gate))


def _level(gate: Gate) -> Level:
    return Level.ERROR if gate is Gate.FAIL else Level.WARNING
