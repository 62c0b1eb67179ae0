"""Owns one Superset server: gunicorn on loopback, started, recognised, asked for its health and stopped."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from superset_gitops.bootstrap import locate
from superset_gitops.edges.sandbox.causes import failure
from superset_gitops.edges.sandbox.health import superset_answers
from superset_gitops.edges.sandbox.ports import is_free, who_listens
from superset_gitops.edges.sandbox.processes import (
    RunAs,
    find_processes,
    is_running,
    start_detached,
    stop_process,
    wait_until,
)
from superset_gitops.edges.sandbox.state import ProcessMark
from superset_gitops.edges.sandbox.superset_settings import superset_variables
from superset_gitops.errors import Unavailable

_APP = "superset.app:create_app()"
_GUNICORN = (
    "--workers=1",
    "--worker-class=gthread",
    "--threads=16",
    "--timeout=120",
    "--graceful-timeout=5",
    "--keep-alive=5",
    "--limit-request-line=0",
    "--no-control-socket",
)
_START_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class SupersetServer:
    """A Superset in `home`; nothing happens until a method is called."""

    environment: Path
    home: Path
    log: Path
    port: int
    name: str

    @property
    def _pid_file(self) -> Path:
        return self.home / "gunicorn.pid"

    def running(self) -> ProcessMark | None:
        """The gunicorn master that runs in our home, whoever started it; None where none does."""
        try:
            noted = int(self._pid_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        # A worker that outlives its master for a moment has the same command line: only the noted one will do.
        return next(iter(find_processes(self.home, _is_gunicorn, noted)), None)

    def start(self, known: ProcessMark | None, progress: Callable[[str], None]) -> ProcessMark:
        """Start the server, or adopt the one that runs, and wait until it is healthy; a hanging one is replaced.

        `known` is the process that the state names.

        Raises:
            Unavailable: it did not come up, or its port is taken.
        """
        mark = known if is_running(known) else self.running()
        if mark and self._becomes_healthy(mark, 30.0):
            return mark
        if not wait_until(self._make_room, 3.0):
            raise Unavailable(
                f"Superset's port {self.port} is taken by {who_listens(self.port)}",
                where=self.name,
                remedy=f"stop it, or make a new sandbox on other ports: tools/sandbox reset --env {self.name}",
            )
        progress("starting Superset …")
        before = self.log.stat().st_size if self.log.exists() else 0
        python = locate.python_of(str(self.environment))
        places = [f"--bind=127.0.0.1:{self.port}", f"--pid={self._pid_file}"]
        command = [python, "-m", "gunicorn", *places, *_GUNICORN, _APP]
        variables = superset_variables(self.home)
        mark = start_detached(command, log=self.log, cwd=self.home, run_as=RunAs(), variables=variables)
        if mark is None or not self._becomes_healthy(mark, _START_SECONDS):
            self.stop()
            raise failure("Superset did not come up", self.log, self.name, since=before)
        return mark

    def stop(self) -> None:
        """Stop master and workers; does nothing where none runs."""
        escalation = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
        stop_process(self.running(), escalation)
        if self.home.exists():
            for stray in find_processes(self.home, _is_gunicorn):
                stop_process(stray, ((signal.SIGKILL, 5.0),))
            # Gunicorn would refuse to start when the pid in it is somebody else's by now.
            self._pid_file.unlink(missing_ok=True)

    def _make_room(self) -> bool:
        """Whether the port is free; a killed `up` may still be starting a server, and the kernel closing another's."""
        self.stop()
        return is_free(self.port)

    def _becomes_healthy(self, mark: ProcessMark, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        wait_until(lambda: superset_answers(self.port) or not is_running(mark), seconds)
        return time.monotonic() < deadline and is_running(mark)


def _is_gunicorn(command: list[str]) -> bool:
    return _APP in command
