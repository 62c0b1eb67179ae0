"""Owns how a sync's plan and its result are told: lines for people, data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from superset_gitops.model.problem import Problem
from superset_gitops.model.sql import PlannedFile, SyncPlan, SyncReport


def status_lines(plan: SyncPlan) -> Iterator[str]:
    """One line a file: its state, its path, and when and by whom it was applied; then what is wrong."""
    for planned in plan.files:
        yield f"{planned.state.value:8} {planned.path}{_when(planned)}"
    if not plan.files:
        yield "no SQL files: nothing to do"
    for problem in plan.problems:
        yield str(problem)


def dry_run_lines(plan: SyncPlan) -> Iterator[str]:
    """One line for each file that a sync would run."""
    for planned in plan.to_run:
        yield f"would run {planned.path} ({_size(planned)})"
    if not plan.to_run:
        yield "nothing to do"


def report_lines(report: SyncReport) -> Iterator[str]:
    """One line for each file that ran."""
    for run in report.runs:
        if run.ran:
            yield f"applied {run.path} ({_counted(run.statements, 'statement')}, {run.duration_ms} ms)"
        else:
            yield f"skipped {run.path}: another run applied it meanwhile"
    if not report.runs:
        yield f"nothing to do: {_counted(report.unchanged, 'file')} applied before"


def plan_data(plan: SyncPlan) -> dict[str, Any]:
    """A plan as JSON values."""
    return {"files": [_file_data(planned) for planned in plan.files], "problems": [*map(_problem_data, plan.problems)]}


def report_data(report: SyncReport) -> dict[str, Any]:
    """A result as JSON values."""
    return {
        "runs": [
            {"path": run.path, "kind": run.kind.value, "ran": run.ran, "statements": run.statements}
            | {"duration_ms": run.duration_ms}
            for run in report.runs
        ],
        "unchanged": report.unchanged,
        "warnings": [*map(_problem_data, report.warnings)],
    }


def _file_data(planned: PlannedFile) -> dict[str, Any]:
    row = planned.applied
    applied = None
    if row is not None:
        applied = {
            "at": row.applied_at.isoformat(),
            "by": row.applied_by,
            "duration_ms": row.duration_ms,
            "statements": row.statements_done,
            "checksum": row.checksum,
        }
    checksum = planned.file.checksum if planned.file else None
    return {"path": planned.path, "kind": planned.kind.value, "state": planned.state.value, "checksum": checksum} | {
        "applied": applied
    }


def _problem_data(problem: Problem) -> dict[str, Any]:
    return {
        "path": problem.path,
        "line": problem.line,
        "col": problem.col,
        "level": problem.level.value,
        "message": problem.message,
        "rule": problem.rule,
    }


def _when(planned: PlannedFile) -> str:
    row = planned.applied
    if row is None:
        return ""
    done = "" if row.complete else f", {_counted(row.statements_done, 'statement')} done"
    return f"  ({row.applied_at:%Y-%m-%d %H:%M} by {row.applied_by}, {row.duration_ms} ms{done})"


def _size(planned: PlannedFile) -> str:
    script = planned.script
    if script is None:
        return planned.state.value
    how = "in one transaction" if script.transactional else "without a transaction"
    done = planned.applied.statements_done if planned.applied and not planned.applied.complete else 0
    resumed = f", {done} of them done" if done else ""
    return f"{planned.state.value}, {_counted(len(script.statements), 'statement')}{resumed}, {how}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
