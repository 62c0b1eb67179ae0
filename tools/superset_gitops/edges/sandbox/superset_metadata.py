"""Owns Superset's metadata database: migrated once per release, from then on restored from a dump in the cache."""

from __future__ import annotations

import hashlib
import os
import secrets
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from superset_gitops.bootstrap import locate
from superset_gitops.bootstrap.build import lock, make_readable_dir
from superset_gitops.edges.sandbox.causes import failure
from superset_gitops.edges.sandbox.databases import recreate_metadata_database
from superset_gitops.edges.sandbox.postgres_server import PostgresServer
from superset_gitops.edges.sandbox.processes import find_processes, plain_variables, stop_process
from superset_gitops.edges.sandbox.state import ADMIN, METADATA_DATABASE, METADATA_ROLE, SandboxState
from superset_gitops.edges.sandbox.superset_settings import superset_variables, write_settings
from superset_gitops.errors import Unavailable

_SCRIPT = Path(__file__).with_name("initialise_superset.py")


@dataclass(frozen=True, slots=True)
class MetadataBuild:
    """What it takes to fill a metadata database.

    Attributes:
        environment: the release's private environment.
        home: Superset's home.
        log: what the migrations say.
    """

    server: PostgresServer
    environment: Path
    home: Path
    log: Path


def make_metadata(build: MetadataBuild, state: SandboxState, progress: Callable[[str], None]) -> None:
    """Fill an empty metadata database: tables, roles, and the admin with this sandbox's password.

    Raises:
        Unavailable: Superset's own migrations failed; the message names the log.
    """
    stop_former_attempt(build.home)
    write_settings(build.home, state)
    dump = _dump_file(state.superset_version)
    make_readable_dir(dump.parent)
    with lock(dump.with_suffix(".lock"), lambda: progress("another sandbox makes Superset's metadata; waiting …")):
        restored = dump.exists() and _restore(build.server, dump)
        if not restored:
            progress("creating Superset's metadata (about 20 s, only for the first sandbox of a release) …")
            recreate_metadata_database(build.server)
            _initialise(build, state)
            _keep(build.server, dump)
    _set_admin(build.server, state.credentials.admin)


def _dump_file(version: str) -> Path:
    """The dump's file; its name changes with the release's pins and with what we do to an empty database."""
    parts = (Path(locate.requirements_file(f"superset-{version}")).read_bytes(), _SCRIPT.read_bytes())
    return Path(locate.cache_dir(), "metadata", f"{version}-{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}.dump")


def _restore(server: PostgresServer, dump: Path) -> bool:
    """Whether the dump could be restored; a damaged one is thrown away."""
    recreate_metadata_database(server)
    options = ["--single-transaction", "--no-owner", "--no-acl", f"--role={METADATA_ROLE}"]
    try:
        server.tool("pg_restore", *options, f"--dbname={METADATA_DATABASE}", str(dump))
    except Unavailable:
        dump.unlink(missing_ok=True)
        return False
    return True


def _initialise(build: MetadataBuild, state: SandboxState) -> None:
    before = build.log.stat().st_size if build.log.exists() else 0
    with build.log.open("ab") as output:
        done = subprocess.run(
            [locate.python_of(str(build.environment)), "-I", str(_SCRIPT)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=build.home,
            env=plain_variables(superset_variables(build.home)),
            check=False,
        )
    if done.returncode != 0:
        raise failure("Superset's metadata could not be made", build.log, state.environment, since=before)


def _keep(server: PostgresServer, dump: Path) -> None:
    draft = dump.with_name(f"{dump.name}.{os.getpid()}")
    try:
        server.tool("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={draft}", METADATA_DATABASE)
        draft.replace(dump)
    finally:
        draft.unlink(missing_ok=True)


def _set_admin(server: PostgresServer, password: str) -> None:
    """Set name and password of the one user; a reset or a restored dump has another sandbox's."""
    hashed = _password_hash(password)
    server.psql(f"UPDATE ab_user SET username = '{ADMIN}', password = '{hashed}', active = true;", METADATA_DATABASE)  # noqa: S608 - a constant and a hash


def _password_hash(password: str) -> str:
    """The format of werkzeug.security 3: scrypt with N=32768, r=8, p=1, salt in clear, key in hex."""
    salt = secrets.token_hex(8)
    cost = {"n": 2**15, "r": 8, "p": 1}
    key = hashlib.scrypt(password.encode(), salt=salt.encode(), **cost, maxmem=132 * 2**15 * 8, dklen=64)
    return f"scrypt:{cost['n']}:{cost['r']}:{cost['p']}${salt}${key.hex()}"


def stop_former_attempt(home: Path) -> None:
    """End the migrations that a killed `up` left running; does nothing where none are."""
    if home.exists():
        for stray in find_processes(home, lambda command: str(_SCRIPT) in command):
            stop_process(stray, ((signal.SIGKILL, 5.0),))
