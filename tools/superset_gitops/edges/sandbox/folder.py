"""Owns where a sandbox lives: one folder per clone and environment, in the cache or in `$HYBRID_SANDBOX_DIR`."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from superset_gitops.bootstrap import locate
from superset_gitops.errors import ConfigurationError

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class SandboxFolder:
    """The paths of one sandbox; none of them need exist."""

    root: Path

    @property
    def state(self) -> Path:
        """Ports, credentials, progress; readable by its owner only."""
        return self.root / "state.json"

    @property
    def lock(self) -> Path:
        """Beside the folder, which a reset removes."""
        return self.root.with_name(f"{self.root.name}.lock")

    @property
    def postgres(self) -> Path:
        """Holds PostgreSQL's data folder; it appears when initdb is done."""
        return self.root / "postgres"

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.postgres / "data"

    @property
    def superset_home(self) -> Path:
        """Superset's home, with the generated superset_config.py."""
        return self.root / "superset"

    @property
    def logs(self) -> Path:
        """Holds the components' logs."""
        return self.root / "logs"

    def log(self, component: str) -> Path:
        """The log of a component: `postgres`, `superset` or `setup`."""
        return self.logs / f"{component}.log"


def sandbox_folder(project_root: Path, environment: str) -> SandboxFolder:
    """The folder of one environment's sandbox.

    Raises:
        ConfigurationError: the environment's name cannot be a folder's.
    """
    if not _NAME.fullmatch(environment):
        raise ConfigurationError(
            f"{environment!r} is no environment's name", remedy="use lower-case letters, digits, - and _"
        )
    return SandboxFolder(project_folder(project_root) / environment)


def project_folder(project_root: Path) -> Path:
    """The folder of all sandboxes of one clone; the clone's absolute path decides."""
    clone = project_root.resolve()
    return sandboxes_root() / f"{clone.name[:24]}-{hashlib.sha256(os.fsencode(clone)).hexdigest()[:10]}"


def sandboxes_root() -> Path:
    """The folder of all sandboxes."""
    if chosen := os.environ.get("HYBRID_SANDBOX_DIR"):
        return Path(chosen).absolute()
    return Path(locate.cache_dir()) / "sandboxes"


def environments_of(project_root: Path) -> list[str]:
    """The environments of this clone that have a sandbox, in alphabetical order."""
    return sorted(state.parent.name for state in project_folder(project_root).glob("*/state.json"))
