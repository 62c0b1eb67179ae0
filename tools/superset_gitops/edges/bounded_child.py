"""Owns running a command for a limited time: asked to end a little before, and killed at the end of it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_GRACE_SECONDS = 5.0  # for giving back what it holds


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended.

    Attributes:
        code: its exit code; negative for a signal.
        out: what it wrote to stdout.
        stopped: why it was asked to end: `timeout`, `interrupt` or nothing.
    """

    code: int
    out: str
    stopped: str = ""


def run_bounded(
    command: Sequence[str], seconds: float, *, cwd: Path, environ: Mapping[str, str], errors: IO[bytes]
) -> Ended:
    """Run a command to its end, or for so many seconds. It is gone when this returns.

    It has a session of its own: Ctrl-C at the terminal reaches only us, and we ask it to end exactly once, since a
    second signal would cut its cleaning up short.

    Args:
        command: the program and its arguments.
        seconds: all the time that there is; SIGTERM is sent before, SIGKILL at the end.
        cwd: where it runs.
        environ: its environment.
        errors: where its stderr goes.
    """
    grace = min(_GRACE_SECONDS, seconds / 4)
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        start_new_session=True,
    )
    try:
        out, _ = process.communicate(timeout=max(0.0, seconds - grace))
        return Ended(process.returncode, _text(out))
    except subprocess.TimeoutExpired:
        stopped = "timeout"
    except KeyboardInterrupt:
        stopped = "interrupt"
    process.terminate()
    try:
        out, _ = process.communicate(timeout=grace)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
    return Ended(process.returncode, _text(out), stopped)


def _text(out: bytes) -> str:
    return out.decode("utf-8", errors="replace")
