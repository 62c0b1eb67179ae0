"""Owns what the tests know of the Superset under test, and a way to it that is independent of the client."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests
from sample_assets import Sample

from fixtures.postgres import say
from fixtures.superset import REPOSITORY, RunningSuperset, kill_superset
from superset_gitops.bootstrap import locate
from superset_gitops.edges.retry import Retries
from superset_gitops.edges.sandbox.folder import sandbox_folder
from superset_gitops.edges.sandbox.ports import choose_ports
from superset_gitops.edges.sandbox.superset_release import superset_environment
from superset_gitops.edges.sandbox.superset_server import SupersetServer
from superset_gitops.edges.sandbox.superset_settings import superset_variables
from superset_gitops.edges.superset.credentials import PasswordLogin

QUICK = Retries(first_wait=0.01, longest_wait=0.1)


@dataclass(frozen=True)
class Server:
    base_url: str
    user: str
    password: str
    data_uri: str
    metadata_url: str

    def metadata(self, query: str) -> list[tuple[Any, ...]]:
        """What Superset's own database says, where its API does not show it."""
        with psycopg.connect(self.metadata_url) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload]

    def sample(self) -> Sample:
        return Sample(self.data_uri)

    @property
    def login(self) -> PasswordLogin:
        return PasswordLogin(self.user, self.password)

    def api(self) -> requests.Session:
        """A plain session of the administrator, independent of the client under test."""
        session = requests.Session()
        session.headers["Accept"] = "application/json"
        proof = {"username": self.user, "password": self.password, "provider": "db", "refresh": True}
        tokens = session.post(f"{self.base_url}/api/v1/security/login", json=proof, timeout=60).json()
        session.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        csrf = session.get(f"{self.base_url}/api/v1/security/csrf_token/", timeout=60).json()["result"]
        session.headers["X-CSRFToken"] = csrf
        return session


_GENEROUS = """
from datetime import timedelta
JWT_ACCESS_TOKEN_EXPIRES = timedelta(seconds=3)
FAB_API_KEY_ENABLED = True
FEATURE_FLAGS = {**FEATURE_FLAGS, "SSH_TUNNELING": True}
"""


# What `superset init` does about rights: Admin may make keys.
_RIGHTS = """
from superset.app import create_app
with create_app().app_context():
    from superset import appbuilder, security_manager
    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
"""


@contextmanager
def generous_superset(superset: RunningSuperset, home: Path) -> Iterator[str]:
    home.mkdir(mode=0o700)
    settings = sandbox_folder(REPOSITORY, "dev").superset_home / "superset_config.py"
    environment = superset_environment(superset.state.superset_version, say)
    (home / "superset_config.py").write_text(settings.read_text() + _GENEROUS)
    command = [locate.python_of(str(environment)), "-c", _RIGHTS]
    variables = {**os.environ, **superset_variables(home)}
    subprocess.run(command, env=variables, cwd=home, check=True, capture_output=True, timeout=120)
    [port] = choose_ports(str(home), 1)
    running = SupersetServer(environment, home, home / "superset.log", port, "tests")
    try:
        running.start(None, say)
        yield f"http://127.0.0.1:{port}"
    finally:
        kill_superset(running)
