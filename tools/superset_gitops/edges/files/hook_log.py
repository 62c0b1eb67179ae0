"""Owns the log of a hook: in the repository's own folder, limited in size, readable by its owner only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from superset_gitops.bootstrap import locate

_KEEP_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class HookLog:
    """An open log; every write goes to its end, whoever else writes."""

    path: Path
    file: IO[bytes]

    def write(self, text: str) -> None:
        """Add lines."""
        self.file.write(f"{text}\n".encode())
        self.file.flush()


def open_hook_log(git_folder: str | None, name: str) -> HookLog:
    """The log `NAME.log` below a git folder, or in the cache where that cannot be written; nowhere if neither can.

    A log that has grown large is kept as `NAME.log.1`, and the one before it is dropped.
    """
    for folder in filter(None, (git_folder, locate.cache_dir())):
        path = Path(folder) / "superset-gitops" / f"{name}.log"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > _KEEP_BYTES:
                path.replace(path.with_name(f"{path.name}.1"))
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError:
            continue  # read-only, or another user's: the next place
        return HookLog(path, os.fdopen(descriptor, "ab"))
    return HookLog(Path(os.devnull), Path(os.devnull).open("ab"))
