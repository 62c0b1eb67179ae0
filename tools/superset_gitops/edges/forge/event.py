"""Owns what a workflow's surroundings say: the pull request that it runs for, and the run's own page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from superset_gitops.errors import ConfigurationError

_REMEDY = "name it with --pull-request NUMBER"


def pull_request_number(environ: Mapping[str, str]) -> int:
    """The number of the pull request that the event in GITHUB_EVENT_PATH is about.

    Raises:
        ConfigurationError: there is no event, or it is about something else.
    """
    path = environ.get("GITHUB_EVENT_PATH")
    if not path:
        raise ConfigurationError("which pull request? GITHUB_EVENT_PATH is not set", remedy=_REMEDY)
    try:
        event = _read(path)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the workflow's event cannot be read: {type(error).__name__}", where=path, remedy=_REMEDY
        ) from error
    number = _number(event)
    if number is None:
        raise ConfigurationError("the workflow's event is about no pull request", where=path, remedy=_REMEDY)
    return number


def proposed_commit(environ: Mapping[str, str]) -> str:
    """The commit as the pull request's author knows it, not the trial merge that GITHUB_SHA is; empty when unknown."""
    try:
        head = (_read(environ.get("GITHUB_EVENT_PATH", "")).get("pull_request") or {}).get("head") or {}
        return str(head.get("sha") or environ.get("GITHUB_SHA", ""))
    except (OSError, ValueError, AttributeError):  # no event, or one of another shape: there is still the variable
        return environ.get("GITHUB_SHA", "")


def run_address(environ: Mapping[str, str]) -> str:
    """The page of the workflow's run; empty outside of one."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (environ.get(name, "") for name in names)
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""


def _read(path: str) -> Mapping[str, Any]:
    event: Any = json.loads(Path(path).read_text(encoding="utf-8"))
    return event if isinstance(event, Mapping) else {}


def _number(event: Mapping[str, Any]) -> int | None:
    """`pull_request` has it; a comment on one is an issue's event whose issue says that it is a pull request."""
    issue = event.get("issue")
    about = event.get("pull_request") or (issue if isinstance(issue, Mapping) and issue.get("pull_request") else None)
    number = about.get("number") if isinstance(about, Mapping) else None
    return number if isinstance(number, int) else None
