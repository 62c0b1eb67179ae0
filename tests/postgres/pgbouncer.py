"""Owns pgbouncer in transaction mode before a test's server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from .server import Server, free_port

CONFIG = """\
[databases]
* = host=127.0.0.1 port={server} user=owner password=secret-pw
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 100
logfile = {folder}/log
pidfile = {folder}/pid
"""


def find_pgbouncer() -> str | None:
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")


class Pooler:
    def __init__(self, program: str, server: Server, pool_size: int = 2) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hybrid-bouncer-"))
        self.port = free_port()
        config = self.folder / "ini"
        config.write_text(CONFIG.format(server=server.port, port=self.port, folder=self.folder, pool_size=pool_size))
        (self.folder / "users").write_text('"owner" "secret-pw"\n')
        as_user = {"user": "nobody"} if os.geteuid() == 0 else {}
        if as_user:
            for path in (self.folder, config, self.folder / "users"):
                shutil.chown(path, "nobody")
        self.process = subprocess.Popen(  # type: ignore[call-overload]
            [program, "-q", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user
        )
        self._wait(server)

    def _wait(self, server: Server) -> None:
        for _ in range(100):
            try:
                psycopg.connect(self.url(server.url("postgres"))).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text())

    def url(self, url: str) -> str:
        return url.replace(f":{urlsplit(url).port}/", f":{self.port}/")

    def remove(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
