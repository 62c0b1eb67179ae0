"""Owns telling, from the end of a component's log, why it most likely failed."""

from __future__ import annotations

import re
from pathlib import Path

from superset_gitops.errors import Unavailable

# (what the log says, the cause, the remedy); `{env}` is the environment. The first that matches is told.
_CAUSES = (
    (r"No space left on device|could not write .*: No space", "the disk is full", "free some space, then run it again"),
    (
        r"Address already in use|could not bind",
        "another program took its port meanwhile",
        "stop that program, or make a new sandbox on other ports: tools/sandbox reset --env {env}",
    ),
    (
        r"database files are incompatible with server|was initialized by PostgreSQL version",
        "its data is of another PostgreSQL version",
        "make it anew: tools/sandbox reset --env {env}",
    ),
    (
        (
            r"could not (?:create|map|open) .*shared memory|Cannot allocate memory|MemoryError|out of memory"
            r"|was sent SIGKILL! Perhaps out of memory|oom-kill"
        ),
        "the system ran out of memory (each environment takes about 500 MB)",
        "stop other environments (tools/sandbox down) or programs, then run it again",
    ),
    (
        r"could not locate a valid checkpoint|invalid checkpoint|PANIC: |invalid data in file|is corrupt",
        "its data is damaged",
        "make it anew: tools/sandbox reset --env {env}",
    ),
    (
        r"ModuleNotFoundError|ImportError|cannot open shared object file",
        "its installation is damaged",
        "remove the environment's folder that the log names; it is installed again",
    ),
    (r"Permission denied|Read-only file system", "a folder of it cannot be read or written", "look at who owns it"),
    (
        r"password authentication failed|could not connect to server|Connection refused",
        "it could not reach its PostgreSQL",
        "tools/sandbox down --env {env}, then up again",
    ),
)


def likely_cause(text: str, environment: str) -> tuple[str, str]:
    """The cause that a log's end speaks of, and the remedy; what came last counts most."""
    for line in reversed(text.splitlines()[-400:]):
        for pattern, cause, remedy in _CAUSES:
            if re.search(pattern, line):
                return cause, remedy.format(env=environment)
    return "", "read the log's last lines; tools/sandbox reset makes it anew"


def failure(what: str, log: Path, environment: str, *, since: int = 0) -> Unavailable:
    """The error for a component that did not come up.

    `since` is the size of the log before the attempt, in bytes.
    """
    try:
        with log.open("rb") as file:
            file.seek(max(since, log.stat().st_size - 100_000) if log.stat().st_size > since else 0)
            text = file.read().decode("utf-8", "replace")
    except OSError:
        text = ""
    cause, remedy = likely_cause(text, environment)
    return Unavailable(f"{what}{': probably ' + cause if cause else ''} (log: {log})", remedy=remedy)
