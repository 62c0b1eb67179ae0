"""Owns reading policy.yaml: its text in, a checked `Policy` with every default, or all its problems."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from superset_gitops.core.documents.check_schema import check_schema
from superset_gitops.core.documents.place import line_and_column
from superset_gitops.core.documents.read_yaml import Parsed, read_yaml
from superset_gitops.core.policy.check_policy import Complaint, contradictions
from superset_gitops.core.policy.fill_policy import fill_policy
from superset_gitops.errors import SourceProblems
from superset_gitops.model.policy import Policy
from superset_gitops.model.problem import Problem

DEFAULT_ASSETS_DIR = "superset_assets"


def load_policy(text: str, path: str, environments: Collection[str]) -> Policy:
    """The policy that a text says.

    Args:
        text: the file's text.
        path: its name in messages, `policy.yaml`.
        environments: the names of the variables files that exist.

    Raises:
        SourceProblems: every problem, each with its line.
    """
    parsed = read_yaml(text)
    problems = tuple(sorted(_problem(text, path, parsed, c) for c in _complaints(parsed, environments)))
    if problems:
        raise SourceProblems(problems, remedy="every key and legal value: docs/policy.md")
    return fill_policy(parsed.value, lambda at: (path, *line_and_column(text, parsed.offset(at))))


def assets_dir_of(text: str) -> str:
    """The folder of the assets that a policy names, also where other things are wrong with it."""
    value = read_yaml(text).value
    named = value.get("assets_dir") if isinstance(value, Mapping) else None
    wrong = any(path == ("assets_dir",) for path, _, _ in check_schema("policy", value)) if named is not None else True
    return DEFAULT_ASSETS_DIR if wrong else str(named)


def _complaints(parsed: Parsed, environments: Collection[str]) -> list[Complaint]:
    if parsed.faults:
        return [Complaint(fault.offset, fault.message, fault.rule) for fault in parsed.faults]
    if parsed.empty:
        return [Complaint((), "the policy is empty: it needs db, apply, export and deploy", "policy")]
    wrong = [
        Complaint(path, text, "policy", on_key=on_key) for path, on_key, text in check_schema("policy", parsed.value)
    ]
    # Contradictions are only told where the shapes are right.
    return wrong or list(contradictions(parsed.value, environments))


def _problem(text: str, path: str, parsed: Parsed, complaint: Complaint) -> Problem:
    at: Any = complaint.at
    offset = at if isinstance(at, int) else parsed.offset(at, on_key=complaint.on_key)
    return Problem(path, *line_and_column(text, offset), complaint.message, complaint.rule)
