"""Owns who is at work: the CI's actor, or the operating system's user, for the records that people read later."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Mapping

# The variable that names who started a pipeline, by CI system.
_CI_ACTORS = {
    "GITHUB_ACTOR": "GitHub Actions",
    "GITLAB_USER_LOGIN": "GitLab CI",
    "BITBUCKET_STEP_TRIGGERER_UUID": "Bitbucket Pipelines",
    "BUILD_REQUESTEDFOR": "Azure Pipelines",
    "BUILDKITE_BUILD_CREATOR": "Buildkite",
    "CIRCLE_USERNAME": "CircleCI",
}


def actor(environ: Mapping[str, str]) -> str:
    """`octocat via GitHub Actions`, or `ada@laptop`."""
    for variable, system in _CI_ACTORS.items():
        if environ.get(variable):
            return f"{environ[variable]} via {system}"
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name: Python 3.13 raises OSError
        user = "unknown"
    return f"{user}@{socket.gethostname()}"


def holder(environ: Mapping[str, str]) -> str:
    """Who holds a lease, so that a person can find the process: `ada@laptop, process 4711`."""
    return f"{actor(environ)}, process {os.getpid()}"


def branch_of_run(environ: Mapping[str, str]) -> str | None:
    """The branch that a pipeline runs for: what it checks out is a commit, of a pull request a trial merge."""
    of_tag = environ.get("GITHUB_REF_TYPE") == "tag"
    names = ("GITHUB_HEAD_REF", *(() if of_tag else ("GITHUB_REF_NAME",)))
    names += ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH")
    return next((environ[name] for name in names if environ.get(name)), None)
