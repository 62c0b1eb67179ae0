"""Owns getting a private environment for something that runs beside us: a fitting one that exists, or a new one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from superset_gitops.bootstrap import locate
from superset_gitops.bootstrap.build import build
from superset_gitops.bootstrap.failure import BootstrapFailed
from superset_gitops.edges.sandbox.interpreter import Interpreter
from superset_gitops.errors import ConfigurationError, Unavailable

Progress = Callable[[str], None]


def ensure_environment(name: str, find_interpreter: Callable[[], Interpreter], progress: Progress) -> Path:
    """The folder of a complete environment; made when there is none, whatever Python it would be made with.

    Raises:
        Unavailable: it could not be made now; the message names the log.
        ConfigurationError: something must be installed or configured first.
    """
    if existing := locate.existing_environment(name):
        return Path(existing)
    python = find_interpreter()
    try:
        return build(name, python.path, python.identity, progress)
    except BootstrapFailed as failed:
        kind = ConfigurationError if failed.exit_code == ConfigurationError.exit_code else Unavailable
        raise kind(failed.what, where=name, remedy=failed.remedy) from failed
