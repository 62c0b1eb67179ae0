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
    if existing := _existing(name):
        return existing
    python = find_interpreter()
    try:
        return build(name, python.path, python.identity, progress)
    except BootstrapFailed as failed:
        kind = ConfigurationError if failed.exit_code == ConfigurationError.exit_code else Unavailable
        raise kind(failed.what, where=name, remedy=failed.remedy) from failed


def _existing(name: str) -> Path | None:
    """A complete environment with the present pins; its marker tells which Python it was made with."""
    for marker in sorted(Path(locate.cache_dir(), "environments").glob(f"{name}-*/{locate.MARKER}")):
        folder = str(marker.parent)
        wanted = locate.environment_dir(name, marker.read_text(encoding="utf-8").strip())
        if folder == wanted and locate.is_complete(folder):
            return marker.parent
    return None
