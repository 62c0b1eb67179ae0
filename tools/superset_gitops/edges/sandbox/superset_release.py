"""Owns which Superset releases the sandbox runs, and on which Pythons their pinned packages have builds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from superset_gitops.edges.sandbox.interpreter import find_interpreter
from superset_gitops.edges.sandbox.private_environment import ensure_environment
from superset_gitops.errors import ConfigurationError

DEFAULT_VERSION = "6.1.0"
# pandas 2.0 and numpy 1.23, which the older releases pin, have no builds for 3.12.
_PYTHONS = {
    "6.1.0": ("3.11", "3.12"),
    "6.0.0": ("3.11", "3.12"),
    "5.0.0": ("3.11",),
    "4.1.4": ("3.11",),
}
VERSIONS = tuple(_PYTHONS)


def superset_environment(version: str, progress: Callable[[str], None]) -> Path:
    """The private environment of a release; installed into the cache when it is not there.

    Raises:
        ConfigurationError: no such release here, or no fitting Python.
        Unavailable: it could not be installed; the message names the log.
    """
    if version not in _PYTHONS:
        raise ConfigurationError(f"no sandbox for Superset {version}", remedy=f"choose one of {', '.join(_PYTHONS)}")
    pythons = _PYTHONS[version]
    return ensure_environment(f"superset-{version}", lambda: find_interpreter(pythons, f"Superset {version}"), progress)
