"""Owns pgbouncer in transaction mode before a test's server."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from fixtures.free_port import free_port

CONFIG = """\
[databases]
* = host={host} port={server} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 2
max_client_conn = 100
logfile = {folder}/log
pidfile = {folder}/pid
"""


def find_pgbouncer() -> str | None:
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")


class Pooler:
    """A running pgbouncer; as root it runs as `nobody`, since it refuses root."""

    def __init__(self, program: str, server: str, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)
        self.port = free_port()
        to = urlsplit(server)
        config, users = self.folder / "ini", self.folder / "users"
        values = {"host": to.hostname, "server": to.port, "user": to.username, "password": to.password}
        config.write_text(CONFIG.format(**values, port=self.port, folder=self.folder))
        users.write_text(f'"{to.username}" "{to.password}"\n')
        as_user = {"user": "nobody"} if os.geteuid() == 0 else {}
        for path in (self.folder, config, users) if as_user else ():
            shutil.chown(path, "nobody")
        self.process = subprocess.Popen(  # type: ignore[call-overload]
            [program, "-q", str(config)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user
        )
        self._wait(self.url(server))

    def _wait(self, url: str) -> None:
        for _ in range(100):
            try:
                psycopg.connect(url).close()
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
