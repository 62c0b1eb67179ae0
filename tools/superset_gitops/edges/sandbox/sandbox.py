"""Owns `Sandbox`: one environment's local PostgreSQL and Superset, brought up in stages that can be resumed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from superset_gitops.bootstrap.build import lock, make_readable_dir
from superset_gitops.bootstrap.failure import BootstrapFailed
from superset_gitops.edges.sandbox.folder import sandbox_folder
from superset_gitops.edges.sandbox.ports import choose_ports
from superset_gitops.edges.sandbox.state import Credentials, SandboxState, read_state, write_state
from superset_gitops.edges.sandbox.status import Condition, SandboxStatus, read_status
from superset_gitops.edges.sandbox.superset_release import DEFAULT_VERSION
from superset_gitops.errors import ConfigurationError

Progress = Callable[[str], None]


class Sandbox:
    """The sandbox of one environment of one clone; making this object does nothing yet."""

    def __init__(self, project_root: Path, environment: str) -> None:
        self._project = project_root.resolve()
        self._environment = environment
        self._folder = sandbox_folder(project_root, environment)

    def up(self, progress: Progress, superset_version: str | None = None) -> SandboxState:
        """Bring everything up, from nothing or from wherever a former run ended; quick when all is up.

        Args:
            progress: told what happens, in words for people.
            superset_version: for a new sandbox; an existing one keeps its own.

        Raises:
            ConfigurationError: it is of another release, or something must be installed first.
            Unavailable: a component did not come up; the message names its log.
        """
        with self._locked(progress):
            state = read_state(self._folder) or self._lay_out(superset_version or DEFAULT_VERSION)
            self._check_version(state, superset_version)
            if self._status(state).condition is Condition.UP:
                return state
            from superset_gitops.edges.sandbox.bring_up import bring_up  # only here: the rest is quick

            self._folder.logs.mkdir(mode=0o700, exist_ok=True)
            return bring_up(self._folder, state, progress)

    def down(self, progress: Progress = lambda _: None) -> None:
        """Stop everything, also what nobody noted down; data and ports stay."""
        if not self.exists():
            return
        with self._locked(progress):
            state = read_state(self._folder)
            if state is not None:
                self._stop(state)

    def exists(self) -> bool:
        """Whether there is anything of it, readable or not."""
        return self._folder.root.exists()

    def status(self) -> SandboxStatus:
        """How it is doing; takes some milliseconds and changes nothing."""
        return self._status(read_state(self._folder))

    def variables(self) -> dict[str, str]:
        """POSTGRES_URL, BASE_URL, SUPERSET_ADMIN_USER, SUPERSET_ADMIN_PASS and SUPERSET_DATA_URL.

        Raises:
            ConfigurationError: it was never made.
        """
        return self._existing().variables()

    def log_file(self, component: str) -> Path:
        """The log of `postgres`, `superset` or `setup`; it need not exist."""
        return self._folder.log(component)

    def reset(self, progress: Progress = lambda _: None) -> None:
        """Stop everything and remove it with its data; the next `up` makes it anew.

        Raises:
            ConfigurationError: a part of it cannot be removed.
        """
        if not self.exists():
            return
        from superset_gitops.edges.sandbox.bring_up import parts_of

        with self._locked(progress):
            parts_of(self._folder, None).stop()
            try:
                shutil.rmtree(self._folder.root)
            except OSError as error:
                remedy = "remove the folder by hand, then run it again"
                raise ConfigurationError(str(error), where=str(self._folder.root), remedy=remedy) from error

    def _status(self, state: SandboxState | None) -> SandboxStatus:
        return read_status(self._folder, self._environment, state)

    def _existing(self) -> SandboxState:
        state = read_state(self._folder)
        if state is None:
            raise ConfigurationError(
                f"there is no sandbox for {self._environment}", remedy=f"tools/sandbox up --env {self._environment}"
            )
        return state

    def _stop(self, state: SandboxState) -> None:
        from superset_gitops.edges.sandbox.bring_up import parts_of

        parts_of(self._folder, state).stop()
        write_state(self._folder, state.running("postgres", None).running("superset", None))

    def _lay_out(self, version: str) -> SandboxState:
        """Choose ports and credentials and write them down before anything uses them."""
        for remains in self._folder.root.iterdir():
            # Without a state nobody knows the passwords: whatever lies here is of no use to anybody.
            shutil.rmtree(remains) if remains.is_dir() else remains.unlink()
        postgres_port, superset_port = choose_ports(str(self._folder.root), 2)
        state = SandboxState(
            self._environment, str(self._project), version, postgres_port, superset_port, Credentials.generate()
        )
        write_state(self._folder, state)
        return state

    def _check_version(self, state: SandboxState, wanted: str | None) -> None:
        if wanted and wanted != state.superset_version:
            raise ConfigurationError(
                f"the sandbox {self._environment} is of Superset {state.superset_version}, not {wanted}",
                remedy=f"tools/sandbox reset --env {self._environment}, then up --superset-version {wanted}",
            )

    @contextmanager
    def _locked(self, progress: Progress) -> Iterator[None]:
        """One process at a time works on a sandbox; as root its folder can be entered by PostgreSQL's user."""
        try:
            make_readable_dir(self._folder.root.parent)
        except BootstrapFailed as failed:
            raise ConfigurationError(failed.what, where=str(self._folder.root), remedy=failed.remedy) from failed
        with lock(
            self._folder.lock, lambda: progress(f"another process works on the sandbox {self._environment}; waiting …")
        ):
            self._folder.root.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, exist_ok=True)
            yield
