"""Owns who PostgreSQL runs as: it refuses root, so as root another user is found who can reach its files."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from superset_gitops.edges.sandbox.processes import RunAs, plain_variables
from superset_gitops.errors import ConfigurationError

_USERS = ("postgres", "nobody")


def postgres_user() -> RunAs:
    """The current user, or as root an unprivileged one.

    Raises:
        ConfigurationError: root, and neither user exists.
    """
    if os.geteuid() != 0:
        return RunAs()
    for name in _USERS:
        try:
            return RunAs(name, pwd.getpwnam(name).pw_gid)
        except KeyError:
            continue
    raise ConfigurationError(
        f"PostgreSQL refuses to run as root, and there is no user {' or '.join(_USERS)}",
        remedy="run the tool as another user, or useradd --system postgres",
    )


def check_reach(run_as: RunAs, folder: Path, program: Path) -> None:
    """Make sure that PostgreSQL's user can enter the folder and run the program.

    Raises:
        ConfigurationError: a folder above one of them is closed to that user.
    """
    if run_as.name is None:
        return
    command = ["/bin/sh", "-c", 'cd "$1" && "$2" --version', "sh", str(folder), str(program)]
    try:
        done = subprocess.run(  # type: ignore[call-overload]
            command, capture_output=True, text=True, cwd="/", check=False, env=plain_variables(), **run_as.options()
        )
        problem = "" if done.returncode == 0 else done.stderr.strip()
    except OSError as error:
        problem = str(error)
    if problem:
        raise ConfigurationError(
            f"PostgreSQL refuses to run as root, and the user {run_as.name} cannot reach its files ({problem})",
            where=str(folder),
            remedy="set HYBRID_CACHE_DIR and HYBRID_SANDBOX_DIR to folders that all may enter, or do not run as root",
        )
