"""Owns reading a growing log: its last lines, and what comes after."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

_TAIL_BYTES = 1_000_000


def last_lines(log: Path, count: int) -> tuple[str, int]:
    """The last lines, out of at most the last megabyte, and the position after them; empty without a log."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read(size).decode("utf-8", "replace").splitlines(keepends=True)
            return "".join(lines[-count:] if count else []), size
    except FileNotFoundError:
        return "", 0


def follow_log(log: Path, position: int) -> Iterator[str]:
    """What is written from the position on, for ever; begins again when the log is replaced by a shorter one."""
    while True:
        if log.exists():
            with log.open("rb") as file:
                position = 0 if file.seek(0, 2) < position else position
                file.seek(position)
                added = file.read()
            position += len(added)
            if added:
                yield added.decode("utf-8", "replace")
        time.sleep(0.3)
