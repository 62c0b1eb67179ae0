"""Owns long-running processes: started detached, recognised after their starter died, stopped by what they are."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from superset_gitops.edges.sandbox.state import ProcessMark

# The start time is computed from the boot time, which moves a little when the clock is set.
_CLOCK_SECONDS = 2.0
_PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "USER", "LOGNAME", "LD_LIBRARY_PATH")
_KEEP_LOG_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user that a process runs as; `name` None is the current one."""

    name: str | None = None
    group: int | None = None

    def options(self) -> dict[str, object]:
        """The keyword arguments for `subprocess`."""
        return {} if self.name is None else {"user": self.name, "group": self.group, "extra_groups": []}


def plain_variables(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The few environment variables that a sandbox's processes see: PG*, PYTHON*, proxies and the like stay out."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, "LC_ALL": "C", **(extra or {})}


def start_detached(
    command: Sequence[str], *, log: Path, cwd: Path, run_as: RunAs, variables: Mapping[str, str] | None = None
) -> ProcessMark | None:
    """Start a process that outlives this one; None where it ended at once. Its output goes to the end of the log.

    A shell puts it into the background and ends, so that init reaps it and no zombie of ours keeps its pid.
    """
    _rotate(log)
    with log.open("ab") as output:
        done = subprocess.run(  # type: ignore[call-overload]
            ["/bin/sh", "-c", '"$@" >&2 </dev/null & echo $!', "sh", *command],
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=cwd,
            env=plain_variables(variables),
            start_new_session=True,
            umask=0o077,
            check=True,
            **run_as.options(),
        )
    return mark_of(int(done.stdout))


def mark_of(pid: int) -> ProcessMark | None:
    """The mark of a live process; None where there is none, or only a zombie."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return ProcessMark(pid, process.create_time())
    except psutil.Error:
        return None


def is_running(mark: ProcessMark | None) -> bool:
    """Whether this very process lives; another one with its pid does not count."""
    now = mark_of(mark.pid) if mark else None
    return now is not None and mark is not None and abs(now.started - mark.started) < _CLOCK_SECONDS


def find_processes(cwd: Path, is_ours: Callable[[list[str]], bool], pid: int | None = None) -> list[ProcessMark]:
    """Live processes in just this working folder whose command line is ours, oldest first; `pid` names the only one."""
    found = []
    here = os.path.realpath(cwd)
    for number in psutil.pids() if pid is None else [pid]:
        try:
            process = psutil.Process(number)
            if process.cwd() == here and is_ours(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(ProcessMark(process.pid, process.create_time()))
        except (psutil.Error, OSError):
            continue  # gone meanwhile, or another user's
    return sorted(found, key=lambda mark: (mark.started, mark.pid))


def stop_process(mark: ProcessMark | None, escalation: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn until the process is gone; waits that many seconds after each."""
    for sent, seconds in escalation:
        if mark is None or not is_running(mark):
            return
        try:
            os.kill(mark.pid, sent)
        except ProcessLookupError:
            return
        wait_until(lambda: not is_running(mark), seconds)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time; asked ever less often, at most four times a second."""
    deadline = time.monotonic() + seconds
    pause = 0.01
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)
    return True


def _rotate(log: Path) -> None:
    """Keep one older log beside a new one once it has grown large."""
    if log.exists() and log.stat().st_size > _KEEP_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
