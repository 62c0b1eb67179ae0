"""Owns telling problems: lines for people, JSON for programs, annotations for a forge's workflows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from superset_gitops.model.problem import Level, Problem

# Raised when a key of the JSON form changes its meaning or goes away; new keys may come at any time.
JSON_VERSION = 1


def problem_lines(problems: Sequence[Problem], style: str) -> Iterator[str]:
    """The problems as output lines; `style` is text, json or github."""
    if style == "json":
        yield problems_json(problems)
    elif style == "github":
        yield from map(_annotation, problems)
    else:
        yield from map(str, problems)


def problems_json(problems: Sequence[Problem]) -> str:
    """`{"version": 1, "problems": [{"path", "line", "col", "level", "rule", "message", "environment"}, …]}`."""
    told = [
        {
            "path": problem.path,
            "line": problem.line,
            "col": problem.col,
            "level": str(problem.level),
            "rule": problem.rule,
            "message": problem.message,
            "environment": problem.environment or None,
        }
        for problem in problems
    ]
    return json.dumps({"version": JSON_VERSION, "problems": told}, ensure_ascii=False, indent=2)


def count_line(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`, or `no problems`."""
    errors = sum(problem.level is Level.ERROR for problem in problems)
    counts = ((errors, "error"), (len(problems) - errors, "warning"))
    return ", ".join(f"{n} {what}{'' if n == 1 else 's'}" for n, what in counts if n) or "no problems"


def error_annotation(text: str) -> str:
    """A reason to stop as a workflow command; the runner shows it on the run's page and on the pull request."""
    return f"::error title=hybrid::{_escaped(text, '')}"


def _annotation(problem: Problem) -> str:
    """A workflow command: `::error file=…,line=…,col=…,title=…::message`, escaped as the runner unescapes it."""
    where = f"[{problem.environment}] " if problem.environment else ""
    properties = {"file": problem.path, "line": problem.line, "col": problem.col, "title": problem.rule}
    told = ",".join(f"{name}={_escaped(str(value), ',:')}" for name, value in properties.items())
    return f"::{problem.level} {told}::{_escaped(where + problem.message, '')}"


def _escaped(text: str, more: str) -> str:
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
