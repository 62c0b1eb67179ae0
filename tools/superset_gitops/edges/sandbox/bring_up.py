"""Owns the stages of a sandbox: each is noted when it is done, so that the next run goes on where one was killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from superset_gitops.edges.sandbox.databases import create_databases
from superset_gitops.edges.sandbox.folder import SandboxFolder
from superset_gitops.edges.sandbox.postgres_server import PostgresServer, postgres_binaries
from superset_gitops.edges.sandbox.postgres_user import check_reach, postgres_user
from superset_gitops.edges.sandbox.state import SandboxState, write_state
from superset_gitops.edges.sandbox.superset_metadata import MetadataBuild, make_metadata, stop_former_attempt
from superset_gitops.edges.sandbox.superset_release import superset_environment
from superset_gitops.edges.sandbox.superset_server import SupersetServer
from superset_gitops.edges.sandbox.superset_settings import write_settings

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Parts:
    """The two servers of a sandbox."""

    postgres: PostgresServer
    superset: SupersetServer

    def stop(self) -> None:
        """Stop both, Superset first, and what a killed run left behind."""
        stop_former_attempt(self.superset.home)
        self.superset.stop()
        self.postgres.stop()


def parts_of(
    folder: SandboxFolder, state: SandboxState | None, binaries: Path = Path(), environment: Path = Path()
) -> Parts:
    """The servers of a sandbox; without binaries and environment they can be recognised and stopped, not started."""
    name = folder.root.name
    password = state.credentials.postgres if state else ""
    postgres_port, superset_port = (state.postgres_port, state.superset_port) if state else (0, 0)
    return Parts(
        PostgresServer(
            binaries, folder.postgres, folder.log("postgres"), postgres_port, password, postgres_user(), name
        ),
        SupersetServer(environment, folder.superset_home, folder.log("superset"), superset_port, name),
    )


def bring_up(folder: SandboxFolder, state: SandboxState, progress: Progress) -> SandboxState:
    """Do what is missing; the caller holds the lock.

    Raises:
        ConfigurationError: something must be installed or configured first.
        Unavailable: a component did not come up; the message names its log.
    """
    binaries = postgres_binaries(progress)
    environment = superset_environment(state.superset_version, progress)
    parts = parts_of(folder, state, binaries, environment)
    check_reach(parts.postgres.run_as, folder.root, binaries / "postgres")

    def note(changed: SandboxState) -> SandboxState:
        write_state(folder, changed)
        return changed

    if not folder.postgres.exists():
        progress("creating PostgreSQL's data folder …")
        parts.postgres.initialise()
    state = note(state.running("postgres", parts.postgres.start()))
    progress(f"PostgreSQL is up on port {state.postgres_port}")
    if "databases" not in state.stages:
        create_databases(parts.postgres, state.credentials)
        state = note(state.finished("databases"))
    if "metadata" not in state.stages:
        build = MetadataBuild(parts.postgres, environment, folder.superset_home, folder.log("setup"))
        make_metadata(build, state, progress)
        state = note(state.finished("metadata"))
    write_settings(folder.superset_home, state)
    state = note(state.running("superset", parts.superset.start(state.processes.get("superset"), progress)))
    progress(f"Superset {state.superset_version} is up: {state.base_url}")
    return state
