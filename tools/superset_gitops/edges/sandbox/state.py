"""Owns what a sandbox remembers: ports, credentials, finished stages, and which processes it started."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from superset_gitops.edges.sandbox.folder import SandboxFolder
from superset_gitops.errors import ConfigurationError

_FORMAT = 1
ADMIN = "admin"
OWNER_ROLE = "gitops"
READ_ONLY_ROLE = "superset_ro"
METADATA_ROLE = "superset"
DATA_DATABASE = "analytics"
METADATA_DATABASE = "superset_metadata"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Generated secrets, safe in a URL as they are."""

    postgres: str = field(repr=False)
    owner: str = field(repr=False)
    read_only: str = field(repr=False)
    metadata: str = field(repr=False)
    admin: str = field(repr=False)
    secret_key: str = field(repr=False)

    @classmethod
    def generate(cls) -> Credentials:
        """Fresh random ones."""
        postgres, owner, read_only, metadata, admin = (secrets.token_urlsafe(18) for _ in range(5))
        return cls(postgres, owner, read_only, metadata, admin, secrets.token_urlsafe(42))


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """A process that we started; a recycled pid has another start time.

    Attributes:
        started: seconds since the epoch.
    """

    pid: int
    started: float


@dataclass(frozen=True, slots=True)
class SandboxState:
    """One sandbox, as it was last written down.

    Attributes:
        stages: what is finished, among `databases` and `metadata`; initdb's folder speaks for itself.
        processes: by component.
    """

    environment: str
    project: str
    superset_version: str
    postgres_port: int
    superset_port: int
    credentials: Credentials
    stages: tuple[str, ...] = ()
    processes: Mapping[str, ProcessMark] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        """Superset's address."""
        return f"http://127.0.0.1:{self.superset_port}"

    def url(self, role: str, password: str, database: str) -> str:
        """A connection URL into this sandbox's PostgreSQL."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.postgres_port}/{database}"

    def variables(self) -> dict[str, str]:
        """The environment variables that point every tool at this sandbox."""
        return {
            "POSTGRES_URL": self.url(OWNER_ROLE, self.credentials.owner, DATA_DATABASE),
            "BASE_URL": self.base_url,
            "SUPERSET_ADMIN_USER": ADMIN,
            "SUPERSET_ADMIN_PASS": self.credentials.admin,
            "SUPERSET_DATA_URL": self.url(READ_ONLY_ROLE, self.credentials.read_only, DATA_DATABASE),
        }

    def finished(self, stage: str) -> SandboxState:
        """This state with one more stage done."""
        return replace(self, stages=(*(s for s in self.stages if s != stage), stage))

    def running(self, component: str, mark: ProcessMark | None) -> SandboxState:
        """This state with a component's process noted, or forgotten."""
        others = {name: known for name, known in self.processes.items() if name != component}
        return replace(self, processes=others if mark is None else {**others, component: mark})


def read_state(folder: SandboxFolder) -> SandboxState | None:
    """What was written down; None where there is no sandbox.

    Raises:
        ConfigurationError: a version of the tool wrote it that this one does not understand.
    """
    try:
        raw: dict[str, Any] = json.loads(folder.state.read_bytes())
        if raw.pop("format") != _FORMAT:
            raise ValueError("format")
        raw["credentials"] = Credentials(**raw["credentials"])
        raw["stages"] = tuple(raw["stages"])
        raw["processes"] = {name: ProcessMark(**mark) for name, mark in raw["processes"].items()}
        return SandboxState(**raw)
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise ConfigurationError(
            "the sandbox belongs to another user", where=str(folder.state), remedy="run the tool as that user"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            "the sandbox's state cannot be read; another version of the tool may have written it",
            where=str(folder.state),
            remedy=f"tools/sandbox reset --env {folder.root.name}",
        ) from error


def write_state(folder: SandboxFolder, state: SandboxState) -> None:
    """Replace the file at once: a reader, or a crash, never meets half of it."""
    draft = folder.state.with_name("state.json.new")
    draft.unlink(missing_ok=True)
    text = json.dumps({"format": _FORMAT, **asdict(state)}, indent=1)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder.state)
