"""Owns check-jsonschema's report as problems with their lines: it names only a path inside the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from superset_gitops.core.documents.place import line_and_column
from superset_gitops.core.documents.read_yaml import DocumentPath, read_yaml
from superset_gitops.model.problem import Problem

RULE = "workflow-schema"
# `$.jobs.build.steps[0]`; keys are not quoted there, whatever is in them.
_STEP = re.compile(r"\[(\d+)\]|\.([^.\[]+)")
_UNKNOWN = re.compile(r"\((.+) (?:was|were) unexpected\)")
_UNNAMED = re.compile(r"'((?:[^'\\]|\\.)*)' does not match any of the regexes")
_LONGEST = 300


def schema_findings(report: str, texts: Mapping[str, str]) -> Iterator[Problem]:
    """Each error at its place.

    Args:
        report: what `check-jsonschema --output-format json` printed.
        texts: the checked files by the names that the report has.

    Raises:
        ValueError: it is no such report.
    """
    told = json.loads(report)
    for fault in told["parse_errors"]:
        path = fault["filename"]
        text = texts.get(path, "")
        first = next(iter(read_yaml(text).faults), None)
        line, col = line_and_column(text, first.offset) if first else (1, 1)
        yield Problem(path, line, col, first.message if first else fault["message"], "yaml-syntax")
    for error in told["errors"]:
        yield _problem(error, texts.get(error["filename"], ""))


def _problem(error: Mapping[str, Any], text: str) -> Problem:
    """Where one of several schemas would do, the report's best match says what is meant."""
    meant = error.get("best_deep_match") or error.get("best_match") or error
    path, message = _path(meant["path"]), str(meant["message"])
    named = _named(message)
    offset = read_yaml(text).offset((*path, *named), on_key=bool(named))
    line, col = line_and_column(text, offset)
    shown = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"
    return Problem(error["filename"], line, col, f"{meant['path'].removeprefix('$.')}: {shown}", RULE)


def _path(told: str) -> DocumentPath:
    return tuple(int(index) if index else key for index, key in _STEP.findall(told))


def _named(message: str) -> tuple[str, ...]:
    """The key that is wrong, where the message is about one."""
    unknown, unnamed = _UNKNOWN.search(message), _UNNAMED.search(message)
    if unknown:
        return (unknown[1].split(", ")[0].strip("'\""),)
    return (unnamed[1],) if unnamed else ()
