"""superset-cli as a command, against one Superset."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class SupersetCli:
    """The command against one Superset.

    Attributes:
        program: its console script.
        folder: where it runs, and writes its log.
    """

    program: Path
    base_url: str
    login: tuple[str, str] = field(repr=False)
    folder: Path

    def run(self, *arguments: str | Path, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run it; what it answers is the caller's affair."""
        user, password = self.login
        command = [self.program, "--username", user, "--password", password, self.base_url, *arguments]
        return subprocess.run(
            list(map(str, command)),
            cwd=self.folder,
            env={**os.environ, **extra},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def done(self, *arguments: str | Path, **extra: str) -> None:
        """Run it to a good end."""
        done = self.run(*arguments, **extra)
        assert done.returncode == 0, done.stdout + done.stderr
